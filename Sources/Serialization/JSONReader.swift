/// Reads one JSON value from bytes in memory, in the order in which it is written.
///
/// Everything that is passed over is checked to be JSON too, but nothing is made of it: skipping allocates nothing and
/// does not recurse. A reader exists only inside the call that lends it the bytes, and cannot be copied out of it.
///
/// Errors carry the position and the path of the value. No input makes it trap.
public struct JSONReader: ~Copyable {
  /// How deep arrays and objects may be nested.
  public static var maximumDepth: Int { 128 }

  @usableFromInline let bytes: UnsafeRawBufferPointer
  /// Of the next byte.
  @usableFromInline var offset = 0
  @usableFromInline var depth = 0

  init(_ bytes: UnsafeRawBufferPointer) {
    self.bytes = bytes
  }

  /// The type of a value, known from its first byte.
  public enum ValueType: String, Sendable { case null, boolean, number, string, array, object }

  /// Lends the bytes of one complete document to `body`, and checks that it read all of it.
  public static func read<Value>(
    _ bytes: some Collection<UInt8>, _ body: (inout JSONReader) throws(JSONError) -> Value
  ) throws(JSONError) -> Value {
    let inPlace = bytes.withContiguousStorageIfAvailable { bytes in
      Result { () throws(JSONError) in try read(UnsafeRawBufferPointer(bytes), body) }
    }
    if let inPlace { return try inPlace.get() }
    return try Array(bytes).withUnsafeBufferPointer { bytes throws(JSONError) in
      try read(UnsafeRawBufferPointer(bytes), body)
    }
  }

  static func read<Value>(
    _ bytes: UnsafeRawBufferPointer, _ body: (inout JSONReader) throws(JSONError) -> Value
  ) throws(JSONError) -> Value {
    var reader = JSONReader(bytes)
    let value = try body(&reader)
    if reader.offset == 0 { try reader.skipValue() }
    if reader.nextByte() != nil { throw reader.malformed("there is more after the end of the JSON value") }
    return value
  }
}

// MARK: Values

extension JSONReader {
  /// The type of the next value, which is left unread.
  public mutating func peekType() throws(JSONError) -> ValueType {
    guard let first = nextByte() else { throw truncated() }
    return switch first {
    case UInt8(ascii: "{"): .object
    case UInt8(ascii: "["): .array
    case UInt8(ascii: "\""): .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"): .boolean
    case UInt8(ascii: "n"): .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): .number
    case 0xEF where offset == 0:
      throw malformed("the input starts with a byte order mark; save it as UTF-8 without one")
    default: throw malformed("expected a JSON value")
    }
  }

  /// Reads a value of a type that is asked for, or follows from where the result goes.
  @inlinable
  public mutating func read<Value: JSONDecodable>(_ type: Value.Type = Value.self) throws(JSONError) -> Value {
    try Value(json: &self)
  }

  /// Reads `null` if that is next; otherwise leaves the value unread and returns `false`.
  public mutating func readNull() throws(JSONError) -> Bool {
    guard nextByte() == UInt8(ascii: "n") else { return false }
    try skipLiteral("null")
    return true
  }

  public mutating func readBool() throws(JSONError) -> Bool {
    switch nextByte() {
    case UInt8(ascii: "t"): try skipLiteral("true")
    case UInt8(ascii: "f"): try skipLiteral("false")
    default: throw try mismatch(expected: "a boolean")
    }
    return bytes[offset - 2] == UInt8(ascii: "u")
  }

  /// Passes over the next value and returns a copy of its bytes.
  public mutating func rawValue() throws(JSONError) -> [UInt8] {
    _ = nextByte()
    let start = offset
    try skipValue()
    return Array(bytes[start..<offset])
  }

  /// Reads an object. `member` is called for each key, to read its value; a value that it leaves unread is skipped.
  @inlinable
  public mutating func readObject(
    _ member: (_ key: JSONKey, _ reader: inout JSONReader) throws(JSONError) -> Void
  ) throws(JSONError) {
    try open(UInt8(ascii: "{"), expected: "an object")
    var isFirst = true
    while try !close(UInt8(ascii: "}"), isFirst: isFirst) {
      isFirst = false
      let key = try readKey()
      let start = offset
      do throws(JSONError) {
        try member(key, &self)
        if offset == start { try skipValue() }
      } catch {
        throw error.inside(.key(key.string))
      }
    }
  }

  /// Reads an array. `element` is called for each element; one that it leaves unread is skipped.
  @inlinable
  public mutating func readArray(
    _ element: (_ reader: inout JSONReader) throws(JSONError) -> Void
  ) throws(JSONError) {
    try open(UInt8(ascii: "["), expected: "an array")
    var index = 0
    while try !close(UInt8(ascii: "]"), isFirst: index == 0) {
      _ = nextByte()
      let start = offset
      do throws(JSONError) {
        try element(&self)
        if offset == start { try skipValue() }
      } catch {
        throw error.inside(.index(index))
      }
      index += 1
    }
  }
}

// MARK: Punctuation

extension JSONReader {
  /// Passes over white space; the byte after it is left unread.
  @usableFromInline @inline(__always)
  mutating func nextByte() -> UInt8? {
    while offset < bytes.count {
      let byte = bytes[offset]
      if byte > 0x20 { return byte }
      guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return byte }
      offset &+= 1
    }
    return nil
  }

  @usableFromInline
  mutating func open(_ bracket: UInt8, expected: String) throws(JSONError) {
    guard nextByte() == bracket else { throw try mismatch(expected: expected) }
    guard depth < Self.maximumDepth else { throw .tooDeep(limit: Self.maximumDepth, at: position) }
    offset += 1
    depth += 1
  }

  /// Passes over the closing bracket, or over the comma that another member or element follows.
  @usableFromInline
  mutating func close(_ bracket: UInt8, isFirst: Bool) throws(JSONError) -> Bool {
    let byte = nextByte()
    if byte == bracket {
      offset += 1
      depth -= 1
      return true
    }
    if isFirst { return false }
    guard byte == UInt8(ascii: ",") else { throw unexpected(bracket == 0x7D ? "expected , or }" : "expected , or ]") }
    offset += 1
    return false
  }

  @usableFromInline
  mutating func readKey() throws(JSONError) -> JSONKey {
    guard nextByte() == UInt8(ascii: "\"") else { throw unexpected("expected a key in double quotes") }
    let start = offset
    let (key, isEscaped) = try scanString()
    guard nextByte() == UInt8(ascii: ":") else { throw unexpected("expected : after the key") }
    offset += 1
    _ = nextByte()
    return JSONKey(bytes: UnsafeRawBufferPointer(rebasing: bytes[key]), isEscaped: isEscaped, offset: start)
  }

  mutating func skipLiteral(_ literal: StaticString) throws(JSONError) {
    for index in 0..<literal.utf8CodeUnitCount {
      guard offset + index < bytes.count else { throw truncated() }
      guard bytes[offset + index] == literal.utf8Start[index] else { throw malformed("expected \(literal)") }
    }
    offset += literal.utf8CodeUnitCount
  }
}
