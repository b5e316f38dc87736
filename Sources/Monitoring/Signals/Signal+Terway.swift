import Prometheus

/// Terway's daemon on every node, as Kubernetes and as the daemon itself sees it.
extension Signal {
  static let daemon = [
    managedNodes, daemonReady, daemonRestarts, daemonThrottled, allocationBlocked, podsWithoutIP, podsLongWithoutIP,
    allocIPRequests, allocIPErrors, allocIPErrorRatio, allocIPLatencyP95, allocIPSlow, apiRequests, apiErrorRatio,
  ]

  /// The nodes of a virtual kubelet have no daemon, and want none.
  static let managedNodes = Signal(
    "managedNodes", "node:terway_node:max", .boolean, by: ["node"], "list of nodes on which Terway has to run",
    [
      .contract(.nodeInfo, ipam: .crd) { $0.gauge(.nodeInfo, by: "node") },
      .platform(.nodeInfo) {
        $0.metric(UpstreamMetric.nodeInfo, .init("node", .matchesNot, "virtual-kubelet-.+")).max(by: $0.labels)
      },
    ])
  /// During a roll-out a node has two daemons for a moment; one that is ready suffices. A node that has no daemon at all is
  /// not ready; only nodes that kube-state-metrics knows, which else would make all of them unready by its absence.
  static let daemonReady = Signal(
    "daemonReady", "node:terway_daemon_ready:max", .boolean, by: ["node"], "readiness of a node's daemon",
    [
      Recipe(
        source: .platform, metrics: [UpstreamMetric.podReady, .podInfo, .nodeInfo] as [UpstreamMetric],
        signals: [managedNodes]
      ) {
        let nodes = $0.signal(managedNodes).and($0.metric(UpstreamMetric.nodeInfo), .on($0.labels))
        return $0.daemons(.podReady, .equal("condition", "true")).max(by: $0.with("namespace", "pod"))
          .times($0.daemonNodes, .on($0.with("namespace", "pod")).groupLeft(["node"])).max(by: $0.labels)
          .or(nodes.times(0), .on($0.labels))
      }
    ])
  static let daemonRestarts = Signal(
    "daemonRestarts", "node:terway_daemon_restarts:increase1h", .count, by: ["node"],
    "restarts of a node's daemon within an hour",
    [
      .platform(.containerRestarts, .podInfo) {
        $0.daemons(.containerRestarts).increase(.hours(1)).sum(by: $0.with("namespace", "pod"))
          .times($0.daemonNodes, .on($0.with("namespace", "pod")).groupLeft(["node"])).sum(by: $0.labels)
      }
    ])
  static let daemonThrottled = Signal(
    "daemonThrottled", "node:terway_daemon_cpu_throttled:ratio_rate%w", .ratio, by: ["node"],
    "share of the time in which a daemon's CPU limit holds it back",
    [
      .platform(.containerThrottledPeriods, .containerPeriods, .podInfo) {
        let pods = $0.with("namespace", "pod")
        return $0.daemons(.containerThrottledPeriods, .equal("container", "terway")).rate($0.window).sum(by: pods)
          .divided(
            by: $0.daemons(.containerPeriods, .equal("container", "terway")).rate($0.window).sum(by: pods).isAbove(0),
            .on(pods)
          )
          .times($0.daemonNodes, .on(pods).groupLeft(["node"])).max(by: $0.labels)
      }
    ])
  /// The condition that Terway sets on its node.
  static let allocationBlocked = Signal(
    "allocationBlocked", "node:terway_insufficient_ip:max", .boolean, by: ["node"],
    "sign that Terway has no address to give on a node",
    [
      .platform(.nodeCondition) {
        $0.metric(UpstreamMetric.nodeCondition, .equal("condition", "SufficientIP"), .equal("status", "false"))
          .max(by: $0.labels)
      }
    ])
  static let podsWithoutIP = Signal(
    "podsWithoutIP", "node:terway_pods_without_ip:count", .count, by: ["node"],
    "pods that were placed on a node and have no address",
    [
      .platform(.podInfo, .podPhase) { $0.podsWithoutIP().count(by: $0.labels) }
    ])
  /// On a node where pods come and go one is always without an address: only the same one for minutes means something.
  static let podsLongWithoutIP = Signal(
    "podsLongWithoutIP", "node:terway_pods_long_without_ip:count", .count, by: ["node"],
    "pods that have had no address for ten minutes",
    [
      .platform(.podInfo, .podPhase) {
        $0.podsWithoutIP()
          .and($0.podsWithoutIP(before: .minutes(10)), .on($0.with("namespace", "pod", "node")))
          .count(by: $0.labels)
      }
    ])

  static let allocIPRequests = Signal(
    "allocIPRequests", "node:terway_alloc_ip_requests:rate%w", .perSecond, by: ["node"],
    "requests of the CNI plugin for an address, per second",
    [.platform(.rpcLatency) { $0.allocations().rate($0.window).sum(by: $0.labels) }])
  static let allocIPErrors = Signal(
    "allocIPErrors", "node:terway_alloc_ip_errors:rate%w", .perSecond, by: ["node"], "those of them that fail",
    [.platform(.rpcLatency) { $0.allocations(.notEqual("error", "false")).rate($0.window).sum(by: $0.labels) }])
  static let allocIPErrorRatio = Signal(
    "allocIPErrorRatio", "node:terway_alloc_ip_errors:ratio_rate%w", .ratio, by: ["node"],
    "requests for an address that fail as a share of all",
    [
      .derived(from: allocIPErrors, allocIPRequests) {
        $0.signal(allocIPErrors).divided(by: $0.signal(allocIPRequests).isAbove(0), .on($0.labels))
      }
    ])
  static let allocIPLatencyP95 = Signal(
    "allocIPLatencyP95", "node:terway_alloc_ip_latency_seconds:p95_rate%w", .seconds, by: ["node"],
    "time within which 95 % of the requests for an address are answered",
    [
      .platform(.rpcLatency) {
        $0.quantile(0.95, of: UpstreamMetric.rpcLatency, .equal("rpc_api", "AllocIP")).divided(by: 1000)
      }
    ])

  /// The buckets' bounds are Terway's; the limit is the next of them.
  static let allocIPSlow = Signal(
    "allocIPSlow", "node:terway_alloc_ip_slow:rate%w", .perSecond, by: ["node"],
    "requests for an address that succeed, but not within the limit of the objective",
    [
      .platform(.rpcLatency) {
        let limit = Int($0.context.allocationLatencyBucket * 1000)
        let quick = $0.allocations(
          suffix: "_bucket", .equal("error", "false"), .matches("le", "\(limit)(\\.0)?"))
        return $0.allocations(.equal("error", "false")).rate($0.window).sum(by: $0.labels)
          .minus(quick.rate($0.window).sum(by: $0.labels), .on($0.labels)).atLeast(0)
      }
    ])

  static let apiRequests = Signal(
    "apiRequests", "cluster:terway_api_requests:rate%w", .perSecond, by: [],
    "requests per second for Terway's resources",
    [.platform(.apiServerRequests) { $0.terwayAPI().rate($0.window).sum(by: $0.labels) }])
  static let apiErrorRatio = Signal(
    "apiErrorRatio", "cluster:terway_api_errors:ratio_rate%w", .ratio, by: [],
    "those that the API server answers with an error of its own, as a share of all",
    [
      .platform(.apiServerRequests) {
        $0.terwayAPI(.matches("code", "5..")).rate($0.window).sum(by: $0.labels)
          .divided(by: $0.signal(apiRequests).isAbove(0), .on($0.labels))
      }
    ])
}

/// The cloud's API, as Terway sees it.
extension Signal {
  static let cloud = [
    cloudRequests, cloudErrorRatio, cloudLatencyP95, cloudRateLimiterP95,
  ]

  static let cloudRequests = Signal(
    "cloudRequests", "api:terway_cloud_requests:rate%w", .perSecond, by: ["api"], "requests per second to the cloud",
    [
      .platform(.openAPILatency) {
        $0.metric(UpstreamMetric.openAPILatency, suffix: "_count").rate($0.window).sum(by: $0.labels)
      }
    ])
  static let cloudErrorRatio = Signal(
    "cloudErrorRatio", "api:terway_cloud_errors:ratio_rate%w", .ratio, by: ["api"],
    "requests to the cloud that fail as a share of all",
    [
      .platform(.openAPILatency) {
        $0.metric(UpstreamMetric.openAPILatency, suffix: "_count", .notEqual("error", "false")).rate($0.window)
          .sum(by: $0.labels).divided(by: $0.signal(cloudRequests).isAbove(0), .on($0.labels))
      }
    ])
  static let cloudLatencyP95 = Signal(
    "cloudLatencyP95", "api:terway_cloud_latency_seconds:p95_rate%w", .seconds, by: ["api"],
    "time within which the cloud answers 95 % of the requests",
    [.platform(.openAPILatency) { $0.quantile(0.95, of: UpstreamMetric.openAPILatency).divided(by: 1000) }])
  static let cloudRateLimiterP95 = Signal(
    "cloudRateLimiterP95", "api:terway_cloud_rate_limiter_seconds:p95_rate%w", .seconds, by: ["api"],
    "time for which Terway's own rate limiter holds back 95 % of the requests at most",
    [.platform(.rateLimiterLatency) { $0.quantile(0.95, of: UpstreamMetric.rateLimiterLatency).divided(by: 1000) }])
}

/// Terway's controlplane. In managed clusters it cannot be seen at all.
extension Signal {
  static let controlplane = [
    controlplaneAvailable, controlplaneQueue, reconcileLatencyP95, eniTaskQueue, eniAttaches, eniAttachFailureRatio,
    eniAttachLatencyP95,
  ]

  static let controlplaneAvailable = Signal(
    "controlplaneAvailable", "cluster:terway_controlplane_available:max", .count, by: [],
    "number of replicas of the controlplane that are available",
    [
      .platform(.deploymentAvailable, wantsControlplane: true) {
        $0.metric(
          UpstreamMetric.deploymentAvailable, .equal("namespace", $0.context.spec.terway.namespace),
          .equal("deployment", "terway-controlplane")
        ).max(by: $0.labels)
      }
    ])
  static let controlplaneQueue = Signal(
    "controlplaneQueue", "name:terway_controlplane_workqueue_depth:max", .count, by: ["name"],
    "keys that wait for a controller of the controlplane",
    [
      .platform(.workQueueDepth, from: .terwayControlplane) {
        $0.metric(UpstreamMetric.workQueueDepth, .equal("job", "terway-controlplane")).max(by: $0.labels)
      }
    ])
  static let reconcileLatencyP95 = Signal(
    "reconcileLatencyP95", "method:terway_controlplane_reconcile_seconds:p95_rate%w", .seconds, by: ["method"],
    "time of a step of the controlplane's work on a node, 95 % of which are shorter",
    [
      .platform(.nodeReconcileLatency, since: .taskQueue) {
        $0.quantile(0.95, of: UpstreamMetric.nodeReconcileLatency).divided(by: 1000)
      }
    ])
  static let eniTaskQueue = Signal(
    "eniTaskQueue", "status:terway_eni_task_queue_size:max", .count, by: ["status"],
    "attachments of ENIs in the controlplane's queue",
    [.platform(.eniTaskQueue, since: .taskQueue) { $0.metric(UpstreamMetric.eniTaskQueue).max(by: $0.labels) }])
  static let eniAttaches = Signal(
    "eniAttaches", "cluster:terway_eni_attaches:increase%w", .count, by: [], "attachments of ENIs that ended",
    [.platform(.eniAttachDuration, since: .taskQueue) { $0.attaches().increase($0.window).sum(by: $0.labels) }])
  static let eniAttachFailureRatio = Signal(
    "eniAttachFailureRatio", "cluster:terway_eni_attach_failures:ratio_rate%w", .ratio, by: [],
    "attachments of ENIs that fail or time out as a share of all",
    [
      .platform(.eniAttachDuration, since: .taskQueue) {
        $0.attaches(.notEqual("result", "success")).increase($0.window).sum(by: $0.labels)
          .divided(by: $0.signal(eniAttaches).isAbove(0), .on($0.labels))
      }
    ])
  static let eniAttachLatencyP95 = Signal(
    "eniAttachLatencyP95", "cluster:terway_eni_attach_seconds:p95_rate%w", .seconds, by: [],
    "time within which 95 % of the attachments of ENIs end",
    [.platform(.eniAttachDuration, since: .taskQueue) { $0.quantile(0.95, of: UpstreamMetric.eniAttachDuration) }])
}

extension RenderContext {
  /// In seconds: the least bound of Terway's buckets, which double from 50 ms on, that is not below what the profile says.
  var allocationLatencyBucket: Double {
    let wanted = spec.alerts.slo.allocationLatency.decimalSeconds
    let bounds = (0..<15).map { 0.05 * Double(1 << $0) }
    return bounds.first { $0 >= wanted } ?? bounds[bounds.count - 1]
  }
}

extension TerwayVersion {
  /// Brought the queue of attachments and its metrics.
  static let taskQueue = TerwayVersion(1, 16)
}

extension SignalScope {
  /// Pods that have a node and no address.
  fileprivate func podsWithoutIP(before duration: Duration = .zero) -> PromQL {
    let waiting = metric(
      UpstreamMetric.podInfo, .equal("pod_ip", ""), .equal("host_network", "false"), .notEqual("node", ""))
    let pending = metric(UpstreamMetric.podPhase, .equal("phase", "Pending")).offset(duration).isAbove(0)
    return waiting.offset(duration).max(by: with("namespace", "pod", "node"))
      .and(pending, .on(with("namespace", "pod")))
  }

  fileprivate func allocations(suffix: String = "_count", _ matchers: LabelMatcher...) -> PromQL {
    metric(UpstreamMetric.rpcLatency, suffix: suffix, [.equal("rpc_api", "AllocIP")] + matchers)
  }

  fileprivate func attaches(_ matchers: LabelMatcher...) -> PromQL {
    metric(UpstreamMetric.eniAttachDuration, suffix: "_count", matchers)
  }

  fileprivate func terwayAPI(_ matchers: LabelMatcher...) -> PromQL {
    metric(UpstreamMetric.apiServerRequests, [.equal("group", "network.alibabacloud.com")] + matchers)
  }
}
