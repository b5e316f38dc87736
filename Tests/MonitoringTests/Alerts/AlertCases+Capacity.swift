extension AlertCases {
  /// Something that has addresses: how its series read when so many are held of so many.
  private struct Holder: Sendable {
    var stem: String
    var labels: [String: String]
    var named: String
    var series: @Sendable (_ held: String, _ capacity: Double) -> [String: String]
  }

  private static func node(_ held: String, _ capacity: Double, _ node: String = "n1") -> [String: String] {
    together(
      gauge("terway_eni_capacity_ips", ["node": node], capacity, for: 900),
      series("terway_eni_allocated_ips", ["node": node, "eni_id": "e-\(node)"], held))
  }

  /// Two nodes of the zone, of which one holds nothing, and a node of another zone.
  private static func zone(_ held: String, _ capacity: Double) -> [String: String] {
    let zones = ["n1": "z1", "n2": "z1", "n3": "z2"].reduce(into: [String: String]()) {
      $0.merge(
        gauge("terway_eni_node_info", ["node": $1.key, "zone": $1.value, "instance_type": "x"], 1, for: 900)
      ) { $1 }
    }
    return together(node(held, capacity / 2), node("0x900", capacity / 2, "n2"), node("0x900", 1e6, "n3"), zones)
  }

  private static func vSwitch(_ held: String, _ size: Double) -> [String: String] {
    together(
      gauge("terway_eni_vswitch_size_ips", ["vswitch_id": "vsw-1", "zone": "z1"], size, for: 900),
      series("terway_eni_vswitch_used_ips", ["vswitch_id": "vsw-1", "zone": "z1"], held))
  }

  private static let holders = [
    Holder(stem: "TerwayIPExhaustion", labels: ["node": "n1"], named: "n1", series: { node($0, $1) }),
    Holder(stem: "TerwayZoneIPExhaustion", labels: ["zone": "z1"], named: "Zone z1", series: { zone($0, $1) }),
    Holder(
      stem: "TerwayVSwitchIPExhaustion", labels: ["vswitch_id": "vsw-1", "zone": "z1"], named: "vSwitch vsw-1 in z1",
      series: { vSwitch($0, $1) }),
  ]

  /// A line that falls by 0.1 a minute comes below what the horizon takes at minute 401, or below the share that may be left.
  @CaseList
  private static func exhaustion(_ holder: Holder) -> [AlertCase] {
    let (predicted, imminent) = ("\(holder.stem)Predicted", "\(holder.stem)Imminent")
    AlertCase(
      predicted, "less than 24 hours from minute 401 on", silent: 460, fires: [461],
      given: holder.series("815.95+0.1x900", 1000),
      as: .labelled(
        holder.labels, "137.9", says: "\(holder.named) runs out of IPs within 24h; 137.9 are left"))
    AlertCase(
      predicted, "less than half is left from minute 401 on", silent: 460, fires: [461],
      given: holder.series("9.95+0.1x900", 100), as: .labelled(holder.labels, "43.95"))
    AlertCase(
      predicted, "many more in one step, and no more since", silent: 470, 530, 590,
      given: holder.series("30x400 70x500", 100))
    AlertCase(
      predicted, "constant", silent: 700, given: holder.series("78x900", 100))
    AlertCase(
      predicted, "fewer and fewer", silent: 700, given: holder.series("95-0.05x900", 100))
    AlertCase(
      imminent, "less than four hours from minute 401 on", silent: 430, fires: [431],
      given: holder.series("935.95+0.1x900", 1000),
      as: .labelled(holder.labels, "20.95", says: "\(holder.named) runs out of IPs within 4h; 20.95 are left"))
    AlertCase(
      imminent, "less than a quarter is left from minute 401 on", silent: 430, fires: [431],
      given: holder.series("14.925+0.15x900", 100), as: .labelled(holder.labels, "20.42"))
    AlertCase(
      imminent, "many more in one step, and no more since", silent: 431, 450, 520,
      given: holder.series("20x400 85x500", 100))
    AlertCase(
      imminent, "six hours from now", silent: 700, given: holder.series("40+0.03x900", 100))
  }

  @CaseList
  private static func low(
    _ alert: String, _ holder: Holder
  ) -> [AlertCase] {
    AlertCase(
      alert, "49 of 500", silent: 9, fires: [10], given: holder.series("451x900", 500),
      as: .labelled(holder.labels, "9.8%"))
    AlertCase(
      alert, "51 of 500", silent: 30, given: holder.series("449x900", 500))
    AlertCase(
      alert, "none of none", silent: 30, given: holder.series("0x900", 0))
  }

  private static func enis(_ limit: Double, held: Double) -> [String: String] {
    together(
      gauge("terway_eni_limit", ["node": "n1"], limit), ips("n1", "e1", held, of: 50), ips("n1", "e2", 40, of: 50))
  }

  private static func sufficientIP(_ reported: String, _ condition: String = "SufficientIP") -> [String: String] {
    series("kube_node_status_condition", ["node": "n1", "condition": condition, "status": "false"], reported)
  }

  @CaseList private static var low: [AlertCase] {
    low("TerwayIPHeadroomLow", holders[0])
    low("TerwayZoneIPHeadroomLow", holders[1])
    low("TerwayVSwitchIPHeadroomLow", holders[2])
  }

  @CaseList private static var maximum: [AlertCase] {
    AlertCase(
      "TerwayAtMaximumENIs", "both ENIs, and hardly an address left", silent: 14, fires: [15],
      given: enis(2, held: 41), as: .node("n1", "0", says: "n1 can take 0 more ENIs, and needs one"))
    AlertCase(
      "TerwayAtMaximumENIs", "room for another", silent: 30, given: enis(3, held: 41))
    AlertCase(
      "TerwayAtMaximumENIs", "both ENIs, but no need for more", silent: 30, given: enis(2, held: 39))
  }

  @CaseList private static var blocked: [AlertCase] {
    AlertCase(
      "TerwayIPAllocationBlocked", "reported", silent: 0, fires: [1], given: sufficientIP("1x30"),
      as: .node("n1", "1"))
    AlertCase(
      "TerwayIPAllocationBlocked", "reported and taken back a moment ago", fires: [10],
      given: sufficientIP("1x4 0x30"), as: .node("n1", "1", says: "Terway reports no IP to allocate on n1"))
    AlertCase(
      "TerwayIPAllocationBlocked", "never reported", silent: 5, given: sufficientIP("0x30"))
    AlertCase(
      "TerwayIPAllocationBlocked", "another condition", silent: 5, given: sufficientIP("1x30", "Ready"))
  }

  static let capacity: [AlertCase] =
    [holders.flatMap(exhaustion), low, maximum].flatMap(\.self).map { $0.only(.contract) } + blocked
}
