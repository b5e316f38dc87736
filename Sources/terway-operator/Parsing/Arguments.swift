/// The options and operands of one command line, checked and typed.
struct Arguments: Sendable {
  private var values: [String: any Sendable]
  /// What was given without dashes.
  let operands: [String]

  init(values: [String: any Sendable], operands: [String]) {
    (self.values, self.operands) = (values, operands)
  }

  /// The value that was given, else that of the environment, else the default.
  subscript<Value>(option: Option<Value>) -> Value {
    // Not one expression: casting an absent value to an optional type gives a present nil.
    guard let value = values[option.declaration.name] else { return option.initial }
    return value as? Value ?? option.initial
  }
}
