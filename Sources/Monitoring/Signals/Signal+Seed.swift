import Prometheus

/// The custom metrics that every profile has, under names that people's own dashboards know already.
extension Signal {
  static let seed = [eniUtilizationRatio, packetLossRate, qosViolationCount]

  static let eniUtilizationRatio = Signal(
    "eniUtilizationRatio", "terway_eni_utilization_ratio", .ratio, by: ["node", "eni_id"], "ENI utilization ratio",
    [
      .contract(.allocatedIPs, .totalIPs, ipam: .crd) {
        $0.gauge(.allocatedIPs, by: "node", "eni_id")
          .divided(by: $0.gauge(.totalIPs, by: "node", "eni_id").isAbove(0), .on($0.labels))
      },
      // Terway itself does not tell ENIs apart.
      .derived(from: eniUtilization) { $0.signal(eniUtilization) },
    ])
  static let packetLossRate = Signal(
    "packetLossRate", "terway_network_packet_loss_rate", .ratio, by: ["node", "interface"], "network packet loss rate",
    [
      .contract(.packetsDropped, .packets) {
        $0.contract(.packetsDropped).rate($0.window).sum(by: $0.labels)
          .divided(by: $0.contract(.packets).rate($0.window).sum(by: $0.labels).isAbove(0), .on($0.labels))
      },
      .upstream(
        .containerReceiveDrops, .containerTransmitDrops, .containerReceivedPackets, .containerTransmittedPackets,
        .podInfo
      ) {
        let dropped = $0.interfaces(.containerReceiveDrops).plus($0.interfaces(.containerTransmitDrops), .on($0.labels))
        let all = $0.interfaces(.containerReceivedPackets)
          .plus($0.interfaces(.containerTransmittedPackets), .on($0.labels))
        return dropped.divided(by: all.isAbove(0), .on($0.labels))
      },
    ])
  static let qosViolationCount = Signal(
    "qosViolationCount", "terway_qos_violation_count", .count, by: ["node", "priority_class"],
    "number of QoS violations within the window of rates",
    [
      .derived(from: qosViolations) {
        $0.signal(qosViolations).times(Double($0.context.rateWindow.components.seconds))
      }
    ])
}

extension SignalScope {
  fileprivate func interfaces(_ metric: UpstreamMetric) -> PromQL {
    podRate(metric, keeping: ["namespace", "pod", "interface"]).sum(by: labels)
  }
}
