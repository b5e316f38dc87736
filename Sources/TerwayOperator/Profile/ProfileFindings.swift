import KubernetesModel
import Monitoring
import TerwayModel

/// What the cluster shows about a profile, beside the objects themselves, as a person reads it in the status. Pure: equal
/// findings give equal text.
struct ProfileFindings: Sendable {
  var cluster: DetectedCluster
  var signals: SignalSelection
  var selection: SelectionReport
  var targets: TargetReport
  var alertsLeftOut: [MonitoringRenderer.AlertLeftOut] = []
  /// The ConfigMap that was read for custom metrics; `nil` where it is generated.
  var listedMetrics: ObjectKey?
  /// `nil` for the oldest profile.
  var shared: SharedPrometheus?

  var detected: MonitoringProfileStatus.Detected {
    var detected = MonitoringProfileStatus.Detected()
    detected.ipam = cluster.ipam == .auto ? "" : cluster.ipam.rawValue
    detected.terwayVersion = cluster.terwayVersion
    detected.metricsSource = signals.sources.joined(separator: ", ")
    detected.exporters = (cluster.exporters ?? []).map(\.rawValue).sorted()
    // As many as the schema of the status takes, here and below.
    detected.missingSignals = signals.missing.prefix(100).map {
      .init(name: $0.signal.name, reason: $0.reason.truncated(to: 1_024))
    }
    detected.alertsLeftOut = alertsLeftOut.prefix(200).map { alert in
      let reasons = alert.missing.map { "\($0.signal.name) \($0.reason)" }
      return .init(name: alert.alert, reason: reasons.joined(separator: "; ").truncated(to: 1_024))
    }
    detected.customMetricsFrom = listedMetrics?.description ?? ""
    detected.prometheuses = Array(cluster.prometheuses.map { "\($0.namespace)/\($0.name)" }.sorted().prefix(100))
    return detected
  }

  /// The Prometheus resources that select an object; none for kinds that none selects.
  func selectedBy(_ reference: ObjectReference) -> [String] {
    let entry = selection.entries.first { $0.reference == reference }
    return Array((entry?.selectedBy ?? []).prefix(16))
  }

  func conditions(generation: Int64) -> [Condition] {
    [signalsAvailable, targetsFound, selected, distinct].map { condition in
      var condition = condition
      condition.observedGeneration = generation
      condition.message = condition.message.truncated(to: 32_768)
      return condition
    }
  }

  private var signalsAvailable: Condition {
    let count = signals.available.count
    let assumed = cluster.assumedExporters.map(\.rawValue).sorted().joined(separator: ", ")
    let caveat =
      assumed.isEmpty
      ? "" : "; there is no ServiceMonitor but ours to tell what is scraped, so that \(assumed) are taken for granted"
    guard !signals.missing.isEmpty else {
      return Condition(
        type: "SignalsAvailable", status: .yes, reason: "AllServed",
        message: "all \(count) signals are served by something" + caveat)
    }
    let missing = Self.some(of: signals.missing.map { "\($0.signal.name) \($0.reason)" }, upTo: 8)
    let alerts =
      alertsLeftOut.isEmpty ? "" : "; \(alertsLeftOut.count) alerts are left out for that, see status.detected"
    return Condition(
      type: "SignalsAvailable", status: .no, reason: "SourceMissing",
      message: "\(count) of \(count + signals.missing.count) signals are served; missing: \(missing)\(alerts)\(caveat)")
  }

  private var targetsFound: Condition {
    let without = targets.withoutTargets
    guard !without.isEmpty else {
      return Condition(
        type: "TargetsFound", status: .yes, reason: "TargetsFound",
        message: "found what is to be scraped: "
          + Self.some(of: targets.entries.map(\.reference.description), upTo: 8))
    }
    return Condition(
      type: "TargetsFound", status: .no, reason: "NoTargets",
      message: Self.some(of: without.map { "\($0.reference): \($0.missing ?? "")" }, upTo: 8))
  }

  private var selected: Condition {
    guard selection.hasPrometheus else {
      return Condition(
        type: "Selected", status: .unknown, reason: "NoPrometheus",
        message: "there is no Prometheus resource that could tell which monitors and rules it selects")
    }
    let unselected = selection.unselected
    guard !unselected.isEmpty else {
      let prometheuses = Set(selection.entries.flatMap(\.selectedBy)).sorted()
      return Condition(
        type: "Selected", status: .yes, reason: "Selected",
        message: "all \(selection.entries.count) monitors and rules are selected, by "
          + Self.some(of: prometheuses, upTo: 8))
    }
    let texts = unselected.map { "\($0.reference): \(Self.some(of: $0.obstacles, upTo: 3))" }
    return Condition(type: "Selected", status: .no, reason: "NotSelected", message: Self.some(of: texts, upTo: 4))
  }

  private var distinct: Condition {
    guard let older = shared?.older, !older.isEmpty else {
      return Condition(
        type: "Distinct", status: .yes, reason: "Distinct",
        message: "no Prometheus is seen that evaluates the rules of an older profile besides these")
    }
    let names = Self.some(
      of: older.map { name, prometheuses in
        prometheuses.map { "\(name) (in \(Self.some(of: $0, upTo: 3)))" } ?? name
      }, upTo: 4)
    return Condition(
      type: "Distinct", status: older.allSatisfy { $0.prometheuses == nil } ? .unknown : .no, reason: "RecordedTwice",
      message: """
        the rules of older profiles are evaluated besides these: \(names); each series is recorded and each alert raised \
        twice. Let a Prometheus of its own select this profile (spec.namespace, spec.selectorLabels), or delete one
        """)
  }

  /// The first few, and how many more there are.
  private static func some(of texts: [String], upTo limit: Int) -> String {
    let rest = texts.count > limit ? "; and \(texts.count - limit) more" : ""
    return texts.prefix(limit).joined(separator: "; ") + rest
  }
}
