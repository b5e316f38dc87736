import Prometheus

/// What is wrong with an expression, wherever it stands.
enum ExpressionChecks {
  typealias Check = LintCheck<PromQL, ExpressionScope>

  static let all = ofTime + ofCounters + ofVectors + ofSelectors

  private static let rates: Set<String> = ["rate", "irate", "increase"]
  /// What may be asked of a counter without its growth.
  private static let ofGrowth = rates.union([
    "resets", "changes", "absent", "absent_over_time", "present_over_time", "count_over_time",
  ])

  static let ofTime: [Check] = [
    Check("window") { expression, scope in
      let least = scope.scrapeInterval * 4
      return expression.selectors.compactMap { use in
        guard let function = use.function, case .duration(let range)? = use.range, range < least,
          scope.series(named: use.selector.metric ?? "")?.isScraped != false
        else { return nil }
        return "\(function) over \(PromDuration.text(range)) sees less than four scrapes"
      }
    },
    Check("rate-interval") { expression, scope in
      guard scope.isPanel else { return [] }
      return expression.selectors.compactMap { use in
        guard let function = use.function, rates.contains(function), use.range != .grafanaRateInterval else {
          return nil
        }
        return "\(function) over \(use.range?.text ?? "a subquery") instead of $__rate_interval"
      }
    },
    Check("time-shift") { expression, scope in
      var found: [String] = []
      expression.forEach { expression, _ in
        switch expression {
        case .vector(let selector), .matrix(let selector, _): found += shifts(selector.offset, selector.at, scope)
        case .subquery(let subquery): found += shifts(subquery.offset, subquery.at, scope)
        default: break
        }
      }
      return found
    },
    Check("function-version") { expression, scope in
      expression.calls.compactMap { call in
        if ["holt_winters", "double_exponential_smoothing"].contains(call.name) {
          return "\(call.name) goes away or changes"
        }
        return PromQLFunction.named(call.name)?.isKnown(to: scope.version) == true
          ? nil : "\(call.name) is not known to Prometheus \(scope.version)"
      }
    },
  ]

  private static func shifts(_ offset: PromRange, _ at: PromInstant?, _ scope: ExpressionScope) -> [String] {
    let isAhead = if case .duration(let duration) = offset { duration < .zero } else { false }
    guard scope.version < PrometheusVersion(2, 33) else { return isAhead ? ["looks ahead of now"] : [] }
    return (isAhead ? ["a negative offset needs Prometheus 2.33"] : []) + (at == nil ? [] : ["@ needs Prometheus 2.33"])
  }

  static let ofCounters: [Check] = [
    Check("counter") { expression, scope in
      expression.selectors.compactMap { use in
        guard let name = use.selector.metric, scope.isCounter(name),
          !ofGrowth.contains(use.function ?? ""), !isBirth(use)
        else { return nil }
        return "the counter \(name) is used without rate or increase"
      }
    },
    Check("gauge") { expression, scope in
      expression.selectors.compactMap { use in
        guard let function = use.function, rates.contains(function) || function == "resets",
          let name = use.selector.metric, scope.series(named: name) != nil, !scope.isCounter(name)
        else { return nil }
        return "\(function) of the gauge \(name)"
      }
    },
    Check("rate-of-aggregate") { expression, _ in
      expression.calls.compactMap { call in
        guard rates.contains(call.name), case .subquery = call.arguments.first else { return nil }
        return "\(call.name) of a subquery: a counter that restarts is a jump of the sum"
      }
    },
    Check("quantile") { expression, _ in
      expression.calls.compactMap { call in
        guard call.name == "histogram_quantile", let buckets = call.arguments.last else { return nil }
        guard case .aggregation(let aggregation) = buckets, aggregation.function == .sum else {
          return "histogram_quantile of series that are not added up: one quantile for each"
        }
        switch aggregation.grouping {
        case .by(let labels) where labels.contains("le"): break
        case .without(let labels) where !labels.contains("le"): break
        default: return "the buckets lose their label le"
        }
        return aggregation.operand.selectors.allSatisfy { $0.selector.metric?.hasSuffix("_bucket") != false }
          ? nil : "histogram_quantile of something other than buckets"
      }
    },
  ]

  /// A counter that is above zero when it is first seen grew from nothing, which `increase` does not see: its series now,
  /// without those that existed before.
  private static func isBirth(_ use: SelectorUse) -> Bool {
    let isLookBack = use.function == "last_over_time" && use.selector.offset != .duration(.zero)
    return use.ancestors.contains { ancestor in
      guard case .binary(let operation) = ancestor, operation.operator == .unless else { return false }
      guard !isLookBack else { return true }
      return operation.right.selectors.contains {
        $0.selector.metric == use.selector.metric && $0.selector.offset != .duration(.zero)
      }
    }
  }

  static let ofVectors: [Check] = [
    Check("matching") { expression, scope in
      expression.operations.compactMap { operation, _ in
        guard operation.isBetweenVectors, operation.matching == nil else { return nil }
        let labels = [operation.left, operation.right].map { $0.outputLabels(scope.labels) }
        // And, or and unless of series with the same labels say all there is to say.
        if operation.operator.isSet, labels[0] != nil, labels[0] == labels[1] { return nil }
        return "\(operation.operator.rawValue) without on or ignoring"
      }
    },
    Check("division") { expression, _ in
      expression.operations.compactMap { operation, _ in
        guard operation.operator == .divide || operation.operator == .modulo, !isNeverZero(operation.right) else {
          return nil
        }
        return "division by \(operation.right), which can be zero"
      }
    },
    Check("labels") { expression, scope in missingLabels(in: expression, scope) },
    Check("duplicate-labels") { expression, _ in
      let lists =
        expression.aggregations.map { aggregation -> [String] in
          switch aggregation.grouping {
          case .by(let labels), .without(let labels): labels
          case nil: []
          }
        } + expression.operations.map { $0.operation.matching?.labels.names ?? [] }
      return lists.filter { Set($0).count < $0.count }.map { "a label twice in \($0.joined(separator: ", "))" }
    },
    Check("absent") { expression, scope in
      expression.calls.compactMap { call in
        guard call.name.hasPrefix("absent") else { return nil }
        let names = call.arguments.first?.metricNames ?? []
        if names.isEmpty { return "\(call.name) of no metric" }
        return names.first { scope.series(named: $0) == nil }.map { "\(call.name) of \($0), which nobody serves" }
      }
    },
  ]

  private static func isNeverZero(_ divisor: PromQL) -> Bool {
    switch divisor {
    case .number(let value): value != 0
    case .binary(let operation):
      if case .number(let bound) = operation.right {
        switch operation.operator {
        case .greater: bound >= 0 && !operation.returnsBool
        case .greaterOrEqual: bound > 0 && !operation.returnsBool
        case .notEqual: bound == 0 && !operation.returnsBool
        case .multiply, .divide: bound != 0 && isNeverZero(operation.left)
        default: false
        }
      } else {
        operation.operator == .and && isNeverZero(operation.left)
      }
    case .call("clamp_min", let arguments): if case .number(let bound)? = arguments.last { bound > 0 } else { false }
    case .call("pi", _), .call("time", _): true
    case .aggregation(let aggregation) where aggregation.function == .count || aggregation.function == .group: true
    case .aggregation(let aggregation)
    where [.min, .max, .avg, .sum, .topk, .bottomk].contains(aggregation.function): isNeverZero(aggregation.operand)
    default: false
    }
  }

  private static func missingLabels(in expression: PromQL, _ scope: ExpressionScope) -> [String] {
    func missing(_ labels: [String], from operand: PromQL, _ place: String) -> [String] {
      guard let known = operand.outputLabels(scope.labels) else { return [] }
      return labels.filter { !known.contains($0) }.map { "\(place) names \($0), which \(operand) does not have" }
    }
    var found: [String] = []
    for aggregation in expression.aggregations {
      if case .by(let labels) = aggregation.grouping { found += missing(labels, from: aggregation.operand, "by") }
    }
    for (operation, _) in expression.operations {
      guard let matching = operation.matching else { continue }
      if case .on(let labels) = matching.labels {
        found += missing(labels, from: operation.left, "on") + missing(labels, from: operation.right, "on")
      }
      switch matching.group {
      case .left(let added): found += missing(added, from: operation.right, "group_left")
      case .right(let added): found += missing(added, from: operation.left, "group_right")
      case nil: break
      }
    }
    return found
  }

  static let ofSelectors: [Check] = [
    Check("defined") { expression, scope in
      expression.selectors.compactMap { use in
        guard let name = use.selector.metric else { return "a selector without a metric's name" }
        return scope.series(named: name) == nil ? "nobody serves \(name)" : nil
      }
    },
    Check("matcher-labels") { expression, scope in
      expression.selectors.flatMap { use -> [String] in
        guard let known = scope.labels(of: use.selector) else { return [] }
        return use.selector.matchers.filter { !known.contains($0.label) }
          .map { "\(use.selector.metric ?? "") has no label \($0.label)" }
      }
    },
    Check("regex") { expression, _ in
      expression.selectors.flatMap(\.selector.matchers).compactMap { matcher in
        guard matcher.operator == .matches || matcher.operator == .matchesNot else { return nil }
        let regex = matcher.value.replacing(/\$\{?[A-Za-z_]\w*(:\w+)?\}?/, with: "$variable")
        if regex.contains("$variable") { return nil }
        if regex.hasPrefix("^") || regex.hasSuffix("$") { return "\(regex) is anchored as it is" }
        if !regex.contains(/[\\\[\](){}.*+?|^$]/) {
          return "\(matcher.label)=~\"\(regex)\" needs no regular expression"
        }
        return regex == ".*" ? "\(matcher.label)=~\".*\" means nothing" : nil
      }
    },
    Check("empty-matcher") { expression, _ in
      expression.selectors.flatMap { use in
        use.selector.matchers.compactMap { matcher in
          let isRegex = matcher.operator == .matches || matcher.operator == .matchesNot
          // Beside a variable it is meant: series that are of no node, too.
          guard isRegex, !matcher.value.contains("$"),
            matcher.value.isEmpty || matcher.acceptsEmpty && matcher.operator == .matches
          else {
            return nil
          }
          return "\(matcher.label)\(matcher.operator.rawValue)\"\(matcher.value)\" also takes series without the label"
        }
      }
    },
  ]
}
