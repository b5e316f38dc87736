import Serialization

/// Rules that are evaluated together, in order.
public struct RuleGroup: Hashable, Sendable {
  public var name: String
  /// `nil` is the server's default.
  public var interval: Duration?
  /// How far back the rules look, for data that arrives late; left out for servers that do not know it.
  public var queryOffset: Duration?
  /// On every rule's result; written onto the rules themselves for servers that do not know it.
  public var labels: [String: String]
  public var rules: [Rule]

  public init(
    _ name: String, interval: Duration? = nil, queryOffset: Duration? = nil, labels: [String: String] = [:],
    rules: [Rule]
  ) {
    (self.name, self.interval, self.queryOffset) = (name, interval, queryOffset)
    (self.labels, self.rules) = (labels, rules)
  }
}

public enum Rule: Hashable, Sendable {
  case recording(RecordingRule)
  case alerting(AlertingRule)
}

/// Keeps the result of an expression as a series of its own.
public struct RecordingRule: Hashable, Sendable {
  /// By convention `level:metric:operations`.
  public var record: String
  public var expression: PromQL
  public var labels: [String: String]

  public init(_ record: String, _ expression: PromQL, labels: [String: String] = [:]) {
    (self.record, self.expression, self.labels) = (record, expression, labels)
  }
}

/// Raises an alert for every series of an expression.
public struct AlertingRule: Hashable, Sendable {
  public var alert: String
  public var expression: PromQL
  /// How long the expression must hold before the alert fires.
  public var pending: Duration
  /// How long the alert stays after the expression ended; left out for servers that do not know it, and when zero.
  public var keepFiringFor: Duration
  public var labels: [String: String]
  public var annotations: [String: String]

  public init(
    _ alert: String, _ expression: PromQL, for pending: Duration, keepFiringFor: Duration = .zero,
    labels: [String: String], annotations: [String: String]
  ) {
    (self.alert, self.expression, self.pending, self.keepFiringFor) = (alert, expression, pending, keepFiringFor)
    (self.labels, self.annotations) = (labels, annotations)
  }
}

extension RuleGroup {
  /// The group as it stands in a rule file and in `PrometheusRule.spec.groups`, with only what `version` can load.
  public func json(for version: PrometheusVersion) -> JSONValue {
    var group: JSONValue = ["name": .string(name)]
    if let interval { group["interval"] = .string(PromDuration.text(interval)) }
    if let queryOffset, version.knowsQueryOffset { group["query_offset"] = .string(PromDuration.text(queryOffset)) }
    let inherited = version.knowsGroupLabels ? [:] : labels
    if version.knowsGroupLabels, !labels.isEmpty { group["labels"] = JSONValue(labels) }
    group["rules"] = .array(rules.map { $0.json(for: version, inheriting: inherited) })
    return group
  }
}

extension Rule {
  fileprivate func json(for version: PrometheusVersion, inheriting inherited: [String: String]) -> JSONValue {
    var rule: JSONValue
    let labels: [String: String]
    switch self {
    case .recording(let recording):
      rule = ["record": .string(recording.record), "expr": .string(recording.expression.text)]
      labels = recording.labels
    case .alerting(let alerting):
      rule = ["alert": .string(alerting.alert), "expr": .string(alerting.expression.text)]
      rule["for"] = .string(PromDuration.text(alerting.pending))
      if version.knowsKeepFiringFor, alerting.keepFiringFor > .zero {
        rule["keep_firing_for"] = .string(PromDuration.text(alerting.keepFiringFor))
      }
      if !alerting.annotations.isEmpty { rule["annotations"] = JSONValue(alerting.annotations) }
      labels = alerting.labels
    }
    let all = inherited.merging(labels) { $1 }
    if !all.isEmpty { rule["labels"] = JSONValue(all) }
    return rule
  }
}
