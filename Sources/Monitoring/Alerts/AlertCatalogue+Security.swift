/// Policies and security groups.
extension AlertCatalogue {
  static let security: [Alert] = [
    Alert(
      "TerwayNetworkIsolationBreach", .critical, for: .minutes(1), keepFiringFor: .minutes(15),
      when: .above(.isolationViolations), { _ in 0 },
      summary: .init("{value} isolation violations on {node}", "节点 {node} 出现 {value} 次网络隔离违规"),
      description: .init(
        "{value} packets on {node} tried to cross an isolation boundary within the last minutes and were denied (limit: {threshold}). A policy is missing a rule, or someone probes the network.",
        "最近几分钟节点 {node} 上有 {value} 个报文试图越过网络隔离边界并被拒绝（上限：{threshold}）。可能是策略缺少规则，或有人在探测网络。")),
    Alert(
      "TerwayPolicyDenySurge", .warning, for: .minutes(10), keepFiringFor: .minutes(15),
      when: .surges(.policyDenies, floor: 1), { _ in 5 },
      summary: .init(
        "Policies on {node} deny {value} packets per second, far more than yesterday",
        "节点 {node} 的网络策略每秒拒绝 {value} 个报文，远多于前一天"),
      description: .init(
        "Network policies on {node} deny {value} packets per second, more than {threshold} times the average of the day before. Something new is blocked, or something scans the network.",
        "节点 {node} 的网络策略每秒拒绝 {value} 个报文，超过前一天平均值的 {threshold} 倍。可能有新的访问被拦截，或有人在扫描网络。")),
    Alert(
      "TerwaySecurityGroupSyncFailure", .critical, for: .minutes(5), keepFiringFor: .minutes(10),
      when: .either(.securityGroupFailureRatio, or: .securityGroupDriftRatio),
      { $0.security.securityGroupFailureRatio.value },
      summary: .init(
        "Security groups of {value} of the ENIs on {node} are not in sync", "节点 {node} 上 {value} 的弹性网卡安全组未同步"),
      description: .init(
        "On {node} {value} of the attempts to set security groups fail, or of the ENIs carry other groups than configured; the limit is {threshold}. Pods there are filtered by rules that are not the configured ones.",
        "节点 {node} 上 {value} 的安全组设置失败，或弹性网卡的安全组与配置不符，上限为 {threshold}。该节点的 Pod 未按所配置的规则过滤。")),
    Alert(
      "TerwaySecurityGroupDrift", .warning, for: .minutes(30), keepFiringFor: .minutes(10),
      when: .above(.securityGroupDrift), { _ in 0 },
      summary: .init(
        "{value} ENIs on {node} carry other security groups than configured", "节点 {node} 上 {value} 块弹性网卡的安全组与配置不符"),
      description: .init(
        "{value} ENIs on {node} have kept security groups from an earlier configuration (limit: {threshold}). Terway sets them when it creates an ENI and never again.",
        "节点 {node} 上 {value} 块弹性网卡仍使用旧配置的安全组（上限：{threshold}）。Terway 只在创建弹性网卡时设置安全组，之后不再更新。")),
  ]
}
