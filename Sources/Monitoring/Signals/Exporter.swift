/// What serves the series that signals are made of. A signal exists where one of its recipes finds all its exporters.
public enum Exporter: String, Sendable, CaseIterable {
  /// This operator: what Terway's resources say of every node.
  case `operator` = "terway-operator"
  /// Our agent on every node: interface counters and probes between nodes.
  case agent = "terway-agent"
  /// Somebody who serves the names of the contract that neither we nor Terway have. Never detected, only asked for.
  case site = "site"
  /// Terway's daemon, where its metrics can be reached over TCP.
  case terwayDaemon = "terway-daemon"
  /// Terway's controlplane, where its metrics are switched on.
  case terwayControlplane = "terway-controlplane"
  /// Hubble or Cilium's agent, under Terway's datapath v2.
  case hubble = "hubble"
  /// The kubelet's cAdvisor.
  case cAdvisor = "cadvisor"
  case nodeExporter = "node-exporter"
  /// node_exporter with its collector `qdisc`, which is off by default.
  case nodeExporterQdisc = "node-exporter-qdisc"
  case kubeStateMetrics = "kube-state-metrics"
  case apiServer = "apiserver"

  /// What a cluster is taken to have of which nothing else is known: the usual stack, and us.
  public static let usual: Set<Exporter> = [.operator, .cAdvisor, .nodeExporter, .kubeStateMetrics, .apiServer]

  /// Whose series a source promises. `Contract` means every name of the contract, whoever serves it.
  var isOfContract: Bool { [.operator, .agent, .site].contains(self) }
  /// Terway's own, and what comes with its datapath.
  var isOfTerway: Bool { [.terwayDaemon, .terwayControlplane, .hubble].contains(self) }
}
