import Serialization

/// What an alert does with a history of series in promtool's notation.
struct AlertCase: Sendable {
  var alert: String
  var situation: String
  /// Minutes between two samples.
  var step = 1
  /// Minutes between two evaluations; what happens in between is seen at the next.
  var evaluation = 1
  /// Which rendering of the alert the case is about; `nil` is all that have it.
  var source: Source?
  var series: [String: String]
  /// Minutes from the start at which nothing fires.
  var silentAt: [Int]
  /// Minutes from the start at which `firing` does.
  var firesAt: [Int]
  var firing: [Firing]

  enum Source: String, Sendable, CaseIterable { case contract, upstream }

  struct Firing: Sendable {
    var labels: [String: String]
    /// The value as the texts say it.
    var value: String
    /// The summary, word for word; `nil` takes the rule's own, filled in.
    var says: String?
    /// The description, in the same way.
    var describes: String?
  }

  init(
    _ alert: String, _ situation: String, silent silentAt: Int..., fires firesAt: [Int] = [],
    given series: [String: String]..., as firing: Firing...
  ) {
    (self.alert, self.situation) = (alert, situation)
    self.series = series.reduce(into: [:]) { $0.merge($1) { $1 } }
    (self.silentAt, self.firesAt, self.firing) = (silentAt, firesAt, firing)
  }

  /// The same for one rendering only.
  func only(_ source: Source) -> AlertCase {
    var copy = self
    copy.source = source
    return copy
  }

  /// - Parameter evaluation: seldom enough for what goes on for days, often enough for the alert's `for`.
  func every(_ step: Int, evaluatedEvery evaluation: Int? = nil) -> AlertCase {
    var copy = self
    (copy.step, copy.evaluation) = (step, evaluation ?? step)
    return copy
  }
}

extension AlertCase.Firing {
  /// Nothing but the node tells the firing series apart.
  static func node(_ node: String, _ value: String, says: String? = nil) -> Self {
    .init(labels: ["node": node], value: value, says: says)
  }
  static func labelled(_ labels: [String: String], _ value: String, says: String? = nil) -> Self {
    .init(labels: labels, value: value, says: says)
  }
}

/// Rows one by one: as one array they would be one expression, which takes the compiler minutes.
@resultBuilder enum CaseList {
  static func buildExpression(_ row: AlertCase) -> [AlertCase] { [row] }
  static func buildExpression(_ rows: [AlertCase]) -> [AlertCase] { rows }
  static func buildOptional(_ rows: [AlertCase]?) -> [AlertCase] { rows ?? [] }
  static func buildBlock(_ rows: [AlertCase]...) -> [AlertCase] { rows.flatMap(\.self) }
}

enum AlertCases {
  static let all: [AlertCase] = [
    performance, qos, security, availability, ownOperator, allocation, cloud, capacity, upstream, unusual, objectives,
  ].flatMap(\.self)

  static func of(_ alert: String, _ source: AlertCase.Source) -> [AlertCase] {
    all.filter { $0.alert == alert && $0.source ?? source == source }
  }
}

/// One series, by its metric and labels.
func series(_ metric: String, _ labels: KeyValuePairs<String, String>, _ history: String) -> [String: String] {
  ["\(metric){\(labels.map { "\($0.key)=\"\($0.value)\"" }.joined(separator: ","))}": history]
}

/// A counter that grows by so much a minute.
func counter(
  _ metric: String, _ labels: KeyValuePairs<String, String>, perMinute: Double, for minutes: Int = 40
) -> [String: String] {
  series(metric, labels, "0+\(perMinute)x\(minutes)")
}

/// A gauge that stays what it is.
func gauge(
  _ metric: String, _ labels: KeyValuePairs<String, String>, _ value: Double, for minutes: Int = 40
) -> [String: String] {
  series(metric, labels, "\(value)x\(minutes)")
}

/// A function rather than `+`, of which there are so many that a table of sums takes minutes to compile.
func together(_ parts: [String: String]...) -> [String: String] {
  parts.reduce(into: [:]) { $0.merge($1) { $1 } }
}
