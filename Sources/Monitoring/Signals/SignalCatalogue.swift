import Prometheus

/// What each signal is made of. In the order of `Signal`: a signal may use those recorded before it.
///
/// Gauges of the exporter are first reduced by `max`: while one replica of the operator replaces another, both are seen.
enum SignalCatalogue {
  static func definition(of signal: Signal) -> SignalDefinition {
    switch signal {
    case .allocatedIPs:
      .init("node:terway_eni_allocated_ips:sum", .count, by: ["node"]) {
        $0.metric(.allocatedIPs).max(by: $0.with("node", "eni_id")).sum(by: $0.labels)
      }
    case .totalIPs:
      .init("node:terway_eni_total_ips:sum", .count, by: ["node"]) {
        $0.metric(.totalIPs).max(by: $0.with("node", "eni_id")).sum(by: $0.labels)
      }
    case .capacityIPs:
      .init("node:terway_eni_capacity_ips:max", .count, by: ["node"]) {
        $0.metric(.capacityIPs).max(by: $0.labels)
      }
    case .eniCount:
      .init("node:terway_eni:count", .count, by: ["node"]) {
        $0.metric(.totalIPs).max(by: $0.with("node", "eni_id")).count(by: $0.labels)
      }
    case .eniUtilization:
      .init("node:terway_eni_utilization:ratio", .ratio, by: ["node"]) {
        $0.recorded(.allocatedIPs).divided(by: $0.recorded(.totalIPs).isAbove(0), .on($0.labels))
      }
    case .freeIPs:
      .init("node:terway_eni_free_ips:sum", .count, by: ["node"]) {
        $0.recorded(.capacityIPs).minus($0.recorded(.allocatedIPs), .on($0.labels))
      }
    case .freeRatio:
      .init("node:terway_eni_free:ratio", .ratio, by: ["node"]) {
        $0.recorded(.freeIPs).divided(by: $0.recorded(.capacityIPs).isAbove(0), .on($0.labels))
      }

    case .throughput:
      .init("node_direction:terway_network_bytes:rate%w", .bytesPerSecond, by: ["node", "direction"]) {
        $0.metric(.bytes).rate($0.window).sum(by: $0.labels)
      }
    case .packets:
      .init("node_direction:terway_network_packets:rate%w", .perSecond, by: ["node", "direction"]) {
        $0.metric(.packets).rate($0.window).sum(by: $0.labels)
      }
    case .packetsDropped:
      .init("node_direction:terway_network_packets_dropped:rate%w", .perSecond, by: ["node", "direction"]) {
        $0.metric(.packetsDropped).rate($0.window).sum(by: $0.labels)
      }
    case .packetLoss:
      .init("node_direction:terway_network_packet_loss:ratio_rate%w", .ratio, by: ["node", "direction"]) {
        $0.recorded(.packetsDropped).divided(by: $0.recorded(.packets).isAbove(0), .on($0.labels))
      }
    case .latencyP95:
      .init("node:terway_network_latency_seconds:p95_rate%w", .seconds, by: ["node"]) {
        .histogramQuantile(
          0.95, $0.metric(.latency, suffix: "_bucket").rate($0.window).sum(by: ["le"] + $0.labels))
      }
    case .latencyObservations:
      .init("node:terway_network_latency_observations:increase%w", .count, by: ["node"]) {
        $0.metric(.latency, suffix: "_count").increase($0.window).sum(by: $0.labels)
      }

    case .qosViolations:
      .init("node_priority_class:terway_qos_violations:rate%w", .perSecond, by: ["node", "priority_class"]) {
        $0.metric(.qosViolations).rate($0.window).sum(by: $0.labels)
      }
    case .bandwidthUse:
      // Pods without a limit have none to exceed: their allocated bandwidth is 0.
      .init(
        "pod_direction:terway_network_bandwidth_use:ratio", .ratio, by: ["node", "namespace", "pod", "direction"]
      ) {
        $0.metric(.currentBandwidth).max(by: $0.labels)
          .divided(by: $0.metric(.allocatedBandwidth).max(by: $0.labels).isAbove(0), .on($0.labels))
      }

    case .isolationViolations:
      // A counter that is born above zero has grown, too. One that merely was not scraped for some minutes is not new.
      .init("node:terway_network_isolation_violations:increase%w", .count, by: ["node"]) {
        let counter = $0.metric(.isolationViolations)
        return counter.unless(counter.offset($0.context.rateWindow).last(within: .hours(1)))
          .or(counter.increase($0.window)).sum(by: $0.labels)
      }
    case .securityGroupFailureRatio:
      .init("node:terway_security_group_sync_failures:ratio_rate%w", .ratio, by: ["node"]) {
        // Three attempts at least: one failure of one is no rate.
        let attempts = $0.metric(.securityGroupSyncs).increase($0.window).sum(by: $0.labels).isAtLeast(3)
        return $0.metric(.securityGroupSyncFailures).increase($0.window).sum(by: $0.labels)
          .divided(by: attempts, .on($0.labels))
      }
    case .securityGroupDrift:
      .init("node:terway_security_group_drift_enis:max", .count, by: ["node"]) {
        $0.metric(.securityGroupDrift).max(by: $0.labels)
      }
    case .securityGroupDriftRatio:
      .init("node:terway_security_group_drift:ratio", .ratio, by: ["node"]) {
        $0.recorded(.securityGroupDrift).divided(by: $0.recorded(.eniCount), .on($0.labels))
      }

    case .daemonReady:
      // From kube-state-metrics. During a roll-out a node has two daemons for a moment; one that is ready suffices.
      .init("node:terway_daemon_ready:max", .boolean, by: ["node"]) {
        let pods: [LabelMatcher] = [
          .equal("namespace", $0.context.spec.terway.namespace), .matches("pod", $0.context.daemonPodPattern),
        ]
        let nodes = PromQL.vector(VectorSelector("kube_pod_info", pods + [.notEqual("node", "")]))
          .max(by: $0.with("namespace", "pod", "node"))
        return PromQL.vector(VectorSelector("kube_pod_status_ready", pods + [.equal("condition", "true")]))
          .max(by: $0.with("namespace", "pod"))
          .times(nodes, .on($0.with("namespace", "pod")).groupRight())
          .max(by: $0.labels)
      }
    case .allocationBlocked:
      // From kube-state-metrics, of the condition that Terway sets on its node.
      .init("node:terway_insufficient_ip:max", .boolean, by: ["node"]) {
        PromQL.metric("kube_node_status_condition", .equal("condition", "SufficientIP"), .equal("status", "false"))
          .max(by: $0.labels)
      }
    case .apiRequests:
      // From the API server itself.
      .init("cluster:terway_api_requests:rate%w", .perSecond, by: []) {
        PromQL.metric("apiserver_request_total", .equal("group", "network.alibabacloud.com"))
          .rate($0.window).sum(by: $0.labels)
      }
    case .apiErrorRatio:
      .init("cluster:terway_api_errors:ratio_rate%w", .ratio, by: []) {
        PromQL.metric(
          "apiserver_request_total", .equal("group", "network.alibabacloud.com"), .matches("code", "5..")
        )
        .rate($0.window).sum(by: $0.labels)
        .divided(by: $0.recorded(.apiRequests).isAbove(0), .on($0.labels))
      }
    }
  }
}

extension RenderContext {
  /// The names of the daemon's pods: its DaemonSet is named as its `app` label says.
  fileprivate var daemonPodPattern: String {
    (spec.terway.podLabels["app"] ?? "terway-eniip").replacing(".", with: "\\.") + "-.+"
  }
}
