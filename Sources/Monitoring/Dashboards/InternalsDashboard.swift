import Prometheus

extension DashboardCatalogue {
  /// Terway's own parts: daemons, pool, the cloud's API and the controlplane.
  static let internals = Dashboard(
    kind: .internals, title: "Terway Internals",
    description: "Terway's own parts at work: daemons, address pool, requests to the cloud, controlplane.",
    rows: [
      .init("State", health), .init("Requests for an address", allocation), .init("Address pool", pool),
      .init("Requests to the cloud", cloud), .init("Controlplane", controlplane), .init("Daemons", daemons),
    ])

  private static let health: [Panel] = [
    Panel(
      .stat, "Daemons Ready", unit: "percentunit", width: 4, colours: .falling(red: 0.95, yellow: 1),
      "Share of the nodes on which a daemon of Terway is ready.",
      .init("ready", .daemonReady) { $0.signal(.daemonReady).avg(by: []) }),
    Panel(
      .stat, "Controlplane Replicas", unit: "short", width: 4, colours: .falling(red: 1),
      "Replicas of Terway's controlplane that are available. Managed clusters do not show it.",
      .init("replicas", .controlplaneAvailable)),
    Panel(
      .stat, "Failed Allocations", unit: "percentunit", width: 4, colours: .rising(yellow: 0.01, red: 0.05),
      "Requests for an address that fail as a share of all.",
      .init("failed", .allocIPErrors, .allocIPRequests) { $0.share(.allocIPErrors, of: .allocIPRequests) }),
    Panel(
      .stat, "Oldest Sync", unit: "s", width: 4, colours: .rising(yellow: 43_200, red: 86_400),
      "Time since Terway compared with the cloud the node for which that is longest ago.",
      .init("age", .syncAge) { $0.signal(.syncAge).max(by: []) }),
    Panel(
      .stat, "Failed API Requests", unit: "percentunit", width: 4, colours: .rising(yellow: 0.01, red: 0.05),
      "Requests for Terway's resources that the API server answers with an error of its own, as a share of all.",
      .init("failed", .apiErrorRatio)),
    Panel(
      .stat, "Failed Attachments", unit: "percentunit", width: 4, colours: .rising(yellow: 0.05, red: 0.2),
      "Attachments of ENIs that fail or time out as a share of all.", .init("failed", .eniAttachFailureRatio)),
  ]

  private static let allocation: [Panel] = [
    Panel(
      .timeseries, "Requests and Failures", unit: "reqps", "Requests of the CNI plugin on all nodes.",
      .init("requests", .allocIPRequests) { $0.total(.allocIPRequests) },
      .init("failures", .allocIPErrors) { $0.total(.allocIPErrors) }),
    Panel(
      .timeseries, "Failed Requests by Node", unit: "percentunit", colours: .rising(yellow: 0.01, red: 0.05),
      "Requests for an address that fail as a share of all.", .init("{{node}}", .allocIPErrorRatio)),
    Panel(
      .timeseries, "Time to Get an Address (95th percentile)", unit: "s",
      "Time within which 95 % of the requests are answered. Pods start that much later.",
      .init("{{node}}", .allocIPLatencyP95)),
    Panel(
      .heatmap, "Time to Get an Address", unit: "ms", "Requests on all nodes, by how long they took.",
      .init("{{le}}", .allocIPBuckets)),
  ]

  private static let pool: [Panel] = [
    Panel(
      .timeseries, "Idle Addresses by Node", unit: "short",
      "Addresses that wait for a pod. None on a node means that its next pod waits for the cloud.",
      .init("{{node}}", .idleIPs)),
    Panel(
      .timeseries, "Addresses of No Use", unit: "short",
      "Invalid: the cloud no longer knows them. Leaked: their pod is gone. Being returned: on their way back.",
      .init("invalid", .invalidIPs) { $0.total(.invalidIPs) }, .init("leaked", .leakedIPs) { $0.total(.leakedIPs) },
      .init("being returned", .deletingIPs) { $0.total(.deletingIPs) }),
    Panel(
      .timeseries, "Stuck ENIs and PodENIs", unit: "short", colours: .zero,
      "Those that stay in a passing state: no garbage collection of Terway finds them.",
      .init("ENI {{status}}", .stuckENIs) { $0.signal(.stuckENIs).sum(by: ["status"]) },
      .init("PodENI {{phase}}", .stuckPodENIs) { $0.signal(.stuckPodENIs).sum(by: ["phase"]) }),
    Panel(
      .timeseries, "Nodes in Trouble", unit: "short", colours: .zero,
      "Nodes whose pool is not what their ConfigMaps say, and nodes with an ENI whose last operation failed.",
      .init("drift", .configDrift) { $0.count($0.signal(.configDrift).isAbove(0)) },
      .init("failures", .eniErrors) { $0.count($0.signal(.eniErrors).isAbove(0)) }),
  ]

  private static let cloud: [Panel] = [
    Panel(
      .timeseries, "Requests", unit: "reqps",
      "Requests per second by API. The cloud blocks an API for all of the account until the next minute.",
      .init("{{api}}", .cloudRequests)),
    Panel(
      .timeseries, "Failed Requests", unit: "percentunit", colours: .rising(yellow: 0.05, red: 0.2),
      "Requests to the cloud that fail as a share of all.", .init("{{api}}", .cloudErrorRatio)),
    Panel(
      .timeseries, "Response Time (95th percentile)", unit: "s",
      "Time within which the cloud answers 95 % of the requests.", .init("{{api}}", .cloudLatencyP95)),
    Panel(
      .timeseries, "Held Back by Terway (95th percentile)", unit: "s",
      "Time for which Terway's own rate limiter holds back 95 % of the requests at most.",
      .init("{{api}}", .cloudRateLimiterP95)),
  ]

  private static let controlplane: [Panel] = [
    Panel(
      .timeseries, "Queues", unit: "short", "Keys that wait for a controller.", .init("{{name}}", .controlplaneQueue)),
    Panel(
      .timeseries, "Steps of Reconciling a Node (95th percentile)", unit: "s",
      "Time within which 95 % of the runs of a step end.", .init("{{method}}", .reconcileLatencyP95)),
    Panel(
      .timeseries, "Queued Attachments", unit: "short", "Attachments of ENIs in the queue, by status.",
      .init("{{status}}", .eniTaskQueue)),
    Panel(
      .timeseries, "Attachments", unit: "short", "Attachments of ENIs that ended within the window of rates.",
      .init("ended", .eniAttaches)),
    Panel(
      .heatmap, "Time to Attach an ENI", unit: "s", width: 24, "Attachments by how long they took.",
      .init("{{le}}", .eniAttachBuckets)),
  ]

  private static let daemons: [Panel] = [
    Panel(
      .timeseries, "Restarts by Node", unit: "short", colours: .zero, "Restarts of a daemon within the hour before.",
      .init("{{node}}", .daemonRestarts)),
    Panel(
      .timeseries, "CPU Throttling by Node", unit: "percentunit", colours: .rising(yellow: 0.25, red: 0.5),
      "Share of the time in which a daemon's CPU limit holds it back.", .init("{{node}}", .daemonThrottled)),
    Panel(
      .timeseries, "Requests to the API Server", unit: "reqps", "Requests per second for Terway's resources.",
      .init("requests", .apiRequests)),
  ]
}
