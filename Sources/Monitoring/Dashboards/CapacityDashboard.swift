import Prometheus

extension DashboardCatalogue {
  /// What is left, and for how long.
  static let capacity = Dashboard(
    kind: .capacity, title: "Terway Capacity",
    description: "How many addresses and ENIs are left on nodes, in zones and in vSwitches, and for how long.",
    rows: [
      .init("Left", left), .init("Nodes", nodes), .init("Zones", zones), .init("vSwitches", vSwitches),
      .init("Distribution", distribution),
    ])

  private static let scarce = Colours.falling(red: 0.1, yellow: 0.25)

  private static let left: [Panel] = [
    Panel(
      .stat, "Free Share", unit: "percentunit", width: 4, colours: scarce,
      "Addresses that pods could still get as a share of all that the nodes can hold.",
      .init("free", .freeIPs, .capacityIPs) { $0.share(.freeIPs, of: .capacityIPs) }),
    Panel(
      .stat, "Nodes That Run Out", unit: "short", width: 4, colours: .zero,
      "Nodes that have no address left at the horizon of the capacity alerts, at the pace of the last six hours.",
      .init("nodes", .freeIPs) { $0.count($0.predicted(.freeIPs).equals(0)) }),
    Panel(
      .stat, "vSwitches That Run Out", unit: "short", width: 4, colours: .zero,
      "vSwitches that have no address left then, as far as this cluster uses them.",
      .init("vSwitches", .vSwitchFreeIPs) { $0.count($0.predicted(.vSwitchFreeIPs).equals(0)) }),
    Panel(
      .stat, "Nodes at Maximum ENIs", unit: "short", width: 4, colours: .rising(yellow: 1, red: 5),
      "Nodes to which no further ENI can be attached.",
      .init("nodes", .eniHeadroom) { $0.count($0.signal(.eniHeadroom).isBelow(1)) }),
    Panel(
      .stat, "Fullest Node", unit: "percentunit", width: 4, colours: .limit { $0.performance.eniUtilization.value },
      "The greatest share of a node's usable addresses that pods hold.",
      .init("in use", .eniUtilization) { $0.signal(.eniUtilization).max(by: []) }),
    Panel(
      .stat, "Fewest Free IPs", unit: "short", width: 4, colours: .falling(red: 1, yellow: 10),
      "Addresses that are left on the node with the fewest.",
      .init("free", .freeIPs) { $0.signal(.freeIPs).min(by: []) }),
  ]

  private static let nodes: [Panel] = [
    Panel(
      .timeseries, "Addresses of All Nodes", unit: "short", width: 10,
      "What pods hold, what they can use at once, and what the nodes could hold with every ENI.",
      .init("allocated", .allocatedIPs) { $0.total(.allocatedIPs) },
      .init("usable", .totalIPs) { $0.total(.totalIPs) }, .init("capacity", .capacityIPs) { $0.total(.capacityIPs) }),
    Panel(
      .table, "Nodes by What Is Left", unit: "short", width: 14, columns: ["node"],
      "Then: what will be left at the horizon of the capacity alerts, at the pace of the last six hours.",
      .init("Free", .freeIPs, colours: .falling(red: 1, yellow: 10)),
      .init("Free share", .freeRatio, unit: "percentunit", colours: scarce),
      .init("Then", .freeIPs, colours: .falling(red: 1, yellow: 10)) { $0.predicted(.freeIPs) },
      .init("Free ENIs", .eniHeadroom, colours: .falling(red: 0, yellow: 1)), .init("ENIs", .eniCount),
      .init("Limit of ENIs", .eniLimit, isBound: true)),
  ]

  private static let zones: [Panel] = [
    Panel(
      .timeseries, "Free IPs by Zone", unit: "short", width: 10,
      "Addresses that pods could still get in each zone. A Deployment spread over zones needs room in all.",
      .init("{{zone}}", .zoneFreeIPs)),
    Panel(
      .table, "Zones by What Is Left", unit: "short", width: 14, columns: ["zone"],
      "Then: what will be left at the horizon of the capacity alerts, at the pace of the last six hours.",
      .init("Free", .zoneFreeIPs), .init("Free share", .zoneFreeRatio, unit: "percentunit", colours: scarce),
      .init("Then", .zoneFreeIPs, colours: .falling(red: 1, yellow: 50)) { $0.predicted(.zoneFreeIPs) },
      .init("Capacity", .zoneCapacityIPs)),
  ]

  private static let vSwitches: [Panel] = [
    Panel(
      .timeseries, "Free IPs by vSwitch", unit: "short", width: 10,
      "Addresses that this cluster does not hold. Others may: a vSwitch can be exhausted above zero.",
      .init("{{vswitch_id}} {{zone}}", .vSwitchFreeIPs)),
    Panel(
      .table, "vSwitches by What Is Left", unit: "short", width: 14, columns: ["vswitch_id", "zone"],
      "Then: what will be left at the horizon of the capacity alerts, at the pace of the last six hours.",
      .init("Free", .vSwitchFreeIPs), .init("Free share", .vSwitchFreeRatio, unit: "percentunit", colours: scarce),
      .init("Then", .vSwitchFreeIPs, colours: .falling(red: 1, yellow: 50)) { $0.predicted(.vSwitchFreeIPs) },
      .init("Size", .vSwitchSizeIPs),
      .init("Exhausted", .vSwitchExhausted, states: [.init(0, "no", .green), .init(1, "yes", .red)])),
  ]

  private static let distribution: [Panel] = [
    Panel(
      .timeseries, "Utilization Across Nodes", unit: "percentunit",
      colours: .limit { $0.performance.eniUtilization.value },
      "How full nodes are: a wide gap between the lines says that pods are spread unevenly.",
      .init("fullest", .eniUtilization) { $0.signal(.eniUtilization).max(by: []) },
      .init("90th percentile", .eniUtilization) { $0.signal(.eniUtilization).quantile(0.9) },
      .init("median", .eniUtilization) { $0.signal(.eniUtilization).quantile(0.5) },
      .init("10th percentile", .eniUtilization) { $0.signal(.eniUtilization).quantile(0.1) }),
    Panel(
      .bargauge, "Nodes by Utilization", unit: "short",
      "How many nodes are how full.",
      .init("below 20 %", .eniUtilization) { $0.count($0.signal(.eniUtilization).isBelow(0.2)) },
      .init("20 % to 40 %", .eniUtilization) { $0.band(from: 0.2, to: 0.4) },
      .init("40 % to 60 %", .eniUtilization) { $0.band(from: 0.4, to: 0.6) },
      .init("60 % to 80 %", .eniUtilization) { $0.band(from: 0.6, to: 0.8) },
      .init("80 % and more", .eniUtilization) { $0.count($0.signal(.eniUtilization).isAtLeast(0.8)) }),
  ]
}

extension PanelScope {
  fileprivate func band(from least: Double, to bound: Double) -> PromQL {
    count(signal(.eniUtilization).isAtLeast(least).isBelow(bound))
  }
}
