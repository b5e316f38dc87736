import Prometheus

extension DashboardCatalogue {
  /// This operator, without which most of the rest is blind.
  static let ownOperator = Dashboard(
    kind: .operator, title: "Terway Operator",
    description: "The operator itself: whether it leads, works and keeps up.",
    rows: [.init("State", operatorState), .init("Work", work), .init("Resources", resources)])

  private static let operatorState: [Panel] = [
    Panel(
      .stat, "Leaders", unit: "short", width: 6, colours: .one,
      "Replicas that lead: one, and none or two for a moment while one replaces another.",
      .init("leaders", .operatorLeaders)),
    Panel(
      .stat, "Failed Reconciles", unit: "percentunit", width: 6, colours: .rising(yellow: 0.05, red: 0.5),
      "Reconciles of all controllers that fail, as a share of all.",
      .init("failed", .operatorErrorRatio, .operatorReconciles) {
        $0.signal(.operatorErrorRatio).times($0.signal(.operatorReconciles), .on($0.labels(of: .operatorReconciles)))
          .sum(by: []).divided(by: $0.total(.operatorReconciles).isAbove(0), .on([]))
      }),
    Panel(
      .stat, "Waiting Keys", unit: "short", width: 6, colours: .rising(yellow: 10, red: 100),
      "Keys that wait for a worker, over all controllers.",
      .init("waiting", .operatorQueue) { $0.total(.operatorQueue) }),
    Panel(
      .stat, "Failed API Requests", unit: "percentunit", width: 6, colours: .rising(yellow: 0.01, red: 0.1),
      "Requests that the API server does not answer, or answers with an error of its own or with 429.",
      .init("failed", .operatorAPIErrorRatio)),
  ]

  private static let work: [Panel] = [
    Panel(
      .timeseries, "Reconciles", unit: "ops", "Reconciles per second of each controller.",
      .init("{{controller}}", .operatorReconciles)),
    Panel(
      .timeseries, "Failed Reconciles by Controller", unit: "percentunit", colours: .rising(yellow: 0.05, red: 0.5),
      "Reconciles that fail as a share of all.", .init("{{controller}}", .operatorErrorRatio)),
    Panel(
      .timeseries, "Time of a Reconcile (95th percentile)", unit: "s",
      "Time within which 95 % of a controller's reconciles end.", .init("{{controller}}", .operatorLatencyP95)),
    Panel(
      .timeseries, "Queues", unit: "short", "Keys that wait for a worker of each controller.",
      .init("{{name}}", .operatorQueue)),
  ]

  private static let resources: [Panel] = [
    Panel(
      .timeseries, "Memory", unit: "bytes", width: 8, "Resident memory of each replica.",
      .init("{{pod}}", .operatorMemory)),
    Panel(
      .timeseries, "CPU", unit: "short", width: 8, "Cores that each replica uses.", .init("{{pod}}", .operatorCPU)),
    Panel(
      .timeseries, "Requests to the API Server", unit: "reqps", width: 8, "Requests per second of all replicas.",
      .init("requests", .operatorAPIRequests)),
  ]
}
