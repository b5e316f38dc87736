/// What a `TerwayMonitoringProfile` asks for. `MonitoringProfileSpec()` is `spec: {}` with the defaults applied.
///
/// Field names are those of the YAML; what each means, its unit and its bounds stand in `MonitoringProfileSchema`. Decoding
/// expects a defaulted, validated value: see `MonitoringProfile.init(_:)`.
public struct MonitoringProfileSpec: Codable, Hashable, Sendable {
  /// Where monitors, rules and dashboards go.
  public var namespace = "monitoring"
  public var terway = Terway()
  /// On every generated object.
  public var labels: [String: String] = [:]
  /// What makes a Prometheus select our objects; empty = read off the Prometheus resources.
  public var selectorLabels: [String: String] = [:]
  public var metrics = Metrics()
  public var alerts = Alerts()
  public var dashboards = Dashboards()
  public var logging = Logging()
  public var performanceTest = PerformanceTest()

  public init() {}

  /// Where Terway itself is found.
  public struct Terway: Codable, Hashable, Sendable {
    public var namespace = "kube-system"
    /// Labels of the daemon's pods.
    public var podLabels = ["app": "terway-eniip"]
    public var ipam = IPAM.auto

    public init() {}

    /// Who owns the IP pools: the controlplane (`CRD`) or each daemon (`Legacy`).
    public enum IPAM: String, Codable, Hashable, Sendable, CaseIterable {
      case auto = "Auto"
      case crd = "CRD"
      case legacy = "Legacy"
    }
  }

  /// An iperf3 measurement between two nodes.
  public struct PerformanceTest: Codable, Hashable, Sendable {
    public var enabled = false
    public var duration: DurationText = "60s"
    public var parallelStreams = 4
    /// Cron expression; empty = once.
    public var schedule = ""
    /// Pinned by a tag: what is measured must not change with it.
    public var image = "docker.io/nicolaka/netshoot:v0.13"
    /// Label of nodes whose values differ between client and server.
    public var topologyKey = "kubernetes.io/hostname"

    public init() {}
  }
}
