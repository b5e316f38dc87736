/// A selector where it stands in an expression.
public struct SelectorUse: Hashable, Sendable {
  public var selector: VectorSelector
  /// `nil` where the newest sample is taken.
  public var range: PromRange?
  /// What it is part of, outermost first; the selector itself is not among them.
  public var ancestors: [PromQL]

  /// The function that takes the samples, for instance `rate`; `nil` when something else does.
  public var function: String? {
    if case .call(let name, _) = ancestors.last { name } else { nil }
  }
}

extension PromQL {
  /// The expressions directly below, in the order in which they are written.
  public var operands: [PromQL] {
    switch self {
    case .number, .string, .vector, .matrix, .verbatim: []
    case .subquery(let subquery): [subquery.operand]
    case .call(_, let arguments): arguments
    case .aggregation(let aggregation): [aggregation.parameter, aggregation.operand].compactMap(\.self)
    case .binary(let operation): [operation.left, operation.right]
    case .negated(let operand): [operand]
    }
  }

  /// Visits the expression and everything below, outermost first, each with what it is part of.
  public func forEach(_ visit: (_ expression: PromQL, _ ancestors: [PromQL]) -> Void) {
    forEach(below: [], visit)
  }

  private func forEach(below ancestors: [PromQL], _ visit: (PromQL, [PromQL]) -> Void) {
    visit(self, ancestors)
    for operand in operands { operand.forEach(below: ancestors + [self], visit) }
  }

  /// Every selector, in the order in which they are written.
  public var selectors: [SelectorUse] {
    var uses: [SelectorUse] = []
    forEach { expression, ancestors in
      switch expression {
      case .vector(let selector): uses.append(SelectorUse(selector: selector, range: nil, ancestors: ancestors))
      case .matrix(let selector, let range):
        uses.append(SelectorUse(selector: selector, range: range, ancestors: ancestors))
      default: break
      }
    }
    return uses
  }

  /// The metrics that are selected by name, each once, in the order in which they are written.
  public var metricNames: [String] {
    var seen: Set<String> = []
    return selectors.compactMap(\.selector.metric).filter { seen.insert($0).inserted }
  }
}
