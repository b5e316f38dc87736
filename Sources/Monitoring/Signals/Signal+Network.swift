import Prometheus

/// Traffic of pods and nodes, and its quality.
extension Signal {
  static let network = [
    podThroughput, throughput, packets, packetsDropped, packetLoss, instanceBandwidth, instanceBandwidthUse, latencyP95,
    latencyObservations, tcpSegments, tcpRetransmits, qosViolations, allocatedBandwidth, podBandwidth, bandwidthUse,
  ]

  private static let pod = ["node", "namespace", "pod", "direction"]
  private static let tooMany = Recording.never(because: "a series for every pod and direction")

  static let podThroughput = Signal(
    "podThroughput", tooMany, .bytesPerSecond, by: pod, "bytes per second of a pod",
    [
      .contract(.bytes) { $0.contract(.bytes).rate($0.window).sum(by: $0.labels) },
      .upstream(.containerReceivedBytes, .containerTransmittedBytes, .podInfo) {
        $0.directions(receive: $0.podRate(.containerReceivedBytes), transmit: $0.podRate(.containerTransmittedBytes))
      },
    ])
  static let throughput = Signal(
    "throughput", "node_direction:terway_network_bytes:rate%w", .bytesPerSecond, by: ["node", "direction"],
    "bytes per second of a node's pods", counter(.bytes, .containerReceivedBytes, .containerTransmittedBytes))
  static let packets = Signal(
    "packets", "node_direction:terway_network_packets:rate%w", .perSecond, by: ["node", "direction"],
    "packets per second of a node's pods", counter(.packets, .containerReceivedPackets, .containerTransmittedPackets))
  static let packetsDropped = Signal(
    "packetsDropped", "node_direction:terway_network_packets_dropped:rate%w", .perSecond, by: ["node", "direction"],
    "packets per second that the interfaces of a node's pods drop",
    counter(.packetsDropped, .containerReceiveDrops, .containerTransmitDrops))
  static let packetLoss = Signal(
    "packetLoss", "node_direction:terway_network_packet_loss:ratio_rate%w", .ratio, by: ["node", "direction"],
    "dropped packets as a share of all",
    [
      .derived(from: packetsDropped, packets) {
        $0.signal(packetsDropped).divided(by: $0.signal(packets).isAbove(0), .on($0.labels))
      }
    ])
  static let instanceBandwidth = Signal(
    "instanceBandwidth", "node_direction:terway_network_instance_bandwidth_bytes:max", .bytesPerSecond,
    by: ["node", "direction"], "bytes per second that the instance type allows",
    [.contract(.instanceBandwidth, ipam: .crd) { $0.gauge(.instanceBandwidth, by: "node", "direction") }])
  static let instanceBandwidthUse = Signal(
    "instanceBandwidthUse", "node_direction:terway_network_instance_bandwidth:ratio_rate%w", .ratio,
    by: ["node", "direction"], "traffic of a node's pods as a share of what the instance type allows",
    [
      .derived(from: throughput, instanceBandwidth) {
        $0.signal(throughput).divided(by: $0.signal(instanceBandwidth).isAbove(0), .on($0.labels))
      }
    ])
  static let latencyP95 = Signal(
    "latencyP95", "node:terway_network_latency_seconds:p95_rate%w", .seconds, by: ["node"],
    "round-trip time within which 95 % of a node's probes of others return",
    [.contract(.latency) { $0.quantile(0.95, of: ContractMetric.latency) }])
  static let latencyObservations = Signal(
    "latencyObservations", "node:terway_network_latency_observations:increase%w", .count, by: ["node"],
    "probes that returned",
    [.contract(.latency) { $0.contract(.latency, suffix: "_count").increase($0.window).sum(by: $0.labels) }])
  static let tcpSegments = Signal(
    "tcpSegments", "node:terway_network_tcp_segments:rate%w", .perSecond, by: ["node"],
    "TCP segments per second that a node sends", [.platform(.tcpSegments, .podInfo) { $0.nodeRate(.tcpSegments) }])
  static let tcpRetransmits = Signal(
    "tcpRetransmits", "node:terway_network_tcp_retransmits:ratio_rate%w", .ratio, by: ["node"],
    "TCP segments that a node sends again, as a share of all",
    [
      Recipe(
        source: .platform, metrics: [UpstreamMetric.tcpRetransmits, .podInfo] as [UpstreamMetric],
        signals: [tcpSegments]
      ) {
        $0.nodeRate(.tcpRetransmits).divided(by: $0.signal(tcpSegments).isAbove(0), .on($0.labels))
      }
    ])

  static let qosViolations = Signal(
    "qosViolations", "node_priority_class:terway_qos_violations:rate%w", .perSecond, by: ["node", "priority_class"],
    "packets per second that are held back beyond what a class allows",
    [
      .contract(.qosViolations) { $0.contract(.qosViolations).rate($0.window).sum(by: $0.labels) },
      .upstream(.qdiscDrops, .podInfo) {
        $0.nodeRate(.qdiscDrops, .matches("device", "(eth|cali).+")).labelled("priority_class", "all")
      },
    ])
  static let allocatedBandwidth = Signal(
    "allocatedBandwidth", .never(because: "a series for every pod with a limit, which is exported as it is"),
    .bytesPerSecond, by: pod, "bytes per second that a pod with a limit may transfer",
    [
      .contract(.allocatedBandwidth) {
        $0.gauge(.allocatedBandwidth, by: "node", "namespace", "pod", "direction").isAbove(0)
      }
    ])
  static let podBandwidth = Signal(
    "podBandwidth", tooMany, .bytesPerSecond, by: pod, "bytes per second that a pod transfers now",
    [
      .contract(.currentBandwidth) { $0.gauge(.currentBandwidth, by: "node", "namespace", "pod", "direction") },
      .derived(from: podThroughput) { $0.signal(podThroughput) },
    ])
  /// Pods without a limit have none to exceed: their allocated bandwidth is 0.
  static let bandwidthUse = Signal(
    "bandwidthUse", "node_namespace_pod_direction:terway_network_bandwidth:ratio", .ratio, by: pod,
    "traffic of a pod with a limit as a share of the limit",
    [
      .derived(from: podBandwidth, allocatedBandwidth) {
        $0.signal(podBandwidth).divided(by: $0.signal(allocatedBandwidth), .on($0.labels))
      }
    ])

  /// A counter of pods' interfaces, summed by node and direction.
  private static func counter(
    _ contract: ContractMetric, _ received: UpstreamMetric, _ transmitted: UpstreamMetric
  ) -> [Recipe] {
    [
      .contract(contract) { $0.contract(contract).rate($0.window).sum(by: $0.labels) },
      .upstream(received, transmitted, .podInfo) {
        $0.directions(receive: $0.podRate(received), transmit: $0.podRate(transmitted)).sum(by: $0.labels)
      },
    ]
  }
}
