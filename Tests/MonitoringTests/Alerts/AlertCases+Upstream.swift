/// What differs where nobody exports the names of the contract.
extension AlertCases {
  private static func pool(_ held: Double, of total: Double, stack: String = "ipv4") -> [String: String] {
    together(
      gauge("terway_resource_pool_total_count", ["node": "n1", "type": "LocalIP", "ipStack": stack], total),
      gauge("terway_resource_pool_idle_count", ["node": "n1", "type": "LocalIP", "ipStack": stack], total - held))
  }

  private static func pod(_ name: String, hostNetwork: Bool = false) -> [String: String] {
    gauge(
      "kube_pod_info",
      ["namespace": "d", "pod": name, "node": "n1", "host_network": "\(hostNetwork)", "pod_ip": "10.0.0.9"], 1)
  }

  private static func received(_ what: String, _ pod: String, _ perSecond: Double) -> [String: String] {
    counter(
      "container_network_receive_\(what)_total",
      ["namespace": "d", "pod": pod, "interface": "eth0", "image": "x"], perMinute: perSecond * 60)
  }

  private static func packets(_ perSecond: Double, dropped ratio: Double) -> [String: String] {
    together(pod("a"), received("packets", "a", perSecond), received("packets_dropped", "a", perSecond * ratio))
  }

  private static func qdisc(_ perMinute: Double, _ device: String = "eth0") -> [String: String] {
    together(
      counter(
        "node_qdisc_drops_total", ["namespace": "m", "pod": "node-exporter-a", "device": device], perMinute: perMinute),
      gauge("kube_pod_info", ["namespace": "m", "pod": "node-exporter-a", "node": "n1"], 1))
  }

  private static func drops(_ history: String, _ reason: String = "POLICY_DENIED") -> [String: String] {
    series("hubble_drop_total", ["node": "n1", "reason": reason, "protocol": "TCP"], history)
  }

  @CaseList private static var upstreamRows: [AlertCase] {
    AlertCase(
      "TerwayHighENIUtilization", "a little above", silent: 9, fires: [10], given: pool(81, of: 100),
      pool(0, of: -3, stack: "ipv6"), as: .node("n1", "81%"))
    AlertCase(
      "TerwayHighENIUtilization", "a little below", silent: 20, given: pool(79, of: 100))
    AlertCase(
      "TerwayHighENIUtilization", "an empty pool", silent: 20, given: pool(0, of: 0))
    AlertCase(
      "TerwayHighENIUtilization", "more idle than there are", silent: 20, given: pool(-2, of: 10))
    AlertCase(
      "TerwayHighThroughput", "two pods that are too much only together", silent: 6, fires: [7], given: pod("a"),
      pod("b"), received("bytes", "a", 0.51e9), received("bytes", "b", 0.51e9),
      as: .labelled(["node": "n1", "direction": "receive"], "1.02GB/s"))
    AlertCase(
      "TerwayHighThroughput", "a little below", silent: 20, given: pod("a"), received("bytes", "a", 0.98e9))
    AlertCase(
      "TerwayHighThroughput", "a pod in the host's network counts the node's traffic", silent: 20,
      given: pod("a", hostNetwork: true), received("bytes", "a", 5e9))
    AlertCase(
      "TerwayPacketLoss", "a little above, on enough packets", silent: 14, fires: [15],
      given: packets(101, dropped: 0.0102), as: .labelled(["node": "n1", "direction": "receive"], "1.02%"))
    AlertCase(
      "TerwayPacketLoss", "a little below", silent: 30, given: packets(1000, dropped: 0.0098))
    AlertCase(
      "TerwayPacketLoss", "hardly any packet", silent: 30, given: packets(98, dropped: 0.5))
    AlertCase(
      "TerwayQoSViolations", "a little above", silent: 9, fires: [10], given: qdisc(10.2),
      as: .labelled(["node": "n1", "priority_class": "all"], "10.2"))
    AlertCase(
      "TerwayQoSViolations", "a little below", silent: 20, given: qdisc(9.8))
    AlertCase(
      "TerwayQoSViolations", "on a device of something else", silent: 20, given: qdisc(1000, "docker0"))
    AlertCase(
      "TerwayNetworkIsolationBreach", "one deny", silent: 31, fires: [32], given: drops("0x30 1x60"),
      as: .node("n1", "1"))
    AlertCase(
      "TerwayNetworkIsolationBreach", "a counter born above zero", fires: [12], given: drops("_x10 7x60"),
      as: .node("n1", "7"))
    AlertCase(
      "TerwayNetworkIsolationBreach", "none", silent: 20, given: drops("0x60"))
    AlertCase(
      "TerwayNetworkIsolationBreach", "dropped for another reason", silent: 32, given: drops("0x30 1x60", "STALE"))
    AlertCase(
      "TerwayPolicyDenySurge", "five times as many as the day before, and a few more", silent: 1514, fires: [1515],
      given: drops("0+60x1500 90312+312x40"), as: .node("n1", "5.2"))
    AlertCase(
      "TerwayPolicyDenySurge", "not quite five times as many", silent: 1520, given: drops("0+60x1500 90288+288x40"))
    AlertCase(
      "TerwayPolicyDenySurge", "the first ever", silent: 14, fires: [15], given: drops("0+63x40"),
      as: .node("n1", "1.05"))
    AlertCase(
      "TerwayPolicyDenySurge", "the first ever, but few", silent: 30, given: drops("0+57x40"))
    AlertCase(
      "TerwayDown", "a virtual node needs no daemon", silent: 20,
      given: gauge("kube_node_info", ["node": "virtual-kubelet-cn-hangzhou-k"], 1))
    AlertCase(
      "TerwayDown", "a node without any daemon", silent: 4, fires: [5],
      given: gauge("kube_node_info", ["node": "n1"], 1), as: .node("n1", "0"))
  }
  static var upstream: [AlertCase] { upstreamRows.map { $0.only(.upstream) } }
}
