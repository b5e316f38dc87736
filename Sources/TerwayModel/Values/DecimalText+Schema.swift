import KubernetesModel

extension StructuralSchema {
  /// A number in a string, with a condition on it.
  static func decimal(_ condition: SchemaPredicate, _ message: String) -> StructuralSchema {
    .string(DecimalText.syntax, length: 1...DecimalText.maxLength, rules: [SchemaRule(condition, message: message)])
  }

  static let positiveDecimal = decimal(.decimal() > 0, "must be greater than 0")
  static let nonNegativeDecimal = decimal(.decimal() >= 0, "must not be negative")
  /// Above 0, up to and including 1.
  static let ratio = decimal(.decimal() > 0 && .decimal() <= 1, "must be greater than 0 and at most 1")
  /// Above 0 and below 1.
  static let openRatio = decimal(.decimal() > 0 && .decimal() < 1, "must be greater than 0 and less than 1")
}

extension SchemaTerm<Double> {
  /// A string field that holds a number; without a path, the value itself.
  static func decimal(_ path: String...) -> Self {
    SchemaTerm(cel: "double(\(CEL.field(path)))") { root in
      root.value(below: path)?.string.flatMap(DecimalText.init)?.value
    }
  }
}
