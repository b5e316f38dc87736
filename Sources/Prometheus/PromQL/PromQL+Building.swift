extension PromQL {
  public typealias Matching = VectorMatching

  /// All series of a metric that fulfil the conditions.
  public static func metric(_ name: String, _ matchers: LabelMatcher...) -> PromQL {
    .vector(VectorSelector(name, matchers))
  }

  /// The series as they were some time ago. Only for a metric or subquery; anything else is returned unchanged.
  public func offset(_ duration: Duration) -> PromQL {
    var shifted = self
    shifted.timeShift?.offset = .duration(duration)
    return shifted
  }

  /// The samples within a range: of a metric its own, of anything else a subquery.
  public func over(_ range: PromRange, step: PromRange? = nil) -> PromQL {
    if case .vector(let selector) = self, step == nil { return .matrix(selector, range) }
    return .subquery(Subquery(self, range, step: step))
  }

  /// Growth of a counter per second.
  public func rate(_ range: PromRange) -> PromQL { .call("rate", [over(range)]) }
  /// Growth of a counter within the range.
  public func increase(_ range: PromRange) -> PromQL { .call("increase", [over(range)]) }
  /// The value that the line through the range's samples reaches after `seconds`.
  public func predicted(from range: PromRange, after duration: Duration) -> PromQL {
    .call("predict_linear", [over(range), .number(Double(duration.components.seconds))])
  }
  /// The newest sample within a range, however stale.
  public func last(within range: PromRange) -> PromQL { .call("last_over_time", [over(range)]) }

  /// The quantile of a histogram whose buckets are already rated and aggregated by `le`.
  public static func histogramQuantile(_ quantile: Double, _ buckets: PromQL) -> PromQL {
    .call("histogram_quantile", [.number(quantile), buckets])
  }

  /// One series, 1, when the operand has none.
  public static func absent(_ operand: PromQL) -> PromQL { .call("absent", [operand]) }

  public func sum(by labels: [String]) -> PromQL { aggregated(.sum, by: labels) }
  public func max(by labels: [String]) -> PromQL { aggregated(.max, by: labels) }
  public func min(by labels: [String]) -> PromQL { aggregated(.min, by: labels) }
  public func avg(by labels: [String]) -> PromQL { aggregated(.avg, by: labels) }
  public func count(by labels: [String]) -> PromQL { aggregated(.count, by: labels) }
  /// The `count` series with the greatest values.
  public func top(_ count: Int) -> PromQL {
    .aggregation(Aggregation(.topk, self, parameter: .number(Double(count))))
  }

  private func aggregated(_ function: Aggregation.Function, by labels: [String]) -> PromQL {
    .aggregation(Aggregation(function, self, grouping: labels.isEmpty ? nil : .by(labels)))
  }

  public func plus(_ other: PromQL, _ matching: Matching) -> PromQL { combined(.add, other, matching) }
  public func minus(_ other: PromQL, _ matching: Matching) -> PromQL { combined(.subtract, other, matching) }
  public func times(_ other: PromQL, _ matching: Matching) -> PromQL { combined(.multiply, other, matching) }
  public func divided(by other: PromQL, _ matching: Matching) -> PromQL { combined(.divide, other, matching) }

  public func times(_ factor: Double) -> PromQL { combined(.multiply, .number(factor), nil) }
  public func divided(by divisor: Double) -> PromQL { combined(.divide, .number(divisor), nil) }

  public func isAbove(_ threshold: Double) -> PromQL { combined(.greater, .number(threshold), nil) }
  public func isAtLeast(_ threshold: Double) -> PromQL { combined(.greaterOrEqual, .number(threshold), nil) }
  public func isBelow(_ threshold: Double) -> PromQL { combined(.less, .number(threshold), nil) }
  public func equals(_ number: Double) -> PromQL { combined(.equal, .number(number), nil) }
  public func isAbove(_ other: PromQL, _ matching: Matching) -> PromQL { combined(.greater, other, matching) }

  public func and(_ other: PromQL, _ matching: Matching) -> PromQL { combined(.and, other, matching) }
  /// With no matching written out, series are the same when all their labels are.
  public func or(_ other: PromQL, _ matching: Matching? = nil) -> PromQL { combined(.or, other, matching) }
  /// With no matching written out, series are the same when all their labels are.
  public func unless(_ other: PromQL, _ matching: Matching? = nil) -> PromQL { combined(.unless, other, matching) }

  private func combined(_ operation: BinaryOperator, _ other: PromQL, _ matching: Matching?) -> PromQL {
    .binary(BinaryOperation(operation, self, other, matching: matching))
  }
}
