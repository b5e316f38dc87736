import KubernetesModel
import Monitoring
import TerwayModel

/// What of a cluster was read that concerns one profile. What follows from it is computed here, without the caches.
struct ClusterView: Sendable {
  var endpoint: OperatorEndpoint
  var prometheuses: [DetectedPrometheus] = []
  /// What each ServiceMonitor of others scrapes.
  var monitors: [Set<Exporter>] = []
  /// Of Terway, each `nil` where it was not found.
  var configuration: EniConfigView.Facts?
  var controlplanePort: UInt16?
  var daemon: WorkloadView.Facts?
  var controlplane: WorkloadView.Facts?
  /// DaemonSets of node_exporter, in any namespace.
  var nodeExporters: [WorkloadView.Facts] = []
  /// Of our own agents, beside the operator.
  var agents: [WorkloadView.Facts] = []
  /// Names of the ports of each Service that serves our metrics.
  var services: [Set<String>] = []
  /// Of the profile's namespace; `nil` where there is none.
  var namespaceLabels: [String: String]?
  var newerFields: [String: Set<String>] = [:]

  /// What decides about the content of generated objects.
  func detected(for spec: MonitoringProfileSpec) -> DetectedCluster {
    var cluster = DetectedCluster(
      ipam: spec.terway.ipam == .auto ? configuration?.ipam ?? .auto : spec.terway.ipam,
      terwayVersion: daemon?.containers["terway"]?.version ?? "", prometheuses: prometheuses,
      hasControlplane: controlplane != nil)
    cluster.ports = ports
    (cluster.exporters, cluster.assumedExporters) = exporters
    cluster.namespaceLabels = namespaceLabels
    cluster.newerFields = newerFields
    return cluster
  }

  /// Where those listen that no Service names.
  private var ports: [Exporter: UInt16] {
    var ports: [Exporter: UInt16] = [:]
    if let daemon {
      ports[.terwayDaemon] = daemon.containers["terway"]?.readOnlyPort
      ports[.hubble] = configuration?.hubblePort
    }
    if controlplane != nil { ports[.terwayControlplane] = controlplanePort }
    return ports
  }

  private var exporters: (found: Set<Exporter>, assumed: Set<Exporter>) {
    var found = Set(ports.keys).union([.operator])
    if !agents.isEmpty { found.insert(.agent) }
    // A Prometheus that is configured by hand, or that somebody else runs, shows nothing of what it scrapes.
    let assumed = monitors.isEmpty ? Exporter.usual.subtracting(found) : []
    found.formUnion(assumed)
    for monitor in monitors { found.formUnion(monitor) }
    let collectsQdisc = nodeExporters.contains { $0.containers.values.contains(where: \.collectsQdisc) }
    if collectsQdisc, found.contains(.nodeExporter) { found.insert(.nodeExporterQdisc) }
    return (found, assumed)
  }

  /// Finds the DaemonSets of node_exporter in the usual stacks, and of our agents.
  static let nodeExporterSelector = LabelSelector(
    matchExpressions: [
      .init(
        key: OperatorEndpoint.jobLabel, operator: .isIn,
        values: ["node-exporter", "prometheus-node-exporter", "terway-operator"])
    ])
}

extension WorkloadView.Facts {
  /// Whether it is a DaemonSet of our own agents.
  var isAgent: Bool { AgentPods.labels.allSatisfy { labels[$0.key] == $0.value } }
}

extension EniConfigView.Facts {
  /// Terway's own rule: `crd` is the central IPAM, anything else each daemon's own.
  var ipam: MonitoringProfileSpec.Terway.IPAM {
    if isMalformed { return .auto }
    return ipamType == "crd" ? .crd : .legacy
  }
}
