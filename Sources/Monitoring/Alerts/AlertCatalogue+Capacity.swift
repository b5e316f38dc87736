import TerwayModel

/// Addresses that run out, or have: of nodes, zones and vSwitches.
extension AlertCatalogue {
  static let capacity: [Alert] =
    exhaustion(
      "TerwayIPExhaustion", .freeIPs, ratio: .freeRatio,
      named: .init("{node}", "节点 {node} "),
      description: .init(
        "At the pace of the last six hours {node}, with {value} IPs left and less than {threshold} of what its instance type can hold, has none within {horizon}. Pods will have to run elsewhere.",
        "按最近六小时的速度，节点 {node} 距实例规格上限剩余 {value} 个 IP（不足 {threshold}），将在 {horizon} 内耗尽。届时 Pod 只能运行在其他节点。"))
    + exhaustion(
      "TerwayZoneIPExhaustion", .zoneFreeIPs, ratio: .zoneFreeRatio,
      named: .init("Zone {zone}", "可用区 {zone} "),
      description: .init(
        "At the pace of the last six hours the nodes of zone {zone}, with {value} IPs left and less than {threshold} of what they can hold, have none within {horizon}. Add nodes to the zone.",
        "按最近六小时的速度，可用区 {zone} 的节点剩余 {value} 个 IP（不足 {threshold}），将在 {horizon} 内耗尽。请在该可用区增加节点。"))
    + exhaustion(
      "TerwayVSwitchIPExhaustion", .vSwitchFreeIPs, ratio: .vSwitchFreeRatio,
      named: .init("vSwitch {vswitch_id} in {zone}", "交换机 {vswitch_id}（{zone}）"),
      description: .init(
        "At the pace of the last six hours vSwitch {vswitch_id} in {zone}, with {value} addresses left and less than {threshold} of all, has none within {horizon}. Add a vSwitch of the zone to eni-config before.",
        "按最近六小时的速度，交换机 {vswitch_id}（{zone}）剩余 {value} 个地址（不足 {threshold}），将在 {horizon} 内耗尽。请提前在 eni-config 中为该可用区增加交换机。"
      ))
    + levels

  private static let levels: [Alert] = [
    Alert(
      "TerwayIPHeadroomLow", .warning, for: .minutes(10), keepFiringFor: .minutes(10),
      when: .below(.freeRatio), { _ in 0.1 },
      summary: .init("{value} of the IPs that {node} can hold are free", "节点 {node} 的 IP 容量仅剩 {value}"),
      description: .init(
        "Only {value} of the IPs that the instance type of {node} can hold are free, less than {threshold}. Pods will soon have to run elsewhere.",
        "节点 {node} 的实例规格可容纳的 IP 仅剩 {value}，低于 {threshold}。Pod 很快只能运行在其他节点。")),
    Alert(
      "TerwayZoneIPHeadroomLow", .warning, for: .minutes(10), keepFiringFor: .minutes(10),
      when: .below(.zoneFreeRatio), { _ in 0.1 },
      summary: .init("{value} of the IPs that zone {zone} can hold are free", "可用区 {zone} 的 IP 容量仅剩 {value}"),
      description: .init(
        "Only {value} of the IPs that the nodes of zone {zone} can hold are free, less than {threshold}. Pods that are bound to the zone become Pending.",
        "可用区 {zone} 的节点可容纳的 IP 仅剩 {value}，低于 {threshold}。绑定该可用区的 Pod 将处于 Pending。")),
    Alert(
      "TerwayVSwitchIPHeadroomLow", .warning, for: .minutes(10), keepFiringFor: .minutes(10),
      when: .below(.vSwitchFreeRatio), { _ in 0.1 },
      summary: .init(
        "{value} of the addresses of vSwitch {vswitch_id} in {zone} are free", "交换机 {vswitch_id}（{zone}）仅剩 {value} 的地址"),
      description: .init(
        "At most {value} of the addresses of vSwitch {vswitch_id} in {zone} are free, less than {threshold}; what others than this cluster hold is not counted.",
        "交换机 {vswitch_id}（{zone}）最多剩余 {value} 的地址，低于 {threshold}；未计入其他使用者占用的地址。")),
    Alert(
      "TerwayVSwitchExhausted", .critical, for: .minutes(2), keepFiringFor: .minutes(20),
      when: .above(.vSwitchExhausted), { _ in 0 },
      summary: .init("vSwitch {vswitch_id} in {zone} has no address left", "交换机 {vswitch_id}（{zone}）地址已耗尽"),
      description: .init(
        "Terway finds no address in vSwitch {vswitch_id} in {zone} (reported: {value}, limit: {threshold}) and leaves it alone for 20 minutes. ENIs in it get no further address; a restart does not help.",
        "Terway 在交换机 {vswitch_id}（{zone}）中找不到可用地址（上报：{value}，上限：{threshold}），20 分钟内不再尝试。其中的弹性网卡无法再获得 IP，重启无济于事。")),
    Alert(
      "TerwayAtMaximumENIs", .warning, for: .minutes(15), keepFiringFor: .minutes(10),
      when: .below(.eniHeadroom, guardedBy: [.init(.eniUtilization, atLeast: 0.8)]), { _ in 1 },
      summary: .init("{node} can take {value} more ENIs, and needs one", "节点 {node} 还可挂载 {value} 块弹性网卡，但已不敷使用"),
      description: .init(
        "{node} can take {value} more ENIs (fewer than {threshold}), and pods hold most of the addresses on those it has. Once these are full, new pods stay in ContainerCreating.",
        "节点 {node} 还可挂载 {value} 块弹性网卡（少于 {threshold}），现有网卡的 IP 大多已被占用。用尽后新 Pod 停在 ContainerCreating。")),
    Alert(
      "TerwayIPAllocationBlocked", .critical, for: .minutes(1), keepFiringFor: .minutes(15),
      when: .above(.allocationBlocked), { _ in 0 },
      summary: .init("Terway reports no IP to allocate on {node}", "Terway 报告节点 {node} 无可分配 IP"),
      description: .init(
        "Terway has set the condition SufficientIP=False on {node} (reported: {value}, limit: {threshold}). The vSwitch is out of addresses or a quota is reached; new pods on the node stay in ContainerCreating.",
        "Terway 已将节点 {node} 的状态 SufficientIP 置为 False（上报：{value}，上限：{threshold}）。交换机地址耗尽或达到配额，该节点的新 Pod 停在 ContainerCreating。"
      )),
  ]

  /// Two tiers: one to plan by, and one at a sixth of the horizon to act on.
  private static func exhaustion(
    _ stem: String, _ left: Signal, ratio: Signal, named object: Alert.Text, description: Alert.Text
  ) -> [Alert] {
    let summary = Alert.Text(
      "\(object.en) runs out of IPs within {horizon}; {value} are left", "\(object.zh)将在 {horizon} 内耗尽 IP，剩余 {value} 个")
    return [
      Alert(
        "\(stem)Predicted", .warning, for: .hours(1), keepFiringFor: .minutes(30),
        when: .runsOut(
          left, ratio: ratio, trend: .hours(1), horizon: { $0.capacity.exhaustionHorizon.duration }), { _ in 0.5 },
        summary: summary, description: description),
      Alert(
        "\(stem)Imminent", .critical, for: .minutes(30), keepFiringFor: .minutes(30),
        when: .runsOut(
          left, ratio: ratio, trend: .minutes(30), horizon: { $0.capacity.exhaustionHorizon.duration / 6 }),
        { _ in 0.25 }, summary: summary, description: description),
    ]
  }
}
