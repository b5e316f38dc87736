extension PromQL {
  /// What an expression evaluates to.
  public enum ValueType: String, Hashable, Sendable {
    case scalar = "a scalar"
    case instantVector = "an instant vector"
    case rangeVector = "a range vector"
    case string = "a string"
  }

  /// What the expression evaluates to; of a function that is not known an instant vector.
  public var valueType: ValueType {
    switch self {
    case .number: .scalar
    case .string: .string
    case .vector, .aggregation: .instantVector
    case .matrix, .subquery: .rangeVector
    case .call(let name, _): PromQLFunction.named(name)?.result ?? .instantVector
    case .binary(let operation): operation.isBetweenScalars ? .scalar : .instantVector
    case .negated(let operand): operand.valueType
    case .verbatim: .instantVector
    }
  }
}

extension PromQL.BinaryOperation {
  fileprivate var isBetweenScalars: Bool { left.valueType == .scalar && right.valueType == .scalar }

  /// Whether series of two vectors have to find each other.
  public var isBetweenVectors: Bool { left.valueType == .instantVector && right.valueType == .instantVector }
}
