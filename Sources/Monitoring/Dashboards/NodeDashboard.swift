import Prometheus

extension DashboardCatalogue {
  /// One node. Other dashboards' nodes lead here.
  static let node = Dashboard(
    kind: .node, title: "Terway Node", description: "Everything that is known of one node.",
    rows: [
      .init("State", state), .init("Addresses and ENIs", addresses), .init("Traffic", traffic),
      .init("Terway's daemon", daemon), .init("Security", security),
    ])

  private static let yesOrNo = [Panel.State(0, "no", .green), .init(1, "yes", .red)]

  private static let state: [Panel] = [
    Panel(
      .stat, "Daemon", unit: "none", width: 3, states: [.init(0, "not ready", .red), .init(1, "ready", .green)],
      "Whether a daemon of Terway is ready here.", .init("daemon", .daemonReady)),
    Panel(
      .stat, "Out of Addresses", unit: "none", width: 3, states: yesOrNo,
      "Whether Terway says that it has no address to give (SufficientIP=False).",
      .init("blocked", .allocationBlocked)),
    Panel(
      .stat, "In Use", unit: "percentunit", width: 3, colours: .limit { $0.performance.eniUtilization.value },
      "Share of the addresses on the node's ENIs that pods hold.", .init("in use", .eniUtilization)),
    Panel(
      .stat, "Free IPs", unit: "short", width: 3, colours: .falling(red: 1, yellow: 10),
      "Addresses that pods could still get within the limits of the instance type.", .init("free", .freeIPs)),
    Panel(
      .stat, "Free ENIs", unit: "short", width: 3, colours: .falling(red: 0, yellow: 1),
      "ENIs that could still be attached.", .init("free", .eniHeadroom)),
    Panel(
      .stat, "Pods Without an Address", unit: "short", width: 3, colours: .rising(yellow: 1, red: 5),
      "Pods that were placed here and wait for an address.",
      .init("pods", .podsWithoutIP) { $0.total(.podsWithoutIP).or(.call("vector", [.number(0)])) }),
    Panel(
      .stat, "Configuration Drift", unit: "none", width: 3, states: yesOrNo,
      "Whether the pool is other than the node's ConfigMaps say.", .init("drift", .configDrift)),
    Panel(
      .stat, "Last Sync", unit: "s", width: 3, colours: .rising(yellow: 43_200, red: 86_400),
      "Time since Terway last compared the node with the cloud.", .init("age", .syncAge)),
  ]

  private static let addresses: [Panel] = [
    Panel(
      .timeseries, "Addresses", unit: "short",
      "What pods hold, what they can use at once, and what the node could hold with every ENI.",
      .init("allocated", .allocatedIPs), .init("usable", .totalIPs), .init("capacity", .capacityIPs)),
    Panel(
      .timeseries, "Idle Addresses and Their Band", unit: "short",
      "Terway attaches below the lower end of the band and gives back above the upper one.",
      .init("idle", .idleIPs), .init("least idle", .poolMinimum, isBound: true),
      .init("most idle", .poolMaximum, isBound: true)),
    Panel(
      .timeseries, "ENIs", unit: "short", "ENIs attached for pods, and how many the instance type allows.",
      .init("attached", .eniCount), .init("limit", .eniLimit, isBound: true)),
    Panel(
      .timeseries, "Addresses of No Use", unit: "short",
      "Invalid: the cloud no longer knows them. Leaked: their pod is gone. Being returned: on their way back.",
      .init("invalid", .invalidIPs), .init("leaked", .leakedIPs), .init("being returned", .deletingIPs)),
    Panel(
      .timeseries, "ENIs in Trouble", unit: "short", colours: .zero,
      "ENIs that stay in a passing state, and those whose last operation in the cloud failed.",
      .init("stuck in {{status}}", .stuckENIs), .init("failures", .eniErrors)),
  ]

  private static let traffic: [Panel] = [
    Panel(
      .timeseries, "Throughput", unit: "Bps", "Bytes per second of the node's pods, and what the instance type allows.",
      .init("{{direction}}", .throughput), .init("limit of {{direction}}", .instanceBandwidth, isBound: true)),
    Panel(
      .timeseries, "Packets", unit: "pps", "Packets per second of the node's pods.", .init("{{direction}}", .packets)),
    Panel(
      .timeseries, "Drops", unit: "pps", "Packets per second that the interfaces of the node's pods drop.",
      .init("{{direction}}", .packetsDropped)),
    Panel(
      .heatmap, "Latency to Other Nodes", unit: "s", "Round trips of the node's probes, by how long they took.",
      .init("{{le}}", .latencyBuckets)),
    Panel(
      .timeseries, "TCP Retransmits", unit: "percentunit", "TCP segments that the node sends again as a share of all.",
      .init("retransmits", .tcpRetransmits)),
    Panel(
      .timeseries, "Held Back by QoS", unit: "pps", "Packets per second held back beyond what a class allows.",
      .init("{{priority_class}}", .qosViolations)),
    Panel(
      .table, "Pods", unit: "Bps", columns: ["namespace", "pod", "direction"],
      "Throughput of the node's pods, greatest first, and the limit of those that have one.",
      .init("Throughput", .podThroughput) {
        $0.signal(.podThroughput).sum(by: $0.with("namespace", "pod", "direction"))
      },
      .init("Limit", .allocatedBandwidth, isBound: true) {
        $0.signal(.allocatedBandwidth).sum(by: $0.with("namespace", "pod", "direction"))
      }),
  ]

  private static let daemon: [Panel] = [
    Panel(
      .timeseries, "Requests for an Address", unit: "reqps", "Requests of the CNI plugin, and those of them that fail.",
      .init("requests", .allocIPRequests), .init("failures", .allocIPErrors)),
    Panel(
      .timeseries, "Time to Get an Address (95th percentile)", unit: "s",
      "Time within which 95 % of the requests are answered. A pod starts that much later.",
      .init("p95", .allocIPLatencyP95)),
    Panel(
      .timeseries, "Restarts", unit: "short", colours: .zero, "Restarts of the daemon within the hour before.",
      .init("restarts", .daemonRestarts)),
    Panel(
      .timeseries, "CPU Throttling", unit: "percentunit", colours: .rising(yellow: 0.25, red: 0.5),
      "Share of the time in which the daemon's CPU limit holds it back.", .init("throttled", .daemonThrottled)),
  ]

  private static let security: [Panel] = [
    Panel(
      .timeseries, "Denied by Policy", unit: "pps", "Packets per second that a network policy denies.",
      .init("denied", .policyDenies)),
    Panel(
      .timeseries, "ENIs With Other Security Groups", unit: "short", colours: .zero,
      "ENIs that carry other security groups than configured.", .init("drift", .securityGroupDrift)),
  ]
}
