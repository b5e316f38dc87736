import Serialization

extension StructuralSchema {
  /// The value as a reader sees it: absent fields filled in, at every depth, and meaningless nulls dropped.
  ///
  /// Does what the API server does on reads and writes, plus the defaults that only the operator knows. Values of a wrong
  /// type are left for validation to report.
  public func applyingDefaults(to value: JSONValue) -> JSONValue {
    switch (shape, value) {
    case (.object(let fields), .object(var members)):
      for field in fields {
        let given = members[field.name].flatMap { $0.isNull ? nil : $0 } ?? field.schema.defaultValue
        members[field.name] = given.map(field.schema.applyingDefaults)
      }
      return .object(members)
    case (.map(let values, _, _), .object(let members)):
      return .object(members.compactMapValues { $0.isNull ? values.defaultValue : values.applyingDefaults(to: $0) })
    case (.array(let items, _, _), .array(let elements)):
      return .array(elements.map(items.applyingDefaults))
    default:
      return value
    }
  }
}
