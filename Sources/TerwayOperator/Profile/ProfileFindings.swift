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
    detected.prometheuses = Array(cluster.prometheuses.map { "\($0.namespace)/\($0.name)" }.sorted().prefix(100))
    return detected
  }

  /// The Prometheus resources that select an object; none for kinds that none selects.
  func selectedBy(_ reference: ObjectReference) -> [String] {
    let entry = selection.entries.first { $0.reference == reference }
    return Array((entry?.selectedBy ?? []).prefix(16))
  }

  func conditions(generation: Int64) -> [Condition] {
    [signalsAvailable, targetsFound, selected].map { condition in
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
    return Condition(
      type: "SignalsAvailable", status: .no, reason: "SourceMissing",
      message: "\(count) of \(count + signals.missing.count) signals are served; missing: \(missing)\(caveat)")
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

  /// The first few, and how many more there are.
  private static func some(of texts: [String], upTo limit: Int) -> String {
    let rest = texts.count > limit ? "; and \(texts.count - limit) more" : ""
    return texts.prefix(limit).joined(separator: "; ") + rest
  }
}
