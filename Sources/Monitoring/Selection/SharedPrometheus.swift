import KubernetesModel
import TerwayModel

/// A profile beside older ones: where one Prometheus evaluates the rules of both, each series is recorded twice.
public struct SharedPrometheus: Sendable {
  /// One of several profiles.
  public struct Profile: Sendable {
    public var name: String
    public var spec: MonitoringProfileSpec
    /// Of its namespace.
    public var namespaceLabels: [String: String]?

    public init(name: String, spec: MonitoringProfileSpec, namespaceLabels: [String: String]?) {
      (self.name, self.spec, self.namespaceLabels) = (name, spec, namespaceLabels)
    }
  }

  /// The older profiles whose rules the same Prometheus evaluates, in their order, each with what is known of that: `nil`
  /// where there is no Prometheus resource to tell.
  public private(set) var older: [(name: String, prometheuses: [String]?)] = []
  /// Custom metrics that one of them records as something else: of both values, each sample is the last that was written.
  public private(set) var violations: [Violation] = []

  public init(_ profile: Profile, beside older: [Profile], in cluster: DetectedCluster) {
    let mine = RenderContext(profile, in: cluster)
    for other in older {
      let theirs = RenderContext(
        profile: other.name, spec: other.spec, namespaceLabels: other.namespaceLabels, beside: mine)
      let both = mine.evaluators?.intersection(theirs.evaluators ?? [])
      if let both, both.isEmpty { continue }
      self.older.append((other.name, both?.sorted()))
      violations += mine.metricsRecordedOtherwise(by: theirs)
    }
  }
}

extension RenderContext {
  fileprivate init(_ profile: SharedPrometheus.Profile, in cluster: DetectedCluster) {
    var cluster = cluster
    cluster.namespaceLabels = profile.namespaceLabels
    self.init(profile: profile.name, spec: profile.spec, cluster: cluster, endpoint: OperatorEndpoint())
  }

  /// The Prometheus resources that select the profile's rules; `nil` where there is none at all.
  fileprivate var evaluators: Set<String>? {
    guard !cluster.prometheuses.isEmpty else { return nil }
    let labels = labels(selectedBy: \.rules)
    return Set(
      cluster.prometheuses.filter { prometheus in
        prometheus.rules.objects?.unmet(by: labels).isEmpty == true
          && prometheus.obstacle(prometheus.rules, to: spec.namespace, labelled: cluster.namespaceLabels) == nil
      }.map(\.displayName))
  }

  fileprivate func metricsRecordedOtherwise(by other: RenderContext) -> [Violation] {
    spec.metrics.custom.enumerated().compactMap { index, custom in
      let theirs = other.spec.metrics.custom.first { $0.name == custom.name }
      guard let theirs, CustomMetrics.expression(theirs, other) != CustomMetrics.expression(custom, self) else {
        return nil
      }
      return Violation(
        at: .spec("metrics", "custom", index, "name"), value: .string(custom.name),
        """
        is recorded by the older profile \(other.profile) as something else, for the same Prometheus; choose another name, \
        or let a Prometheus of its own select this profile
        """)
    }
  }
}
