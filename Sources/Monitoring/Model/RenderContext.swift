import Prometheus
import Serialization
import TerwayModel

extension DurationText {
  /// In seconds, as a person would write them: 120 ms are 0.12, not the nearest sum of binary fractions.
  var decimalSeconds: Double { (seconds * 1000).rounded() / 1000 }
}

/// Everything that rendering one profile depends on.
struct RenderContext: Sendable {
  let profile: String
  let spec: MonitoringProfileSpec
  let cluster: DetectedCluster
  let endpoint: OperatorEndpoint
  /// Which signals there are, and how they are obtained.
  let signals: SignalSelection

  init(profile: String, spec: MonitoringProfileSpec, cluster: DetectedCluster, endpoint: OperatorEndpoint) {
    (self.profile, self.spec, self.cluster, self.endpoint) = (profile, spec, cluster, endpoint)
    signals = SignalSelection(source: spec.metrics.source, cluster: cluster)
  }

  /// Of another profile in the same cluster: where both want the same source, they have the same signals.
  init(profile: String, spec: MonitoringProfileSpec, namespaceLabels: [String: String]?, beside other: RenderContext) {
    (self.profile, self.spec, endpoint) = (profile, spec, other.endpoint)
    var cluster = other.cluster
    cluster.namespaceLabels = namespaceLabels
    self.cluster = cluster
    signals =
      spec.metrics.source == other.spec.metrics.source
      ? other.signals : SignalSelection(source: spec.metrics.source, cluster: cluster)
  }

  /// What rule files may contain: as the spec says, else the oldest of the detected servers, else the baseline.
  var prometheusVersion: PrometheusVersion {
    PrometheusVersion(spec.metrics.prometheusVersion)
      ?? cluster.prometheuses.compactMap(\.version).min() ?? .baseline
  }

  /// On every object. The first four cannot be overridden: ownership is read off them.
  var labels: [String: String] {
    spec.labels.merging([
      "app.kubernetes.io/managed-by": "terway-operator",
      "app.kubernetes.io/part-of": "terway-monitoring",
      "app.kubernetes.io/instance": ObjectName.labelValue(profile),
      "ops.terway.io/profile": ObjectName.labelValue(profile),
    ]) { $1 }
  }

  /// `labels`, and what makes a Prometheus select the object.
  func labels(selectedBy selection: KeyPath<DetectedPrometheus, DetectedPrometheus.Selection>) -> [String: String] {
    let selectors =
      spec.selectorLabels.isEmpty
      ? cluster.prometheuses(lookingInto: spec.namespace, for: selection)
        .reduce(into: [:]) { $0.merge($1[keyPath: selection].requiredLabels) { first, _ in first } }
      : spec.selectorLabels
    return selectors.merging(labels) { $1 }
  }

  /// The window of rates: long enough for four scrapes, so that one lost scrape leaves no gap.
  var rateWindow: Duration {
    let fourScrapes = Int64((spec.metrics.interval.seconds * 4 / 60).rounded(.up)) * 60
    return .seconds(max(300, fourScrapes))
  }

  /// `labels` and, where clusters share a Prometheus, the label that tells them apart.
  func dimensions(_ labels: [String]) -> [String] {
    let cluster = spec.metrics.clusterLabel
    return cluster.isEmpty || labels.contains(cluster) ? labels : [cluster] + labels
  }
}
