import Prometheus

extension DashboardCatalogue {
  /// What people knew as *Terway Monitoring Dashboard* and *Terway Monitoring*, and above it what is wrong now.
  static let overview = Dashboard(
    kind: .overview, title: "Terway Monitoring", description: "Is Terway well? If not: what is wrong, and where.",
    rows: [
      .init("Now", now), .init("Where", whereItIs), .init("Network", network), .init("IP addresses", addresses),
      .init("QoS and security", qosAndSecurity),
    ])

  private static let now: [Panel] = [
    Panel(
      .stat, "Firing Alerts", unit: "short", width: 3, colours: .zero, "Terway alerts that fire now.",
      .init("alerts") { $0.count($0.alerts(.equal("alertstate", "firing"))) }),
    Panel(
      .stat, "Nodes Without Terway", unit: "short", width: 3, colours: .zero,
      "Nodes on which no daemon of Terway is ready: pods that start there get no address.",
      .init("nodes", .daemonReady) { $0.count($0.signal(.daemonReady).isBelow(1)) }),
    Panel(
      .stat, "Nodes Out of Addresses", unit: "short", width: 3, colours: .zero,
      "Nodes of which Terway says that it has no address to give (SufficientIP=False).",
      .init("nodes", .allocationBlocked) { $0.count($0.signal(.allocationBlocked).isAbove(0)) }),
    Panel(
      .stat, "Pods Without an Address", unit: "short", width: 3, colours: .rising(yellow: 1, red: 10),
      "Pods that were placed on a node and wait for an address. A few are normal while pods start.",
      .init("pods", .podsWithoutIP) { $0.total(.podsWithoutIP).or(.call("vector", [.number(0)])) }),
    Panel(
      .stat, "vSwitches Exhausted", unit: "short", width: 3, colours: .zero,
      "vSwitches in which Terway finds no address. Nothing on a node helps: enlarge or add a vSwitch.",
      .init("vSwitches", .vSwitchExhausted) { $0.count($0.signal(.vSwitchExhausted).isAbove(0)) }),
    Panel(
      .stat, "Nodes With Stuck ENIs", unit: "short", width: 3, colours: .zero,
      "Nodes with an ENI that stays in a passing state such as Attaching.",
      .init("nodes", .stuckENIs) {
        $0.count($0.signal(.stuckENIs).sum(by: $0.with("node")).isAbove(0))
      }),
    Panel(
      .stat, "ENI Utilization", unit: "percentunit", width: 3, colours: .limit { $0.performance.eniUtilization.value },
      "Share of the addresses on all ENIs that pods hold.",
      .init("in use", .allocatedIPs, .totalIPs) { $0.share(.allocatedIPs, of: .totalIPs) }),
    Panel(
      .stat, "Free IPs", unit: "short", width: 3, colours: .falling(red: 1, yellow: 50),
      "Addresses that pods could still get, were every ENI attached that the nodes can have.",
      .init("free", .freeIPs) { $0.total(.freeIPs) }),
  ]

  private static let whereItIs: [Panel] = [
    Panel(
      .table, "Alerts", unit: "short", width: 10, columns: ["alertstate", "severity", "alertname", "node"],
      sortedBy: "alertstate",
      "Terway alerts that fire, and those that are about to.",
      .init("Series") {
        $0.alerts(.matches("alertstate", "firing|pending"))
          .count(by: $0.with("alertstate", "severity", "alertname", "node"))
      }),
    Panel(
      .table, "Nodes", unit: "short", width: 14, columns: ["node"],
      "Every selected node, fullest first. Follow a node's name to everything that is known of it.",
      .init("In use", .eniUtilization, unit: "percentunit", colours: .limit { $0.performance.eniUtilization.value }),
      .init("Free", .freeIPs, colours: .falling(red: 1, yellow: 10)),
      .init(
        "Daemon", .daemonReady, states: [.init(0, "not ready", .red), .init(1, "ready", .green)]),
      .init("Waiting pods", .podsWithoutIP, colours: .rising(yellow: 1, red: 10)),
      .init("ENI errors", .eniErrors, colours: .zero),
      .init("Leaked", .leakedIPs, colours: .zero),
      .init("Latency p95", .latencyP95, unit: "s", colours: .limit { $0.performance.latencyP95.decimalSeconds })),
  ]

  private static let network: [Panel] = [
    Panel(
      .timeseries, "Network Throughput", unit: "Bps", "Bytes per second of all pods of the selected nodes.",
      .init("{{direction}}", .throughput) { $0.signal(.throughput).sum(by: ["direction"]) }),
    Panel(
      .timeseries, "Network Performance Metrics", unit: "Bps", colours: .limit { $0.performance.throughput.value },
      "Bytes per second of each node's pods.", .init("{{node}} {{direction}}", .throughput)),
    Panel(
      .timeseries, "Instance Bandwidth Use", unit: "percentunit", colours: .rising(yellow: 0.8, red: 0.95),
      "Traffic of a node's pods as a share of what its instance type allows; beyond it the cloud drops packets.",
      .init("{{node}} {{direction}}", .instanceBandwidthUse)),
    Panel(
      .timeseries, "Network Latency (95th percentile)", unit: "s",
      colours: .limit { $0.performance.latencyP95.decimalSeconds },
      "Round trip within which 95 % of the probes from a node to others return.",
      .init("{{node}}", .latencyP95)),
    Panel(
      .timeseries, "Packet Loss", unit: "percentunit",
      "Packets that the interfaces of a node's pods drop, as a share of all.",
      .init("{{node}} {{direction}}", .packetLoss)),
    Panel(
      .timeseries, "TCP Retransmits", unit: "percentunit",
      "TCP segments that a node sends again as a share of all. Rises with loss and congestion anywhere on the way.",
      .init("{{node}}", .tcpRetransmits)),
    Panel(
      .table, "Top Network Consumers", unit: "Bps", width: 24, columns: ["namespace", "pod"],
      "The ten pods that transfer most, receive and transmit together.",
      .init("Throughput", .podThroughput) { $0.signal(.podThroughput).sum(by: $0.with("namespace", "pod")).top(10) }),
  ]

  private static let addresses: [Panel] = [
    Panel(
      .timeseries, "ENI Utilization by Node", unit: "percentunit",
      colours: .limit { $0.performance.eniUtilization.value },
      "Share of the addresses on a node's ENIs that pods hold.", .init("{{node}}", .eniUtilization)),
    Panel(
      .timeseries, "IP Headroom by Node", unit: "short",
      "Addresses that a node could still hold within the limits of its instance type.",
      .init("{{node}}", .freeIPs)),
  ]

  private static let qosAndSecurity: [Panel] = [
    Panel(
      .timeseries, "QoS Violations", unit: "cpm", colours: .limit { $0.qos.violationsPerMinute.value },
      "Packets per minute that are held back beyond what a class allows.",
      .init("{{node}} {{priority_class}}", .qosViolations) { $0.signal(.qosViolations).times(60) }),
    Panel(
      .bargauge, "Bandwidth Use of Limited Pods", unit: "percentunit",
      colours: .limit { $0.qos.bandwidthOvershoot.value },
      "The ten pods that use most of the bandwidth allocated to them.",
      .init("{{namespace}}/{{pod}} {{direction}}", .bandwidthUse) { $0.signal(.bandwidthUse).top(10) }),
    Panel(
      .timeseries, "Isolation Violations", unit: "short",
      "Packets denied at an isolation boundary, within the window of the alert.",
      .init("{{node}}", .isolationViolations)),
    Panel(
      .timeseries, "Security Group Drift", unit: "short", colours: .zero,
      "ENIs whose security groups differ from the configured ones.", .init("{{node}}", .securityGroupDrift)),
    Panel(
      .timeseries, "Security Group Failures", unit: "percentunit",
      colours: .limit { $0.security.securityGroupFailureRatio.value },
      "Failed attempts to set security groups as a share of all.", .init("{{node}}", .securityGroupFailureRatio)),
  ]
}
