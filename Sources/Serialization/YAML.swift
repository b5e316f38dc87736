/// YAML as Kubernetes reads and writes it.
///
/// Reading follows `sigs.k8s.io/yaml`, which is YAML 1.1 as go-yaml v2 has it: see ``YAMLScalar`` for what plain scalars
/// become. It is stricter where leniency hides mistakes: duplicate keys, unknown tags and numbers that JSON cannot carry
/// are errors.
public enum YAML {
  /// How deep mappings and sequences may be nested, aliases resolved.
  public static var maximumDepth: Int { JSONReader.maximumDepth }

  /// What the aliases of one document may stand for together, in bytes: more than an API server takes in a request.
  public static var maximumExpansion: Int { 4 << 20 }

  /// Reads all documents of a file. Documents without content are left out. JSON is read too, one value or several.
  ///
  /// - Parameter file: the name that errors and locations give.
  public static func documents(in text: String, file: String) throws(YAMLError) -> [YAMLDocument] {
    try documents(in: Array(text.utf8), file: file)
  }

  /// Reads all documents of a file from its bytes, which must be UTF-8; a byte order mark before them is passed over.
  public static func documents(in bytes: [UInt8], file: String) throws(YAMLError) -> [YAMLDocument] {
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    return try bytes.withUnsafeBufferPointer { bytes throws(YAMLError) in
      let content = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[start...])
      try checkEncoding(of: content, file: file)
      // libyaml does not know JSON's surrogate pairs. What is not quite JSON may still be YAML's flow style.
      if let documents = JSONDocuments.read(content, file: file) { return documents }
      var composer = try YAMLComposer(content, file: file)
      var documents: [YAMLDocument] = []
      while let document = try composer.nextDocument() { documents.append(document) }
      return documents
    }
  }

  private static func checkEncoding(of bytes: UnsafeRawBufferPointer, file: String) throws(YAMLError) {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      throw .malformed("the file is UTF-16; save it as UTF-8", at: SourceLocation(file: file, line: 1, column: 1))
    }
    var index = 0
    while index < bytes.count {
      let length = bytes[index] < 0x80 ? 1 : JSONBytes.lengthOfScalar(in: bytes, at: index)
      if length == 0 {
        var cursor = SourceCursor(bytes)
        throw .malformed("the file is not valid UTF-8", at: cursor.node(at: index).location(in: file))
      }
      index += length
    }
  }
}

/// Turns ascending offsets into lines and columns.
struct SourceCursor {
  private let bytes: UnsafeRawBufferPointer
  private var offset = 0
  private var line = 1
  private var column = 1

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// - Parameter target: not before that of the call before.
  mutating func node(at target: Int) -> SourceNode {
    while offset < min(target, bytes.count) {
      if bytes[offset] == 0x0A {
        line += 1
        column = 1
      } else if bytes[offset] & 0xC0 != 0x80 {
        column += 1
      }
      offset += 1
    }
    return SourceNode(line: line, column: column)
  }
}
