import Serialization

extension StructuralSchema {
  /// The schema as a CustomResourceDefinition carries it (OpenAPI v3, structural).
  public var openAPI: JSONValue {
    var members = shape.openAPI
    if !description.isEmpty { members["description"] = .string(description) }
    if defaulting == .server { members["default"] = defaultValue }
    if !rules.isEmpty { members["x-kubernetes-validations"] = .array(rules.map(\.openAPI)) }
    return .object(members)
  }
}

extension SchemaShape {
  fileprivate var openAPI: [String: JSONValue] {
    switch self {
    case .object(let fields):
      var members: [String: JSONValue] = ["type": "object"]
      let properties = fields.map { ($0.name, $0.schema.openAPI) }
      if !properties.isEmpty { members["properties"] = .object(Dictionary(properties) { first, _ in first }) }
      let required = fields.filter(\.isRequired).map(\.name).sorted()
      if !required.isEmpty { members["required"] = JSONValue(required) }
      return members
    case .map(let values, _, let count):
      return ["type": "object", "additionalProperties": values.openAPI].merging(
        count.bounds("minProperties", "maxProperties")
      ) { first, _ in first }
    case .array(let items, let count, let list):
      return ["type": "array", "items": items.openAPI].merging(list.openAPI) { first, _ in first }
        .merging(count.bounds("minItems", "maxItems")) { first, _ in first }
    case .string(let pattern, let length, let format):
      var members = length.bounds("minLength", "maxLength")
      members["type"] = "string"
      members["pattern"] = pattern.map { .string($0.expression) }
      members["format"] = format.map(JSONValue.string)
      return members
    case .choice(let words): return ["type": "string", "enum": JSONValue(words)]
    case .integer(let range):
      var members: [String: JSONValue] = ["type": "integer", "format": "int64"]
      if range.lowerBound > .min { members["minimum"] = .integer(range.lowerBound) }
      if range.upperBound < .max { members["maximum"] = .integer(range.upperBound) }
      return members
    case .number(let range):
      return ["type": "number", "minimum": .number(range.lowerBound), "maximum": .number(range.upperBound)]
    case .boolean: return ["type": "boolean"]
    case .integerOrString(let range, let pattern):
      return [
        "x-kubernetes-int-or-string": true, "anyOf": [["type": "integer"], ["type": "string"]],
        "pattern": .string(pattern.expression), "minimum": .integer(range.lowerBound),
        "maximum": .integer(range.upperBound),
      ]
    case .objectMeta(let name, let length):
      return ["type": "object", "properties": ["name": StructuralSchema.string(name, length: length).openAPI]]
    case .anyObject: return ["type": "object", "x-kubernetes-preserve-unknown-fields": true]
    }
  }
}

extension ListType {
  fileprivate var openAPI: [String: JSONValue] {
    switch self {
    case .atomic: ["x-kubernetes-list-type": "atomic"]
    case .set: ["x-kubernetes-list-type": "set"]
    case .map(let keys): ["x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": JSONValue(keys)]
    }
  }
}

extension SchemaRule {
  fileprivate var openAPI: JSONValue {
    var members: [String: JSONValue] = ["rule": .string(condition.cel), "message": .string(message)]
    if !field.isEmpty { members["fieldPath"] = .string(field.map { ".\($0)" }.joined()) }
    return .object(members)
  }
}

extension ClosedRange<Int> {
  fileprivate func bounds(_ least: String, _ most: String) -> [String: JSONValue] {
    var bounds: [String: JSONValue] = [:]
    if lowerBound > 0 { bounds[least] = JSONValue(lowerBound) }
    if upperBound < .max { bounds[most] = JSONValue(upperBound) }
    return bounds
  }
}
