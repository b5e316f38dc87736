import FoundationEssentials
import Serialization

extension JSONValue {
  /// The value as a `Codable` type.
  func decoded<Value: Decodable>(as type: Value.Type) throws -> Value {
    try JSONDecoder().decode(type, from: Data(jsonBytes()))
  }

  /// A `Codable` value as JSON.
  static func encoded(_ value: some Encodable) throws -> JSONValue {
    try JSONValue(jsonBytes: JSONEncoder().encode(value))
  }
}
