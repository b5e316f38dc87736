import KubernetesModel
import Monitoring
import Serialization
import TerwayModel

extension Import {
  mutating func addRules(_ subject: Subject) -> Bool {
    guard let groups = subject.place[["spec", "groups"]], case .array = groups.value else {
      reject(subject, subject.place["spec"] ?? subject.place, "must have spec.groups, a list")
      return false
    }
    setNamespace(subject)
    setSelectorLabels(subject)
    for group in groups.elements {
      loseRest(
        subject, group, besides: ["name", "rules"], "the groups of generated rules have Prometheus' own defaults")
      guard let rules = group["rules"], case .array = rules.value else {
        reject(subject, group, "must have rules, a list")
        continue
      }
      for rule in rules.elements { addRule(subject, rule) }
    }
    return true
  }

  private mutating func addRule(_ subject: Subject, _ rule: Place) {
    guard let expression = text(subject, rule["expr"]) else {
      if rule["expr"] == nil { reject(subject, rule, "must have expr") }
      return
    }
    if let record = rule["record"] {
      addRecord(subject, rule, record, expression)
    } else if let alert = text(subject, rule["alert"]) {
      addAlert(subject, rule, alert, expression)
    } else if rule["alert"] == nil {
      reject(subject, rule, "must have alert or record")
    }
  }

  private mutating func addRecord(_ subject: Subject, _ rule: Place, _ record: Place, _ expression: String) {
    guard let name = text(subject, record) else { return }
    append(to: ["metrics", "custom"], ["name": .string(name), "query": .string(expression)], subject, rule)
    if let labels = rule["labels"] { lose(subject, labels, "a metric of a profile gets no labels of its own") }
  }

  private mutating func addAlert(_ subject: Subject, _ rule: Place, _ name: String, _ expression: String) {
    guard MonitoringRenderer.alertNames.contains(name) else {
      let meant = Suggestion.closest(to: name, among: MonitoringRenderer.alertNames)
      lose(
        subject, rule,
        "the operator has no alert \(name)\(meant.map { " (the closest is \($0))" } ?? ""): keep it in a rule of your own"
      )
      return
    }
    carryOverThreshold(subject, rule, name, expression)
    let generated = GeneratedAlert.all[name]
    var changes: JSONValue = [:]
    if let place = rule["for"], let text = self.text(subject, place), DurationText(text) != generated?.pending {
      changes["for"] = .string(text)
    }
    if let place = rule["keep_firing_for"], let text = self.text(subject, place),
      DurationText(text) != generated?.keepFiring
    {
      changes["keepFiringFor"] = .string(text)
    }
    for (label, place) in rule["labels"]?.members ?? [] {
      if label != "severity" {
        lose(subject, place, "alerts get the labels component and severity, and those that the expression keeps")
      } else if let severity = text(subject, place), severity != generated?.severity {
        changes["severity"] = .string(severity)
      }
    }
    if let url = rule["annotations"]?["runbook_url"] {
      lose(subject, url, "the runbooks of all alerts are below spec.alerts.runbookBaseURL")
    }
    guard changes != [:] else { return }
    changes["alert"] = .string(name)
    append(to: ["alerts", "overrides"], changes, subject, rule)
  }

  private mutating func carryOverThreshold(
    _ subject: Subject, _ rule: Place, _ name: String, _ expression: String
  ) {
    guard let place = rule["expr"] else { return }
    let known = KnownAlert.all.first { $0.name == name }
    guard let known, let threshold = known.threshold(in: expression), let value = known.value(threshold) else {
      return lose(
        subject, place, "this is not an expression whose threshold is known; the generated alert \(name) has its own")
    }
    if let field = known.field { set(field, .string(value), subject, place) }
  }
}

/// What the operator says of an alert when a profile says nothing.
private struct GeneratedAlert: Sendable {
  var pending: DurationText?
  var keepFiring: DurationText?
  var severity: String?

  /// Read off the rules, so that it is what they are. Which alerts there are depends on whose series the rules use.
  static let all: [String: GeneratedAlert] = {
    var alerts: [String: GeneratedAlert] = [:]
    for source in [MonitoringProfileSpec.Metrics.Source.upstream, .contract] {
      var spec = MonitoringProfileSpec()
      spec.metrics.source = source
      spec.alerts.anomaly.enabled = true
      spec.alerts.slo.enabled = true
      for manifest in MonitoringRenderer.manifests(for: "terway", spec: spec) {
        for group in manifest.content.at("spec", "groups")?.array ?? [] {
          for rule in group["rules"]?.array ?? [] { alerts[rule["alert"]?.string ?? ""] = GeneratedAlert(rule) }
        }
      }
    }
    return alerts
  }()

  private init(_ rule: JSONValue) {
    pending = rule["for"]?.string.flatMap(DurationText.init)
    keepFiring = rule["keep_firing_for"]?.string.flatMap(DurationText.init)
    severity = rule.at("labels", "severity")?.string
  }
}
