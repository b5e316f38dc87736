import Prometheus

/// The overview dashboard, row by row.
enum OverviewPanels {
  static let rows: [(title: String, panels: [Panel])] = [
    (
      "At a glance",
      [
        Panel(
          .stat, "ENI Utilization", unit: "percentunit", width: 6, needs: [.allocatedIPs, .totalIPs],
          limit: { $0.performance.eniUtilization.value },
          description: "Share of the IPs on all ENIs that pods hold.",
          .init("in use") { $0.signal(.allocatedIPs).total.divided(by: $0.signal(.totalIPs).total, .on([])) }),
        Panel(
          .stat, "Allocated IPs", unit: "short", width: 6, needs: [.allocatedIPs], description: "IPs that pods hold.",
          .init("allocated") { $0.signal(.allocatedIPs).total }),
        Panel(
          .stat, "Free IPs", unit: "short", width: 6, needs: [.freeIPs],
          description: "IPs that pods could still get, were every ENI attached that the nodes can have.",
          .init("free") { $0.signal(.freeIPs).total }),
        Panel(
          .stat, "Firing Alerts", unit: "short", width: 6, limit: { _ in 1 },
          description: "Terway alerts that fire now.",
          .init("alerts") { _ in
            PromQL.metric("ALERTS", .equal("component", "terway"), .equal("alertstate", "firing"))
              .count(by: []).or(.call("vector", [.number(0)]))
          }),
      ]
    ),
    (
      "Network",
      [
        Panel(
          .timeseries, "Network Throughput", unit: "Bps", width: 12, needs: [.throughput],
          description: "Bytes per second of all pods of the selected nodes.",
          .init("{{direction}}") { $0.signal(.throughput).sum(by: ["direction"]) }),
        Panel(
          .timeseries, "Network Performance Metrics", unit: "Bps", width: 12, needs: [.throughput],
          limit: { $0.performance.throughput.value }, description: "Bytes per second of each node's pods.",
          .init("{{node}} {{direction}}") { $0.signal(.throughput) }),
        Panel(
          .timeseries, "Network Latency (95th percentile)", unit: "s", width: 12, needs: [.latencyP95],
          limit: { $0.performance.latencyP95.decimalSeconds },
          description: "Round trip within which 95 % of the probes from a node to others return.",
          .init("{{node}}") { $0.signal(.latencyP95) }),
        Panel(
          .timeseries, "Packet Loss", unit: "percentunit", width: 12, needs: [.packetLoss],
          description: "Packets dropped at the pods' interfaces, as a share of all.",
          .init("{{node}} {{direction}}") {
            $0.signal(.packetLoss)
          }),
        Panel(
          .table, "Top Network Consumers", unit: "Bps", width: 24, needs: [.podThroughput],
          description: "The ten pods that transfer most, receive and transmit together.",
          .init("") { $0.signal(.podThroughput).sum(by: $0.with("namespace", "pod")).top(10) }),
      ]
    ),
    (
      "IP addresses",
      [
        Panel(
          .timeseries, "ENI Utilization by Node", unit: "percentunit", width: 12, needs: [.eniUtilization],
          limit: { $0.performance.eniUtilization.value },
          description: "Share of the IPs on a node's ENIs that pods hold.",
          .init("{{node}}") { $0.signal(.eniUtilization) }),
        Panel(
          .timeseries, "IP Headroom by Node", unit: "short", width: 12, needs: [.freeIPs],
          description: "IPs that a node could still hold within the limits of its instance type.",
          .init("{{node}}") { $0.signal(.freeIPs) }),
      ]
    ),
    (
      "QoS and security",
      [
        Panel(
          .timeseries, "QoS Violations", unit: "cpm", width: 12, needs: [.qosViolations],
          limit: { $0.qos.violationsPerMinute.value },
          description: "Violations per minute by node and priority class.",
          .init("{{node}} {{priority_class}}") { $0.signal(.qosViolations).times(60) }),
        Panel(
          .timeseries, "Bandwidth Use of Limited Pods", unit: "percentunit", width: 12, needs: [.bandwidthUse],
          limit: { $0.qos.bandwidthOvershoot.value },
          description: "The ten pods that use most of the bandwidth allocated to them.",
          .init("{{namespace}}/{{pod}} {{direction}}") { $0.signal(.bandwidthUse).top(10) }),
        Panel(
          .timeseries, "Isolation Violations", unit: "short", width: 12, needs: [.isolationViolations],
          description: "Packets denied at an isolation boundary, within the window of the alert.",
          .init("{{node}}") { $0.signal(.isolationViolations) }),
        Panel(
          .timeseries, "Security Group Drift", unit: "short", width: 12, needs: [.securityGroupDrift],
          description: "ENIs whose security groups differ from the configured ones.",
          .init("{{node}}") { $0.signal(.securityGroupDrift) }),
      ]
    ),
  ]
}

extension PromQL {
  /// The sum over everything.
  fileprivate var total: PromQL { sum(by: []) }
}
