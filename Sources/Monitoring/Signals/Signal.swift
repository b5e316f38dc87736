import Prometheus

/// Something we watch. Rules, alerts, dashboards and reports name signals; which series a signal is made of is its recipes'
/// affair.
///
/// Each is recorded under a name of its own, so that alerts and dashboards cost one lookup and read the same whatever the
/// source.
public struct Signal: Sendable {
  public enum Unit: String, Sendable { case ratio, seconds, bytes, bytesPerSecond, perSecond, count, boolean, cores }

  /// Names the signal in documents and in a profile's status.
  public let name: String
  let recording: Recording
  public let unit: Unit
  /// Labels of its series, besides the cluster's.
  public let labels: [String]
  /// What it is, as the end of the sentence "The signal is the …".
  public let meaning: String
  /// In the order in which they are tried.
  let recipes: [Recipe]

  enum Recording: Sendable {
    /// Name of the recorded series, `level:metric:operations`; `%w` stands for the window of rates.
    case rule(String)
    /// Computed where it is used.
    case never(because: String)
  }

  init(
    _ name: String, _ record: String, _ unit: Unit, by labels: [String], _ meaning: String, _ recipes: [Recipe]
  ) {
    self.init(name, .rule(record), unit, by: labels, meaning, recipes)
  }

  init(
    _ name: String, _ recording: Recording, _ unit: Unit, by labels: [String], _ meaning: String, _ recipes: [Recipe]
  ) {
    (self.name, self.recording, self.unit, self.labels) = (name, recording, unit, labels)
    (self.meaning, self.recipes) = (meaning, recipes)
  }
}

extension Signal: Hashable {
  public static func == (one: Signal, other: Signal) -> Bool { one.name == other.name }
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}

/// One way to obtain a signal.
struct Recipe: Sendable {
  enum Source: String, Sendable {
    /// Names of the contract, which the operator and its agents serve.
    case contract = "Contract"
    /// What Terway, its datapath and the kubelets serve in place of the contract.
    case upstream = "Upstream"
    /// What has only one source, whatever a profile prefers.
    case platform = "Platform"
    /// Other signals.
    case derived = "Derived"
  }

  var source: Source
  var metrics: [any SourceMetric]
  /// Exporters that must be there besides one for each metric: of names that several serve, the one that is meant.
  var exporters: Set<Exporter> = []
  var signals: [Signal] = []
  /// Who must own the IP pools for the series to exist; `nil` is either.
  var ipam: IPAM?
  /// The release of Terway that brought the series.
  var since: TerwayVersion?
  /// Whether the controlplane's Deployment must be seen, which it is not in managed clusters.
  var wantsControlplane = false
  var expression: @Sendable (SignalScope) -> PromQL

  typealias Expression = @Sendable (SignalScope) -> PromQL

  static func contract(
    _ metrics: ContractMetric..., ipam: IPAM? = nil, expression: @escaping Expression
  ) -> Recipe {
    Recipe(source: .contract, metrics: metrics, ipam: ipam, expression: expression)
  }

  static func upstream(
    _ metrics: UpstreamMetric..., ipam: IPAM? = nil, since: TerwayVersion? = nil, expression: @escaping Expression
  ) -> Recipe {
    Recipe(source: .upstream, metrics: metrics, ipam: ipam, since: since, expression: expression)
  }

  static func platform(
    _ metrics: UpstreamMetric..., from exporter: Exporter? = nil, since: TerwayVersion? = nil,
    wantsControlplane: Bool = false, expression: @escaping Expression
  ) -> Recipe {
    Recipe(
      source: .platform, metrics: metrics, exporters: Set([exporter].compactMap(\.self)), since: since,
      wantsControlplane: wantsControlplane, expression: expression)
  }

  static func derived(from signals: Signal..., expression: @escaping Expression) -> Recipe {
    Recipe(source: .derived, metrics: [], signals: signals, expression: expression)
  }
}
