extension PromQL {
  /// The labels that every series of the result has, the metric's name aside; `nil` when that cannot be told.
  ///
  /// - Parameter known: the labels of a selector's series; `nil` when they are not known.
  public func outputLabels(_ known: (VectorSelector) -> Set<String>? = { _ in nil }) -> Set<String>? {
    switch self {
    case .number, .string: []
    case .vector(let selector), .matrix(let selector, _): known(selector)
    case .subquery(let subquery): subquery.operand.outputLabels(known)
    case .negated(let operand): operand.outputLabels(known)
    case .call(let name, let arguments): Self.labels(of: name, arguments, known)
    case .aggregation(let aggregation): aggregation.outputLabels(known)
    case .binary(let operation): operation.outputLabels(known)
    case .verbatim: nil
    }
  }

  private static func labels(
    of function: String, _ arguments: [PromQL], _ known: (VectorSelector) -> Set<String>?
  ) -> Set<String>? {
    switch function {
    case "absent", "absent_over_time": return arguments.first?.labelsOfAbsence
    case "vector", "scalar", "time", "pi": return []
    default: break
    }
    let vector = arguments.first { $0.valueType == .instantVector || $0.valueType == .rangeVector }
    // Without an argument they are of the time of evaluation.
    guard let vector else { return [] }
    guard var labels = vector.outputLabels(known) else { return nil }
    switch function {
    case "histogram_quantile": labels.remove("le")
    case "label_replace", "label_join":
      guard arguments.count > 1, case .string(let label) = arguments[1] else { return nil }
      labels.insert(label)
    default: break
    }
    return labels
  }

  /// What is absent has the labels that its matchers prescribe.
  private var labelsOfAbsence: Set<String> {
    switch self {
    case .vector(let selector), .matrix(let selector, _):
      Set(selector.matchers.filter { $0.operator == .equal && !$0.value.isEmpty }.map(\.label))
    default: []
    }
  }
}

extension PromQL.Aggregation {
  fileprivate func outputLabels(_ known: (VectorSelector) -> Set<String>?) -> Set<String>? {
    let below = operand.outputLabels(known)
    var labels: Set<String>?
    switch (function, grouping) {
    case (.topk, _), (.bottomk, _): return below
    case (_, .by(let names)): labels = below.map { $0.intersection(names) } ?? Set(names)
    case (_, .without(let names)): labels = below?.subtracting(names)
    case (_, nil): labels = []
    }
    if function == .countValues, case .string(let label) = parameter { labels?.insert(label) }
    return labels
  }
}

extension PromQL.BinaryOperation {
  fileprivate func outputLabels(_ known: (VectorSelector) -> Set<String>?) -> Set<String>? {
    let (left, right) = (self.left.outputLabels(known), self.right.outputLabels(known))
    guard isBetweenVectors else { return self.left.valueType == .instantVector ? left : right }
    switch `operator` {
    case .and, .unless: return left
    case .or: return left.flatMap { left in right.map(left.intersection) }
    default: break
    }
    switch matching?.group {
    case .left(let added): return left.map { $0.union(added) }
    case .right(let added): return right.map { $0.union(added) }
    case nil: break
    }
    switch matching?.labels {
    case .on(let names): return (left ?? right).map { $0.intersection(names) } ?? Set(names)
    case .ignoring(let names): return left?.subtracting(names)
    case nil: return left
    }
  }
}
