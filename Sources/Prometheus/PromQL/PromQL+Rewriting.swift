extension PromQL {
  /// The expression with every part of it changed, innermost first.
  public func mapped(_ change: (PromQL) -> PromQL) -> PromQL {
    switch self {
    case .number, .string, .vector, .matrix, .verbatim: return change(self)
    case .negated(let operand): return change(.negated(operand.mapped(change)))
    case .call(let name, let arguments): return change(.call(name, arguments.map { $0.mapped(change) }))
    case .subquery(var subquery):
      subquery.operand = subquery.operand.mapped(change)
      return change(.subquery(subquery))
    case .aggregation(var aggregation):
      aggregation.operand = aggregation.operand.mapped(change)
      aggregation.parameter = aggregation.parameter?.mapped(change)
      return change(.aggregation(aggregation))
    case .binary(var operation):
      operation.left = operation.left.mapped(change)
      operation.right = operation.right.mapped(change)
      return change(.binary(operation))
    }
  }

  /// The same, kept apart by one label more: in every `by` and every `on`, and where everything was aggregated into one.
  ///
  /// `without` and `ignoring` keep labels apart that they do not name, and stay unless they name this one.
  public func keptApart(by label: String) -> PromQL {
    func with(_ labels: [String]) -> [String] { labels.contains(label) ? labels : [label] + labels }
    return mapped { expression in
      switch expression {
      case .aggregation(var aggregation):
        switch aggregation.grouping {
        case .by(let labels): aggregation.grouping = .by(with(labels))
        case .without(let labels): aggregation.grouping = .without(labels.filter { $0 != label })
        case nil: aggregation.grouping = .by([label])
        }
        return .aggregation(aggregation)
      case .binary(var operation):
        guard let matching = operation.matching else { return expression }
        switch matching.labels {
        case .on(let labels): operation.matching?.labels = .on(with(labels))
        case .ignoring(let labels): operation.matching?.labels = .ignoring(labels.filter { $0 != label })
        }
        switch matching.group {
        case .left(let added): operation.matching?.group = .left(added.filter { $0 != label })
        case .right(let added): operation.matching?.group = .right(added.filter { $0 != label })
        case nil: break
        }
        return .binary(operation)
      default: return expression
      }
    }
  }
}
