import TerwayModel

/// Makes the objects that a profile asks for. Pure: equal inputs give equal manifests, byte for byte and in equal order.
public enum MonitoringRenderer {
  /// Every alert there is, whether a profile has it or not: what an override may name.
  public static let alertNames = AlertCatalogue.sections.flatMap(\.alerts).map(\.name)

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
}
