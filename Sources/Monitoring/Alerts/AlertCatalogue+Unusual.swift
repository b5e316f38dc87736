/// What leaves the band in which it usually is. The threshold is the least distance of the band's edge from its middle.
extension AlertCatalogue {
  static let anomaly: [Alert] = [
    unusual("TerwayThroughputAboveBand", .warning, .above, .throughput, least: 10e6, throughput),
    unusual("TerwayThroughputBelowBand", .warning, .below, .throughput, least: 10e6, throughput),
    unusual("TerwayAllocatedIPsAboveBand", .info, .above, .allocatedIPs, least: 5, allocatedIPs),
    unusual("TerwayAllocatedIPsBelowBand", .warning, .below, .allocatedIPs, least: 5, allocatedIPs),
    unusual("TerwayIPRequestsAboveBand", .warning, .above, .allocIPRequests, least: 0.2, requests),
    unusual("TerwayIPRequestsBelowBand", .info, .below, .allocIPRequests, least: 0.2, requests),
    unusual("TerwayIPAllocationTimeAboveBand", .warning, .above, .allocIPLatencyP95, least: 1, allocationTime),
    unusual("TerwayCloudRequestsAboveBand", .warning, .above, .cloudRequests, least: 0.5, cloudRequests),
    unusual("TerwayCloudRequestsBelowBand", .info, .below, .cloudRequests, least: 0.5, cloudRequests),
    unusual("TerwayPolicyDeniesAboveBand", .warning, .above, .policyDenies, least: 1, denies),
  ]

  /// What is watched, with its object, as the beginning of a sentence.
  private static let throughput = Alert.Text("What the pods of {node} {direction}", "节点 {node} 上 Pod 的{direction}流量")
  private static let allocatedIPs = Alert.Text("The number of IPs that pods of {node} hold", "节点 {node} 上 Pod 占用的 IP 数")
  private static let requests = Alert.Text(
    "The rate of requests for an IP on {node}, per second,", "节点 {node} 每秒的 IP 请求数")
  private static let allocationTime = Alert.Text("p95 of an IP allocation on {node}", "节点 {node} 的 IP 分配 p95 耗时")
  private static let cloudRequests = Alert.Text(
    "The rate of calls of {api}, per second,", "云 API {api} 每秒的调用次数")
  private static let denies = Alert.Text(
    "The rate of packets that policies on {node} deny, per second,", "节点 {node} 的网络策略每秒拒绝的报文数")

  private static func unusual(
    _ name: String, _ severity: Alert.Severity, _ side: AnomalyBand.Side, _ signal: Signal, least: Double,
    _ what: Alert.Text
  ) -> Alert {
    let (en, zh) = side == .above ? ("high", "高") : ("low", "低")
    return Alert(
      name, severity, for: .minutes(15), keepFiringFor: .minutes(15), when: .unusual(side, signal), { _ in least },
      summary: .init("\(what.en) is unusually \(en): {value}", "\(what.zh)异常偏\(zh)：{value}"),
      description: .init(
        "\(what.en) is {value}, outside of the band of its own past, by more than {threshold} from the middle of it. Nothing need be wrong, but something changed.",
        "\(what.zh)为 {value}，超出其历史正常范围，偏离中值超过 {threshold}。不一定是故障，但情况发生了变化。"))
  }
}

/// Promises to those who start pods. The threshold is the error budget.
extension AlertCatalogue {
  static let objectives: [Alert] = ServiceObjective.allCases.flatMap { objective in
    let (what, en, zh) =
      objective == .success
      ? ("Success", "of the requests for an IP fail", "的 IP 请求失败")
      : ("Latency", "of the requests for an IP that succeed take too long", "的成功 IP 请求耗时过长")
    return [
      Alert(
        "TerwayIPAllocation\(what)BudgetBurnFast", .critical, for: .minutes(2), keepFiringFor: .minutes(5),
        when: .burns(objective, .fast), budget,
        summary: .init("{value} \(en)", "{value} \(zh)"),
        description: .init(
          "{value} \(en), which spends the error budget of {threshold} for 30 days within days. Pods all over the cluster are affected.",
          "{value} \(zh)，30 天的错误预算（{threshold}）将在数日内耗尽。整个集群的 Pod 都受影响。")),
      Alert(
        "TerwayIPAllocation\(what)BudgetBurnSlow", .warning, for: .minutes(15), keepFiringFor: .minutes(15),
        when: .burns(objective, .slow), budget,
        summary: .init("{value} \(en), day in, day out", "持续有 {value} \(zh)"),
        description: .init(
          "{value} \(en), which spends the error budget of {threshold} before its 30 days are over. It is not urgent, and does not go away.",
          "{value} \(zh)，30 天的错误预算（{threshold}）将提前耗尽。并不紧急，但不会自行消失。")),
    ]
  }

  /// What the objective leaves; rounded, so that 99.9 % leaves 0.001.
  private static let budget: @Sendable (Alert.Alerts) -> Double = {
    ((100 - $0.slo.objective.value) * 1e7).rounded() / 1e9
  }
}
