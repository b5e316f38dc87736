import TerwayModel

/// Makes the objects that a profile asks for. Pure: equal inputs give equal manifests, byte for byte and in equal order.
public enum MonitoringRenderer {
  /// Every alert there is, whether a profile has it or not: what an override may name.
  public static let alertNames = AlertCatalogue.alerts.map(\.name)

  /// All objects of one profile. What a section that is switched off would generate is not among them.
  ///
  /// - Parameters:
  ///   - profile: the name of the profile; the objects' names derive from it.
  ///   - spec: with defaults applied and validated.
  ///   - cluster: what was detected; with nothing detected the result is complete too.
  ///   - endpoint: where the operator serves its metrics.
  public static func manifests(
    for profile: String, spec: MonitoringProfileSpec, cluster: DetectedCluster = DetectedCluster(),
    endpoint: OperatorEndpoint = OperatorEndpoint()
  ) -> [Manifest] {
    let context = RenderContext(profile: profile, spec: spec, cluster: cluster, endpoint: endpoint)
    return ScrapeObjects.manifests(context) + RuleObjects.manifests(context).flatMap { $0.split() }
      + InhibitionObjects.manifests(context) + CustomMetrics.manifests(context)
      + DashboardObjects.manifests(context) + LoggingObjects.manifests(context) + PerformanceTest.manifests(context)
  }

  /// Which signals a profile has in a cluster, and which it has not, and why.
  public static func signals(
    of spec: MonitoringProfileSpec, in cluster: DetectedCluster = DetectedCluster()
  ) -> SignalSelection {
    SignalSelection(source: spec.metrics.source, cluster: cluster)
  }

  /// An alert that a profile asks for and does not get, because nothing serves what it looks at.
  public struct AlertLeftOut: Hashable, Sendable {
    public var alert: String
    /// The signals without a source, each with what would have to be there.
    public var missing: [SignalSelection.Missing]
  }

  /// What is not rendered although its section is switched on and nobody has disabled it, in the order of `alertNames`.
  public static func alertsLeftOut(
    spec: MonitoringProfileSpec, cluster: DetectedCluster = DetectedCluster()
  ) -> [AlertLeftOut] {
    let signals = SignalSelection(source: spec.metrics.source, cluster: cluster)
    let disabled = Set(spec.alerts.overrides.filter(\.disabled).map(\.alert))
    return AlertCatalogue.sections.filter { $0.isEnabled(spec.alerts) }.flatMap(\.alerts)
      .filter { !disabled.contains($0.name) }
      .compactMap { alert in
        let wanted = Set(alert.condition.missing(signals))
        let missing = signals.missing.filter { wanted.contains($0.signal) }
        return missing.isEmpty ? nil : AlertLeftOut(alert: alert.name, missing: missing)
      }
  }
}
