/// A check that no single field can express, for the API server (as `x-kubernetes-validations`) and for the operator.
public struct SchemaRule: Sendable {
  public let condition: SchemaPredicate
  /// Follows the field's path and value: `must not exceed interval`.
  public let message: String
  /// The field that the message is about, below the value that carries the rule; empty = that value itself.
  public let field: [String]

  public init(_ condition: SchemaPredicate, at field: String..., message: String) {
    self.condition = condition
    self.message = message
    self.field = field
  }
}
