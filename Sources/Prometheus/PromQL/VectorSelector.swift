/// Names the series of one metric by their labels, perhaps as they were some time ago.
public struct VectorSelector: Hashable, Sendable {
  public var metric: String
  public var matchers: [LabelMatcher]
  /// How far back; zero is now.
  public var offset: Duration

  /// - Precondition: `metric` is a legal metric name.
  public init(_ metric: String, _ matchers: [LabelMatcher] = [], offset: Duration = .zero) {
    precondition(MetricName.isValid(metric: metric), "\(metric) is not a legal metric name")
    (self.metric, self.matchers, self.offset) = (metric, matchers, offset)
  }
}

/// One condition on a label.
public struct LabelMatcher: Hashable, Sendable {
  public enum Operator: String, Sendable {
    case equal = "="
    case notEqual = "!="
    case matches = "=~"
    case matchesNot = "!~"
  }

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

/// A stretch of time in an expression.
public enum PromRange: Hashable, Sendable {
  case duration(Duration)
  /// A variable that Grafana fills in, for instance `$__rate_interval`.
  case variable(String)

  /// The range that Grafana computes from the scrape interval and the zoom; right for `rate` in a panel.
  public static let grafanaRateInterval = PromRange.variable("$__rate_interval")

  public static func minutes(_ count: Int) -> PromRange { .duration(.seconds(60 * count)) }
  public static func hours(_ count: Int) -> PromRange { .duration(.seconds(3600 * count)) }

  public var text: String {
    switch self {
    case .duration(let duration): PromDuration.text(duration)
    case .variable(let name): name
    }
  }
}

/// Durations as Prometheus writes them: `5m`, `1h30m`, `250ms`. Never `1d`, which other readers of rule files refuse.
public enum PromDuration {
  /// Whole milliseconds of a duration that is not negative; the rest is cut off.
  public static func text(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    var rest = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    var text = ""
    for (unit, milliseconds) in [("h", Int64(3_600_000)), ("m", 60_000), ("s", 1000), ("ms", 1)] {
      let count = rest / milliseconds
      if count > 0 { text += "\(count)\(unit)" }
      rest %= milliseconds
    }
    return text.isEmpty ? "0s" : text
  }
}
