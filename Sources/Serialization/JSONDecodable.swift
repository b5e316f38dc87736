/// A type that reads itself from JSON, taking only the members it uses.
///
/// ```swift
/// init(json reader: inout JSONReader) throws(JSONError) {
///   var name: String?
///   try reader.readObject { key, reader throws(JSONError) in
///     switch key {
///     case "name": name = try reader.readString()
///     default: break  // what is left unread is skipped, without an allocation
///     }
///   }
///   self.name = try reader.require(name, "name")
/// }
/// ```
public protocol JSONDecodable {
  /// Reads one value, and leaves the reader behind it.
  init(json reader: inout JSONReader) throws(JSONError)
}

extension JSONDecodable {
  /// Reads a whole document; anything but white space after the value is an error.
  public init(jsonBytes bytes: some Collection<UInt8>) throws(JSONError) {
    self = try JSONReader.read(bytes) { reader throws(JSONError) in try Self(json: &reader) }
  }

  /// Reads a whole document from a text.
  public init(jsonText text: String) throws(JSONError) {
    self = try JSONReader.read(text.utf8) { reader throws(JSONError) in try Self(json: &reader) }
  }
}

extension String: JSONDecodable {
  @inlinable
  public init(json reader: inout JSONReader) throws(JSONError) { self = try reader.readString() }
}

extension Bool: JSONDecodable {
  @inlinable
  public init(json reader: inout JSONReader) throws(JSONError) { self = try reader.readBool() }
}

extension Int: JSONDecodable {
  @inlinable
  public init(json reader: inout JSONReader) throws(JSONError) { self = try reader.readInt() }
}

extension Int32: JSONDecodable {
  @inlinable
  public init(json reader: inout JSONReader) throws(JSONError) { self = try reader.readInteger() }
}

extension Int64: JSONDecodable {
  @inlinable
  public init(json reader: inout JSONReader) throws(JSONError) { self = try reader.readInteger() }
}

extension Double: JSONDecodable {
  @inlinable
  public init(json reader: inout JSONReader) throws(JSONError) { self = try reader.readDouble() }
}

/// `null` is `nil`.
extension Optional: JSONDecodable where Wrapped: JSONDecodable {
  @inlinable
  public init(json reader: inout JSONReader) throws(JSONError) {
    self = try reader.readNull() ? nil : Wrapped(json: &reader)
  }
}

extension Array: JSONDecodable where Element: JSONDecodable {
  @inlinable
  public init(json reader: inout JSONReader) throws(JSONError) {
    self = []
    try reader.readArray { reader throws(JSONError) in append(try Element(json: &reader)) }
  }
}

/// A key that is given twice is an error.
extension Dictionary: JSONDecodable where Key == String, Value: JSONDecodable {
  @inlinable
  public init(json reader: inout JSONReader) throws(JSONError) {
    self = [:]
    try reader.readObject { key, reader throws(JSONError) in
      let name = key.string
      let position = reader.offset
      guard updateValue(try Value(json: &reader), forKey: name) == nil else {
        throw .duplicateKey(name, at: reader.position(at: position))
      }
    }
  }
}

extension JSONValue: JSONDecodable {
  /// Reads any value. Duplicate keys are an error. An integer beyond 64 bits becomes a `number`, as Kubernetes reads it.
  public init(json reader: inout JSONReader) throws(JSONError) {
    switch try reader.peekType() {
    case .null, .boolean: self = try reader.readNull() ? .null : .bool(reader.readBool())
    case .number: self = try reader.readNumber()
    case .string: self = .string(try reader.readString())
    case .array: self = .array(try [JSONValue](json: &reader))
    case .object: self = .object(try [String: JSONValue](json: &reader))
    }
  }
}
