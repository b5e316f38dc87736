import Prometheus

/// Makes expressions of any shape that the language allows, such that a failure can be repeated from the seed.
struct PromQLGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

  /// An instant vector.
  mutating func vector(depth: Int) -> PromQL {
    guard depth > 0 else { return .vector(selector()) }
    switch below(8) {
    case 0: return .vector(selector())
    case 1: return .negated(vector(depth: depth - 1))
    case 2, 3: return binary(depth: depth - 1)
    case 4: return aggregation(depth: depth - 1)
    case 5: return .call(pick(["abs", "absent", "sort", "ceil"]), [vector(depth: depth - 1)])
    case 6: return .call(pick(["rate", "increase", "last_over_time"]), [range(depth: depth - 1)])
    default: return other(depth: depth - 1)
    }
  }

  private mutating func other(depth: Int) -> PromQL {
    switch below(4) {
    case 0: .call("vector", [scalar(depth: depth)])
    case 1: .histogramQuantile(0.5, vector(depth: depth))
    case 2: .call("label_replace", [vector(depth: depth)] + (0..<4).map { _ in .string(text()) })
    default: .call("quantile_over_time", [scalar(depth: depth), range(depth: depth)])
    }
  }

  mutating func scalar(depth: Int) -> PromQL {
    switch below(depth > 0 ? 6 : 2) {
    case 0: .number(number())
    case 1: .call("time", [])
    case 2: .call("scalar", [vector(depth: depth - 1)])
    case 3: .negated(scalar(depth: depth - 1))
    case 4:
      .binary(
        .init(pick([.add, .power, .atan2, .divide]), scalar(depth: depth - 1), scalar(depth: depth - 1)))
    default:
      .binary(.init(pick([.less, .equal]), scalar(depth: depth - 1), scalar(depth: depth - 1), returnsBool: true))
    }
  }

  private mutating func range(depth: Int) -> PromQL {
    if below(2) == 0 {
      var expression = PromQL.matrix(selector(), duration())
      if below(4) == 0 { expression = expression.offset(.milliseconds(Int(below(1 << 40)) - 1 << 39)) }
      return expression
    }
    var subquery = PromQL.Subquery(vector(depth: depth), duration(), step: below(2) == 0 ? nil : duration())
    if below(4) == 0 { subquery.offset = duration() }
    if below(4) == 0 { subquery.at = instant() }
    return .subquery(subquery)
  }

  private mutating func binary(depth: Int) -> PromQL {
    let `operator` = PromQL.BinaryOperator.allCases[below(PromQL.BinaryOperator.allCases.count)]
    let returnsBool = `operator`.isComparison && below(2) == 0
    if !`operator`.isSet, below(3) == 0 {
      let (left, right) =
        below(2) == 0
        ? (scalar(depth: depth), vector(depth: depth)) : (vector(depth: depth), scalar(depth: depth))
      return .binary(.init(`operator`, left, right, returnsBool: returnsBool))
    }
    var matching: PromQL.VectorMatching?
    if below(3) > 0 {
      let labels = self.labels()
      matching = below(2) == 0 ? .on(labels) : .ignoring(labels)
      if !`operator`.isSet, below(2) == 0 {
        let added = self.labels().filter { !labels.contains($0) }
        matching = below(2) == 0 ? matching?.groupLeft(added) : matching?.groupRight(added)
      }
    }
    return .binary(
      .init(
        `operator`, vector(depth: depth), vector(depth: depth), matching: matching, returnsBool: returnsBool))
  }

  private mutating func aggregation(depth: Int) -> PromQL {
    let function = PromQL.Aggregation.Function.allCases[below(PromQL.Aggregation.Function.allCases.count)]
    let grouping: PromQL.Aggregation.Grouping? = [nil, .by(labels()), .without(labels())][below(3)]
    let parameter: PromQL? =
      switch function {
      case .topk, .bottomk, .quantile: scalar(depth: depth)
      case .countValues: .string(text())
      default: nil
      }
    return .aggregation(.init(function, vector(depth: depth), parameter: parameter, grouping: grouping))
  }

  private mutating func selector() -> VectorSelector {
    var matchers = (0..<below(3)).map { _ -> LabelMatcher in
      let `operator` = LabelMatcher.Operator.allCases[below(4)]
      let isRegex = `operator` == .matches || `operator` == .matchesNot
      return LabelMatcher(pick(Self.words), `operator`, isRegex ? pick(["a|b", "", "(x+)?", "[^\\d]{2}"]) : text())
    }
    var selector: VectorSelector
    if below(5) == 0 {
      matchers.append(.notEqual("job", ""))
      selector = VectorSelector(matching: matchers)
    } else {
      selector = VectorSelector(pick(["a", "b:c:d", "_x"] + Self.metricWords), matchers)
    }
    if below(6) == 0 { selector.at = instant() }
    return selector
  }

  private static let metricWords = ["sum", "by", "and", "offset", "start", "Without", "count_values", "UNLESS"]
  private static let words = ["on", "by", "group_left", "node", "bool", "sum", "atan2", "offset", "_"]

  private mutating func labels() -> [String] { (0..<below(4)).map { _ in pick(Self.words) } }

  private mutating func text() -> String {
    let parts = [
      "a", "\"", "'", "\\", "\n", "`", "é", "日", "\u{FFFD}", "\u{1F600}", "\t", "\0", "#", "{", "$node", "\r\n",
      "\u{301}",
    ]
    return (0..<below(5)).map { _ in pick(parts) }.joined()
  }

  private mutating func number() -> Double {
    switch below(6) {
    case 0: Double(below(1000)) - 500
    case 1:
      Double(bitPattern: UInt64(below(Int.max))).isFinite ? Double(bitPattern: UInt64(below(0x7FEF_FFFF_FFFF_FFFF))) : 1
    case 2: .infinity
    case 3: -.infinity
    case 4: -0.0
    default: Double(below(1_000_000)) / 1000
    }
  }

  private mutating func duration() -> PromRange { .duration(.milliseconds(1 + below(1 << 40))) }

  private mutating func instant() -> PromInstant {
    switch below(3) {
    case 0: .start
    case 1: .end
    default: .time(Double(below(1 << 40) - 1 << 39) / 1000)
    }
  }

  private mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }

  private mutating func below(_ bound: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state >> 1) % bound
  }
}
