import Foundation
import Monitoring
import TerwayModel

/// A cluster of twenty nodes as its exporters show it: every metric that a profile may use, and of the exporters those that
/// the profile takes to be there.
struct PlayedCluster: Sendable {
  let profile: RenderedProfile

  static let nodes = (1...20).map { String(format: "node-%02d", $0) }
  private static let zones = ["cn-hangzhou-h", "cn-hangzhou-i", "cn-hangzhou-j"]

  /// What somebody has to serve for the profile's rules.
  var exporters: [Exporter] {
    let seen = profile.cluster.exporters ?? Exporter.usual
    let named: Set<Exporter> =
      switch profile.spec.metrics.source {
      case .auto: []
      case .contract: [.operator, .agent, .site]
      case .upstream: Exporter.usual.union([.terwayDaemon, .terwayControlplane, .hubble])
      }
    return seen.union(named).sorted { $0.rawValue < $1.rawValue }
  }

  /// What an exporter serves.
  func series(of exporter: Exporter) -> [PlayedSeries] {
    SourceMetrics.all.filter { $0.exporters.contains(exporter) && isServed($0) }
      .flatMap { series(of: $0, from: exporter) }
  }

  private func isServed(_ metric: any SourceMetric) -> Bool {
    if metric is ContractMetric { return profile.spec.metrics.source != .upstream }
    // In the centralised IPAM daemons have no pools.
    return !metric.name.hasPrefix("terway_resource_pool_") || profile.cluster.ipam == .legacy
  }

  /// - Precondition: every label of the metric has values here.
  private func series(of metric: any SourceMetric, from exporter: Exporter) -> [PlayedSeries] {
    let things = Self.things(of: metric, profile)
    return metric.labels.reduce(things) { things, label in
      if things.first?[label] != nil { return things }
      let values = label == "job" ? [exporter.rawValue] : Self.values(of: label, metric.name)
      precondition(!values.isEmpty, "\(metric.name): the label \(label) has no values in PlayedCluster")
      return things.flatMap { thing in values.map { thing.merging([label: $0]) { $1 } } }
    }
    .map { PlayedSeries(metric: metric, thing: $0) }
  }

  // MARK: What there is

  private typealias Thing = [String: String]

  /// What has a series of a metric: labels that go together, more of them than the metric shows.
  private static func things(of metric: any SourceMetric, _ profile: RenderedProfile) -> [Thing] {
    if metric.labels.contains("vswitch_id") {
      return zones.map { ["vswitch_id": "vsw-\($0.suffix(1))", "zone": $0] }
    }
    if metric.labels.contains("eni_id") {
      return nodes.flatMap { node in ["a", "b"].map { ["node": node, "eni_id": "eni-\(node)-\($0)"] } }
    }
    if metric.labels.contains("pod") { return pods(of: metric, profile) }
    guard metric.labels.contains("node") else { return [[:]] }
    return nodes.enumerated().map { index, node in
      ["node": node, "zone": zones[index % zones.count], "instance_type": "ecs.g7.xlarge"]
    }
  }

  private static func pods(of metric: any SourceMetric, _ profile: RenderedProfile) -> [Thing] {
    let daemon = profile.spec.terway.podLabels["app"] ?? "terway-eniip"
    let daemons = pod(daemon, in: profile.spec.terway.namespace, container: "terway", isInHostNetwork: true)
    if metric.exporters.contains(.operator), metric.labels.contains("job") {
      return ["a", "b"].map { ["pod": "terway-operator-\($0)"] }
    }
    if metric.exporters == [.kubeStateMetrics] {
      return daemons + nodeExporters + workloads + [
        [
          "namespace": "shop", "pod": "waiting", "node": nodes[3], "container": "app", "host_network": "false",
          "pod_ip": "",
        ]
      ]
    }
    if metric.exporters.isSubset(of: [.nodeExporter, .nodeExporterQdisc]) { return nodeExporters }
    return metric.labels.contains("container") ? daemons : workloads
  }

  private static let nodeExporters = pod("node-exporter", in: "monitoring", container: "agent", isInHostNetwork: true)
  private static let workloads = [("cart", "shop"), ("web", "shop"), ("job", "batch")]
    .flatMap { pod($0.0, in: $0.1, container: "app", isInHostNetwork: false) }

  /// One on every node.
  private static func pod(
    _ name: String, in namespace: String, container: String, isInHostNetwork: Bool
  ) -> [Thing] {
    nodes.enumerated().map { index, node in
      [
        "namespace": namespace, "pod": "\(name)-\(index + 1)", "node": node, "container": container,
        "host_network": "\(isInHostNetwork)", "pod_ip": "10.0.0.\(index + 1)",
      ]
    }
  }

  /// The values of labels that do not tell things apart; a metric's own before those that all metrics have.
  private static func values(of label: String, _ metric: String) -> [String] {
    domains["\(metric)/\(label)"] ?? domains[label] ?? []
  }

  private static let domains: [String: [String]] = [
    "direction": ["receive", "transmit"], "interface": ["eth0"], "device": ["eth0"],
    "status": ["Attaching", "Deleting"],
    "kube_node_status_condition/status": ["true", "false", "unknown"], "phase": ["Binding", "Detaching"],
    "kube_pod_status_phase/phase": ["Pending", "Running"], "condition": ["true", "false"],
    "kube_node_status_condition/condition": ["Ready", "SufficientIP"], "priority_class": ["guaranteed", "burstable"],
    "type": ["LocalIP"], "ipStack": ["ipv4", "ipv6"], "error": ["false", "true"],
    "rpc_api": ["AllocIP", "ReleaseIP"], "api": ["CreateNetworkInterface", "DescribeNetworkInterfaces"],
    "url": ["instance-id"], "method": ["syncWithAPI", "syncPods"], "result": ["success", "failed"],
    "eni_type": ["Secondary"], "reason": ["POLICY_DENIED", "STALE_OR_UNROUTABLE_IP"],
    "deployment": ["terway-controlplane"], "namespace": ["kube-system"], "group": ["network.alibabacloud.com", "apps"],
    "code": ["200", "500"], "verb": ["GET"], "name": ["monitoring-profile", "node"],
    "leader_election_master_status/name": ["terway-operator"],
    "controller": ["monitoring-profile", "node"],
  ]
}
