extension Decoder {
  /// Reads a string and makes a validated value of it.
  func validated<Value>(_ make: (String) -> Value?, _ expected: String) throws -> Value {
    let text = try singleValueContainer().decode(String.self)
    guard let value = make(text) else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(codingPath: codingPath, debugDescription: "\"\(text)\" is not \(expected)"))
    }
    return value
  }
}
