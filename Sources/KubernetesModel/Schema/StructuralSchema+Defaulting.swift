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
        let given = members[field.name]?.unlessNull ?? field.schema.defaultValue
        members[field.name] = given.map(field.schema.applyingDefaults)
      }
      return .object(members)
    case (.map(let values, _, _), .object(let members)):
      return .object(
        members.compactMapValues { member in
          (member.unlessNull ?? values.defaultValue).map(values.applyingDefaults)
        })
    case (.array(let items, _, _), .array(let elements)):
      return .array(elements.map(items.applyingDefaults))
    default:
      return value
    }
  }

  /// The value as it is written: without the empty texts that reading fills in again.
  ///
  /// They say nothing to people, and the validation of API servers before 1.23 can take an empty text for null.
  public func omittingEmptyTexts(from value: JSONValue) -> JSONValue {
    switch (shape, value) {
    case (.object(let fields), .object(var members)):
      for field in fields {
        let isFilledIn = field.schema.defaultValue == "" && members[field.name] == ""
        members[field.name] = isFilledIn ? nil : members[field.name].map(field.schema.omittingEmptyTexts)
      }
      return .object(members)
    case (.array(let items, _, _), .array(let elements)):
      return .array(elements.map(items.omittingEmptyTexts))
    default:
      return value
    }
  }
}

extension JSONValue {
  /// `nil` for null, which in an API object means the same as an absent field.
  public var unlessNull: JSONValue? { isNull ? Optional.none : Optional.some(self) }
}
