extension AlertCases {
  /// Probes per minute that return within each bound, of 100 per minute unless told.
  private static func latency(
    _ within: [(bound: String, count: Double)], perMinute: Double = 100, peer: String = "x"
  ) -> [String: String] {
    let labels = "node=\"n1\",peer=\"\(peer)\""
    let metric = "terway_network_latency_seconds"
    return within.reduce(
      into: [
        "\(metric)_bucket{\(labels),le=\"+Inf\"}": "0+\(perMinute)x40",
        "\(metric)_count{\(labels)}": "0+\(perMinute)x40",
      ]) { $0["\(metric)_bucket{\(labels),le=\"\($1.bound)\"}"] = "0+\($1.count)x40" }
  }

  /// Addresses of one ENI.
  static func ips(
    _ node: String, _ eni: String, _ allocated: Double, of total: Double, exporter: String = "a"
  ) -> [String: String] {
    together(
      gauge("terway_eni_allocated_ips", ["node": node, "eni_id": eni, "exporter": exporter], allocated, for: 90),
      gauge("terway_eni_total_ips", ["node": node, "eni_id": eni, "exporter": exporter], total, for: 90))
  }

  /// What a pod on n1 transfers, in bytes per second.
  private static func bytes(_ pod: String, _ direction: String, _ perSecond: Double) -> [String: String] {
    counter(
      "terway_network_bytes_total", ["node": "n1", "pod": pod, "direction": direction], perMinute: perSecond * 60)
  }

  private static func packets(_ perSecond: Double, dropped ratio: Double) -> [String: String] {
    let pod: KeyValuePairs = ["node": "n1", "pod": "a", "direction": "transmit"]
    return together(
      counter("terway_network_packets_total", pod, perMinute: perSecond * 60),
      counter("terway_network_packets_dropped_total", pod, perMinute: perSecond * 60 * ratio))
  }

  private static func segments(_ perSecond: Double, again ratio: Double) -> [String: String] {
    let exporter: KeyValuePairs = ["namespace": "monitoring", "pod": "node-exporter-a"]
    return together(
      counter("node_netstat_Tcp_OutSegs", exporter, perMinute: perSecond * 60),
      counter("node_netstat_Tcp_RetransSegs", exporter, perMinute: perSecond * 60 * ratio),
      gauge("kube_pod_info", ["namespace": "monitoring", "pod": "node-exporter-a", "node": "n1"], 1))
  }

  private static func instance(_ share: Double) -> [String: String] {
    together(
      gauge("terway_network_instance_bandwidth_bytes", ["node": "n1", "direction": "receive"], 1e8),
      bytes("a", "receive", share * 1e8))
  }

  /// One full node among 19 that are almost empty.
  private static let many: [String: String] = (2...20).reduce(into: ips("n1", "e1", 10, of: 10)) {
    $0.merge(ips("n\($1)", "e\($1)", 1, of: 10)) { $1 }
  }

  private static let receiving: [String: String] = ["node": "n1", "direction": "receive"]

  @CaseList static var performance: [AlertCase] {
    AlertCase(
      "TerwayHighLatency", "a little too slow", silent: 5, fires: [6, 20],
      given: latency([("0.05", 94), ("0.06", 100)]),
      as: .node("n1", "51.67ms", says: "p95 network latency of n1 is 51.67ms"))
    AlertCase(
      "TerwayHighLatency", "a little faster than the limit", silent: 20, given: latency([("0.04", 50), ("0.05", 100)]))
    AlertCase(
      "TerwayHighLatency", "ten probes", silent: 5, fires: [20],
      given: latency([("0.05", 0), ("0.06", 2)], perMinute: 2), as: .node("n1", "59.5ms"))
    AlertCase(
      "TerwayHighLatency", "fewer than ten probes", silent: 20,
      given: latency([("0.05", 0), ("0.06", 1.9)], perMinute: 1.9))
    AlertCase(
      "TerwayHighLatency", "one slow peer of a fast node", silent: 20, given: latency([("0.05", 100), ("0.1", 100)]),
      latency([("0.05", 0), ("0.1", 2)], perMinute: 2, peer: "y"))
    AlertCase(
      "TerwayHighLatency", "no probes at all", silent: 20, given: latency([("0.05", 0), ("0.1", 0)], perMinute: 0))
    AlertCase(
      "TerwayHighThroughput", "two pods that are too much only together", silent: 6, fires: [7],
      given: bytes("a", "receive", 0.51e9), bytes("b", "receive", 0.51e9),
      as: .labelled(receiving, "1.02GB/s", says: "n1 receives 1.02GB/s")
    ).only(.contract)
    AlertCase(
      "TerwayHighThroughput", "just below", silent: 20, given: bytes("a", "receive", 0.98e9))
    AlertCase(
      "TerwayHighThroughput", "too much only in both directions together", silent: 20,
      given: bytes("a", "receive", 0.6e9), bytes("a", "transmit", 0.6e9))
    AlertCase(
      "TerwayHighThroughput", "a counter that starts anew", silent: 14, 20,
      given: series(
        "terway_network_bytes_total", ["node": "n1", "pod": "a", "direction": "receive"],
        "9e12+10000000000x10 0+10000000000x30"))
    AlertCase(
      "TerwayHighENIUtilization", "a little above", silent: 9, fires: [10, 30], given: ips("n1", "e1", 40, of: 50),
      ips("n1", "e2", 41, of: 50), as: .node("n1", "81%", says: "81% of the IPs on n1 are in use")
    ).only(.contract)
    AlertCase(
      "TerwayHighENIUtilization", "series that differ in a label we do not know", fires: [15],
      given: gauge("terway_eni_allocated_ips", ["node": "n1", "eni_id": "e1", "image": "a"], 9),
      gauge("terway_eni_total_ips", ["node": "n1", "eni_id": "e1", "image": "b"], 10), as: .node("n1", "90%")
    ).only(.contract)
    AlertCase(
      "TerwayHighENIUtilization", "just below", silent: 15, given: ips("n1", "e1", 79, of: 100))
    AlertCase(
      "TerwayHighENIUtilization", "exactly at the threshold", silent: 15, given: ips("n1", "e1", 8, of: 10))
    AlertCase(
      "TerwayHighENIUtilization", "nothing of nothing", silent: 15, given: ips("n1", "e1", 0, of: 0))
    AlertCase(
      "TerwayHighENIUtilization", "one full ENI of two", silent: 15, given: ips("n1", "e1", 10, of: 10),
      ips("n1", "e2", 2, of: 10))
    AlertCase(
      "TerwayHighENIUtilization", "two replicas that export the same", silent: 15, given: ips("n1", "e1", 7, of: 10),
      ips("n1", "e1", 7, of: 10, exporter: "b"))
    AlertCase(
      "TerwayHighENIUtilization", "the node is gone", silent: 30,
      given: series("terway_eni_allocated_ips", ["node": "n1", "eni_id": "e1"], "9x12 stale"),
      series("terway_eni_total_ips", ["node": "n1", "eni_id": "e1"], "10x12 stale"))
    AlertCase(
      "TerwayHighENIUtilization", "one full node among many", fires: [15],
      given: many,
      as: .node("n1", "100%")
    ).only(.contract)
    AlertCase(
      "TerwayInstanceBandwidthHigh", "a little above", silent: 14, fires: [15], given: instance(0.82),
      as: .labelled(receiving, "82%", says: "n1 uses 82% of its instance's bandwidth to receive"))
    AlertCase(
      "TerwayInstanceBandwidthHigh", "a little below", silent: 30, given: instance(0.78))
    AlertCase(
      "TerwayInstanceBandwidthHigh", "an instance whose bandwidth nobody knows", silent: 30,
      given: bytes("a", "receive", 1e8),
      gauge("terway_network_instance_bandwidth_bytes", ["node": "n1", "direction": "receive"], 0))
    AlertCase(
      "TerwayInstanceBandwidthSaturated", "a little above", silent: 9, fires: [10], given: instance(0.97),
      as: .labelled(receiving, "97%"))
    AlertCase(
      "TerwayInstanceBandwidthSaturated", "a little below", silent: 30, given: instance(0.93))
    AlertCase(
      "TerwayPacketLoss", "a little above, on enough packets", silent: 14, fires: [15],
      given: packets(101, dropped: 0.0102), as: .labelled(["node": "n1", "direction": "transmit"], "1.02%")
    ).only(.contract)
    AlertCase(
      "TerwayPacketLoss", "a little below", silent: 30, given: packets(1000, dropped: 0.0098))
    AlertCase(
      "TerwayPacketLoss", "hardly any packet", silent: 30, given: packets(98, dropped: 0.5))
    AlertCase(
      "TerwayPacketLoss", "nothing of nothing", silent: 30, given: packets(0, dropped: 0))
    AlertCase(
      "TerwayTCPRetransmits", "a little above, on enough segments", silent: 19, fires: [20],
      given: segments(51, again: 0.051), as: .node("n1", "5.1%"))
    AlertCase(
      "TerwayTCPRetransmits", "a little below", silent: 30, given: segments(5000, again: 0.049))
    AlertCase(
      "TerwayTCPRetransmits", "hardly any segment", silent: 30, given: segments(49, again: 0.5))
  }

  private static func violations(_ history: String) -> [String: String] {
    series("terway_qos_violations_total", ["node": "n1", "priority_class": "gold"], history)
  }

  private static func bandwidth(_ current: Double, of allocated: Double, of pod: String = "p") -> [String: String] {
    together(
      gauge(
        "terway_network_current_bandwidth_bytes",
        ["node": "n1", "namespace": "d", "pod": "p", "direction": "transmit"], current),
      gauge(
        "terway_network_allocated_bandwidth_bytes",
        ["node": "n1", "namespace": "d", "pod": pod, "direction": "transmit"], allocated))
  }

  @CaseList private static var qosRows: [AlertCase] {
    AlertCase(
      "TerwayQoSViolations", "a little above", silent: 9, fires: [10], given: violations("0+10.2x40"),
      as: .labelled(
        ["node": "n1", "priority_class": "gold"], "10.2", says: "10.2 QoS violations per minute on n1, class gold"))
    AlertCase(
      "TerwayQoSViolations", "a little below", silent: 15, given: violations("0+9.8x30"))
    AlertCase(
      "TerwayQoSViolations", "below, and the counter starts anew", silent: 15, 20, given: violations("0+9x10 0+9x20"))
    AlertCase(
      "TerwayQoSViolations", "many, long ago", silent: 40, given: violations("0+100x10 1000x40"))
    AlertCase(
      "TerwayBandwidthExceeded", "a little more than allowed", silent: 1, fires: [2], given: bandwidth(112, of: 100),
      as: .labelled(
        ["node": "n1", "namespace": "d", "pod": "p", "direction": "transmit"], "112%",
        says: "d/p on n1 uses 112% of its transmit bandwidth"))
    AlertCase(
      "TerwayBandwidthExceeded", "a little less", silent: 10, given: bandwidth(108, of: 100))
    AlertCase(
      "TerwayBandwidthExceeded", "unlimited", silent: 10, given: bandwidth(120, of: 0))
    AlertCase(
      "TerwayBandwidthExceeded", "the limit is another pod's", silent: 10, given: bandwidth(120, of: 100, of: "q"))
  }
  static var qos: [AlertCase] { qosRows.map { $0.only(.contract) } }
}
