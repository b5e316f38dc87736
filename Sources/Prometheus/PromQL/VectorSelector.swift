/// Names series by their metric and labels, perhaps as they were some time ago.
public struct VectorSelector: Hashable, Sendable {
  /// `nil` when the series are told apart by matchers alone, for instance `{__name__=~"node_.+"}`.
  public var metric: String?
  public var matchers: [LabelMatcher]
  /// How far back; zero is now, below zero is ahead.
  public var offset: PromRange
  /// The time that the offset starts from, when it is not the time of evaluation.
  public var at: PromInstant?

  /// - Precondition: `metric` is a legal metric name.
  public init(_ metric: String, _ matchers: [LabelMatcher] = [], offset: Duration = .zero) {
    precondition(MetricName.isValid(metric: metric), "\(metric) is not a legal metric name")
    (self.metric, self.matchers, self.offset) = (metric, matchers, .duration(offset))
  }

  /// All series that fulfil the conditions, whatever their metric.
  ///
  /// Prometheus refuses the selector unless one of the conditions keeps out series without the label.
  public init(matching matchers: [LabelMatcher]) {
    (metric, self.matchers, offset) = (nil, matchers, .duration(.zero))
  }
}

/// One condition on a label.
public struct LabelMatcher: Hashable, Sendable {
  public enum Operator: String, Sendable, CaseIterable {
    case equal = "="
    case notEqual = "!="
    case matches = "=~"
    case matchesNot = "!~"
  }

  /// The label that holds the name of the metric.
  public static let metricNameLabel = "__name__"

  public var label: String
  public var `operator`: Operator
  public var value: String

  /// - Precondition: `label` is a legal label name.
  public init(_ label: String, _ operator: Operator, _ value: String) {
    precondition(MetricName.isValid(label: label), "\(label) is not a legal label name")
    (self.label, self.operator, self.value) = (label, `operator`, value)
  }

  public static func equal(_ label: String, _ value: String) -> LabelMatcher { .init(label, .equal, value) }
  public static func notEqual(_ label: String, _ value: String) -> LabelMatcher { .init(label, .notEqual, value) }
  public static func matches(_ label: String, _ regex: String) -> LabelMatcher { .init(label, .matches, regex) }
}

extension LabelMatcher {
  /// Whether series without the label fulfil the condition; false for a regular expression that is malformed.
  public var acceptsEmpty: Bool {
    switch `operator` {
    case .equal: value.isEmpty
    case .notEqual: !value.isEmpty
    case .matches: regexAcceptsEmpty == true
    case .matchesNot: regexAcceptsEmpty == false
    }
  }

  /// `nil` when the value is no regular expression.
  private var regexAcceptsEmpty: Bool? {
    do throws(RegularExpressionError) {
      return try RegularExpressionSyntax(checking: value).acceptsEmpty
    } catch {
      return nil
    }
  }
}

/// A point in time to which the `@` modifier pins a selector or subquery.
public enum PromInstant: Hashable, Sendable {
  /// Seconds since 1970.
  case time(Double)
  /// Where the range of the query starts.
  case start
  /// Where the range of the query ends.
  case end

  var text: String {
    switch self {
    case .time(let seconds): PromQL.text(of: seconds)
    case .start: "start()"
    case .end: "end()"
    }
  }
}
