/// Reads files that are JSON, with the place of every value.
enum JSONDocuments {
  /// - Returns: `nil` when the bytes are not one or several JSON values that could be objects of Kubernetes.
  static func read(_ bytes: UnsafeRawBufferPointer, file: String) -> [YAMLDocument]? {
    var reader = JSONReader(bytes)
    var cursor = SourceCursor(bytes)
    var documents: [YAMLDocument] = []
    while let first = reader.nextByte() {
      guard first == UInt8(ascii: "{") || first == UInt8(ascii: "[") else { return nil }
      do throws(JSONError) {
        let (value, source) = try compose(&reader, &cursor)
        documents.append(YAMLDocument(file: file, value: value, source: source))
      } catch {
        return nil  // read as YAML then, the errors of which have lines and columns
      }
    }
    return documents
  }

  private static func compose(
    _ reader: inout JSONReader, _ cursor: inout SourceCursor
  ) throws(JSONError) -> (JSONValue, SourceNode) {
    let type = try reader.peekType()
    var source = cursor.node(at: reader.offset)
    switch type {
    case .object:
      var members: [String: JSONValue] = [:]
      try reader.readObject { key, reader throws(JSONError) in
        let name = key.string
        let place = cursor.node(at: key.offset)
        var (value, node) = try compose(&reader, &cursor)
        (node.line, node.column) = (place.line, place.column)
        guard members.updateValue(value, forKey: name) == nil else {
          throw .duplicateKey(name, at: reader.position)
        }
        source.members[name] = node
      }
      return (.object(members), source)
    case .array:
      var elements: [JSONValue] = []
      try reader.readArray { reader throws(JSONError) in
        let (value, node) = try compose(&reader, &cursor)
        elements.append(value)
        source.elements.append(node)
      }
      return (.array(elements), source)
    default:
      return (try reader.read(), source)
    }
  }
}
