/// So that `Codable` types can have members of any shape.
extension JSONValue: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
      return
    }
    // A decoder answers only whether it can decode a type, by throwing: try each until one fits.
    let attempts: [() throws -> JSONValue] = [
      { .bool(try container.decode(Bool.self)) },
      { .integer(try container.decode(Int64.self)) },
      { .number(try container.decode(Double.self)) },
      { .string(try container.decode(String.self)) },
      { .array(try container.decode([JSONValue].self)) },
    ]
    for attempt in attempts {
      do {
        self = try attempt()
        return
      } catch { continue }  // not only a DecodingError: Foundation throws another one for 2.5 as an integer
    }
    self = .object(try container.decode([String: JSONValue].self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .object(let value): try container.encode(value)
    }
  }
}
