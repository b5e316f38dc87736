import Prometheus

/// This operator, as it sees itself.
extension Signal {
  static let ownOperator = [
    operatorReconciles, operatorErrorRatio, operatorLatencyP95, operatorQueue, operatorAPIRequests,
    operatorAPIErrorRatio, operatorMemory, operatorCPU, operatorLeaders,
  ]

  static let operatorReconciles = Signal(
    "operatorReconciles", "controller:terway_operator_reconciles:rate%w", .perSecond, by: ["controller"],
    "reconciles per second",
    [.platform(.reconciles) { $0.own(.reconciles).rate($0.window).sum(by: $0.labels) }])
  static let operatorErrorRatio = Signal(
    "operatorErrorRatio", "controller:terway_operator_reconcile_errors:ratio_rate%w", .ratio, by: ["controller"],
    "reconciles that fail as a share of all",
    [
      .platform(.reconcileErrors, .reconciles) {
        $0.own(.reconcileErrors).rate($0.window).sum(by: $0.labels)
          .divided(by: $0.signal(operatorReconciles).isAbove(0), .on($0.labels))
      }
    ])
  static let operatorLatencyP95 = Signal(
    "operatorLatencyP95", "controller:terway_operator_reconcile_seconds:p95_rate%w", .seconds, by: ["controller"],
    "time within which 95 % of the reconciles end",
    [.platform(.reconcileTime) { $0.quantile(0.95, of: UpstreamMetric.reconcileTime, $0.ownJob) }])
  static let operatorQueue = Signal(
    "operatorQueue", "name:terway_operator_workqueue_depth:max", .count, by: ["name"], "keys that wait for a worker",
    [.platform(.workQueueDepth, from: .operator) { $0.own(.workQueueDepth).max(by: $0.labels) }])
  static let operatorAPIRequests = Signal(
    "operatorAPIRequests", "cluster:terway_operator_api_requests:rate%w", .perSecond, by: [],
    "requests per second to the API server",
    [.platform(.restClientRequests) { $0.own(.restClientRequests).rate($0.window).sum(by: $0.labels) }])
  static let operatorAPIErrorRatio = Signal(
    "operatorAPIErrorRatio", "cluster:terway_operator_api_errors:ratio_rate%w", .ratio, by: [],
    "requests that the API server does not answer, or answers with an error of its own or with 429",
    [
      .platform(.restClientRequests) {
        $0.own(.restClientRequests, .matches("code", "5..|429|<error>")).rate($0.window).sum(by: $0.labels)
          .divided(by: $0.signal(operatorAPIRequests).isAbove(0), .on($0.labels))
      }
    ])
  static let operatorMemory = Signal(
    "operatorMemory", "pod:terway_operator_resident_memory_bytes:max", .bytes, by: ["pod"], "resident memory",
    [.platform(.residentMemory) { $0.own(.residentMemory).max(by: $0.labels) }])
  static let operatorCPU = Signal(
    "operatorCPU", "pod:terway_operator_cpu_seconds:rate%w", .cores, by: ["pod"], "cores in use",
    [.platform(.processCPU) { $0.own(.processCPU).rate($0.window).sum(by: $0.labels) }])
  static let operatorLeaders = Signal(
    "operatorLeaders", "cluster:terway_operator_leaders:sum", .count, by: [], "number of replicas that lead",
    [.platform(.leader) { $0.own(.leader).sum(by: $0.labels) }])
}

extension SignalScope {
  /// The operator's own series among those of the same name, which every controller has.
  fileprivate func own(_ metric: UpstreamMetric, _ matchers: LabelMatcher...) -> PromQL {
    self.metric(metric, [ownJob] + matchers)
  }

  fileprivate var ownJob: LabelMatcher { .equal("job", context.endpoint.job) }
}
