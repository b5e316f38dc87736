import TerwayModel

/// One alert as a row of the catalogue. How a row becomes PromQL is elsewhere.
struct Alert: Sendable {
  typealias Severity = MonitoringProfileSpec.Alerts.Override.Severity
  typealias Alerts = MonitoringProfileSpec.Alerts

  var name: String
  /// `critical` wakes someone up, `warning` is looked at today, `info` explains others.
  var severity: Severity
  /// How long the condition must hold before the alert fires.
  var pending: Duration
  /// How long it stays after the condition ended: keeps a flapping signal from paging twice.
  var keepFiringFor: Duration
  var condition: Condition
  /// What the condition compares with, as the profile sets it.
  var threshold: @Sendable (Alerts) -> Double
  var summary: Text
  var description: Text

  init(
    _ name: String, _ severity: Severity, for pending: Duration, keepFiringFor: Duration = .zero,
    when condition: Condition, _ threshold: @escaping @Sendable (Alerts) -> Double, summary: Text, description: Text
  ) {
    (self.name, self.severity, self.pending, self.keepFiringFor) = (name, severity, pending, keepFiringFor)
    (self.condition, self.threshold) = (condition, threshold)
    (self.summary, self.description) = (summary, description)
  }

  /// A sentence in both languages. `{value}`, `{threshold}`, `{horizon}` and labels of the signal (`{node}`) are filled in.
  struct Text: Sendable {
    var en: String
    var zh: String

    init(_ en: String, _ zh: String) { (self.en, self.zh) = (en, zh) }
  }
}

/// A section of the catalogue: one PrometheusRule.
struct AlertSection: Sendable {
  /// Part of the object's and the group's name.
  var name: String
  var isEnabled: @Sendable (Alert.Alerts) -> Bool
  var alerts: [Alert]
}

extension Duration {
  static func minutes(_ count: Int) -> Duration { .seconds(60 * count) }
  static func hours(_ count: Int) -> Duration { .seconds(3600 * count) }
}
