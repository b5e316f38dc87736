import KubernetesModel
import Serialization

/// Makes a valid value in which no leaf has its default.
enum DifferingValue {
  static func make(of schema: StructuralSchema) -> JSONValue {
    switch schema.shape {
    case .object(let fields):
      .object(Dictionary(uniqueKeysWithValues: fields.map { ($0.name, make(of: $0.schema)) }))
    case .map(let values, let keys, _): .object([keys?.examples.last ?? "key": make(of: values)])
    case .array(let items, _, _): .array([make(of: items, butNot: schema.defaultValue?[0])])
    default: make(of: schema, butNot: schema.defaultValue)
    }
  }

  private static func make(of schema: StructuralSchema, butNot excluded: JSONValue?) -> JSONValue {
    if case .object = schema.shape { return make(of: schema) }
    return candidates(schema).first { $0 != excluded && schema.violations(in: $0).isEmpty } ?? .null
  }

  /// The paths of leaves and lists that are as they would be by default.
  static func leavesAtDefault(_ value: JSONValue, _ schema: StructuralSchema, _ path: [PathElement] = []) -> [String] {
    if case .object(let fields) = schema.shape {
      return fields.flatMap { leavesAtDefault(value[$0.name] ?? .null, $0.schema, path + [.key($0.name)]) }
    }
    return value == schema.defaultValue || value.isNull ? [path.fieldPath] : []
  }

  private static func candidates(_ schema: StructuralSchema) -> [JSONValue] {
    switch schema.shape {
    case .boolean: [true, false]
    case .choice(let words): words.map(JSONValue.string)
    case .integer(let range), .integerOrString(let range, _):
      [.integer(range.lowerBound), .integer(range.lowerBound + 1)]
    case .string(_, _, "date-time"): ["2026-01-02T03:04:05Z"]
    case .string(let pattern, _, _):
      ((pattern?.examples ?? ["text", "another text"]) + ["48h", "0.95", "75"]).map(JSONValue.string)
    default: []
    }
  }
}
