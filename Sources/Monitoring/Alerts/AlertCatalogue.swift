/// Everything we alert on, by section.
enum AlertCatalogue {
  static let sections = [
    AlertSection(name: "performance", isEnabled: { $0.performance.enabled }, alerts: performance),
    AlertSection(name: "qos", isEnabled: { $0.qos.enabled }, alerts: qos),
    AlertSection(name: "security", isEnabled: { $0.security.enabled }, alerts: security),
    AlertSection(name: "availability", isEnabled: { $0.availability.enabled }, alerts: availability),
    AlertSection(name: "capacity", isEnabled: { $0.capacity.enabled }, alerts: capacity),
  ]

  private static let performance: [Alert] = [
    Alert(
      "TerwayHighLatency", .warning, for: .minutes(5), keepFiringFor: .minutes(5),
      when: .above(.latencyP95, guardedBy: .init(signal: .latencyObservations, floor: 10)),
      { $0.performance.latencyP95.decimalSeconds },
      summary: .init("p95 network latency of {node} is {value}", "节点 {node} 的 p95 网络延迟为 {value}"),
      description: .init(
        "95 % of the probes from {node} to other nodes return within {value}; the limit is {threshold}. Requests that cross the node are slow, and time out next.",
        "节点 {node} 到其他节点的探测有 95 % 在 {value} 内返回，上限为 {threshold}。经过该节点的请求变慢，随后会超时。")),
    Alert(
      "TerwayHighThroughput", .warning, for: .minutes(2), keepFiringFor: .minutes(5),
      when: .above(.throughput), { $0.performance.throughput.value },
      summary: .init("{node} {direction}s {value}", "节点 {node} 的 {direction} 流量为 {value}"),
      description: .init(
        "The pods of {node} together {direction} {value}, above {threshold}. At the bandwidth of its instance type the node starts to drop packets.",
        "节点 {node} 上所有 Pod 的 {direction} 流量合计为 {value}，超过 {threshold}。达到实例规格的带宽后节点开始丢包。")),
    Alert(
      "TerwayHighENIUtilization", .warning, for: .minutes(10), keepFiringFor: .minutes(5),
      when: .above(.eniUtilization), { $0.performance.eniUtilization.value },
      summary: .init("{value} of the IPs on {node} are in use", "节点 {node} 的 IP 已使用 {value}"),
      description: .init(
        "Pods hold {value} of the IPs on the ENIs of {node}, above {threshold}. New pods wait for an ENI to be attached, or stay in ContainerCreating.",
        "节点 {node} 的弹性网卡上 {value} 的 IP 已被 Pod 占用，超过 {threshold}。新 Pod 需等待挂载弹性网卡，或停在 ContainerCreating。")),
  ]

  private static let qos: [Alert] = [
    Alert(
      "TerwayQoSViolations", .critical, for: .minutes(5), keepFiringFor: .minutes(5),
      when: .above(.qosViolations, scale: 60), { $0.qos.violationsPerMinute.value },
      summary: .init(
        "{value} QoS violations per minute on {node}, class {priority_class}",
        "节点 {node} 优先级 {priority_class} 每分钟 {value} 次 QoS 违规"),
      description: .init(
        "Traffic of class {priority_class} on {node} is held back {value} times per minute, above {threshold}. Workloads of the class get less bandwidth than they were promised, or ask for more.",
        "节点 {node} 上优先级 {priority_class} 的流量每分钟被限制 {value} 次，超过 {threshold}。该优先级的工作负载得不到承诺的带宽，或需求超出承诺。")),
    Alert(
      "TerwayBandwidthExceeded", .warning, for: .minutes(2), keepFiringFor: .minutes(5),
      when: .above(.bandwidthUse), { $0.qos.bandwidthOvershoot.value },
      summary: .init(
        "{namespace}/{pod} on {node} uses {value} of its {direction} bandwidth",
        "节点 {node} 上 Pod {namespace}/{pod} 的 {direction} 带宽使用率为 {value}"),
      description: .init(
        "{namespace}/{pod} on {node} uses {value} of the {direction} bandwidth allocated to it, above {threshold}. The limit is not enforced there, and its neighbours pay for it.",
        "节点 {node} 上的 {namespace}/{pod} 使用了所分配 {direction} 带宽的 {value}，超过 {threshold}。限速未生效，同节点的其他 Pod 受到影响。")),
  ]

  private static let security: [Alert] = [
    Alert(
      "TerwayNetworkIsolationBreach", .critical, for: .minutes(1), keepFiringFor: .minutes(15),
      when: .above(.isolationViolations), { _ in 0 },
      summary: .init("{value} isolation violations on {node}", "节点 {node} 出现 {value} 次网络隔离违规"),
      description: .init(
        "{value} packets on {node} tried to cross an isolation boundary within the last minutes and were denied. A policy is missing a rule, or someone probes the network.",
        "最近几分钟节点 {node} 上有 {value} 个报文试图越过网络隔离边界并被拒绝。可能是策略缺少规则，或有人在探测网络。")),
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
        "{value} ENIs on {node} have kept security groups from an earlier configuration. Terway sets them when it creates an ENI and never again.",
        "节点 {node} 上 {value} 块弹性网卡仍使用旧配置的安全组。Terway 只在创建弹性网卡时设置安全组，之后不再更新。")),
  ]

  private static let availability: [Alert] = [
    Alert(
      "TerwayDown", .critical, for: .minutes(5), keepFiringFor: .minutes(5),
      when: .below(.daemonReady), { _ in 1 },
      summary: .init("Terway is not ready on {node}", "节点 {node} 上的 Terway 未就绪"),
      description: .init(
        "No Terway pod on {node} is ready (ready pods: {value}). Pods that start or stop there get and return no IP; those that run keep theirs.",
        "节点 {node} 上没有就绪的 Terway Pod（就绪数：{value}）。该节点上启动或停止的 Pod 无法获取或释放 IP，运行中的 Pod 不受影响。")),
    Alert(
      "TerwayExporterDown", .critical, for: .minutes(5), when: .exporterDown, { _ in 1 },
      summary: .init("No exporter of Terway's metrics is up", "没有可用的 Terway 指标导出器"),
      description: .init(
        "Prometheus reaches no replica of terway-operator (targets missing: {value}). Every other Terway alert is blind until it does.",
        "Prometheus 无法访问任何 terway-operator 副本（缺失目标：{value}）。恢复之前，其他 Terway 告警均不可用。")),
    Alert(
      "TerwayMetricsAbsent", .warning, for: .minutes(15), when: .absent(.totalIPs), { _ in 1 },
      summary: .init("The exporter is up, but there are no ENI metrics", "导出器正常，但没有弹性网卡指标"),
      description: .init(
        "terway-operator is scraped, and yet no node has ENI metrics (missing: {value}). It cannot read Terway's Node resources, or the metrics are dropped before they are stored.",
        "terway-operator 已被抓取，但没有任何节点的弹性网卡指标（缺失：{value}）。可能无法读取 Terway 的 Node 资源，或指标在存储前被丢弃。")),
    Alert(
      "TerwayAPIErrors", .warning, for: .minutes(10), keepFiringFor: .minutes(5),
      when: .above(.apiErrorRatio, guardedBy: .init(signal: .apiRequests, floor: 0.05)), { _ in 0.05 },
      summary: .init(
        "{value} of the requests to Terway's API fail", "访问 Terway API 的请求有 {value} 失败"),
      description: .init(
        "The API server answers {value} of the requests for Terway's resources with an error of its own, above {threshold}. The controlplane and the daemons cannot agree on who holds which IP.",
        "API Server 对 Terway 资源的请求有 {value} 返回服务端错误，超过 {threshold}。控制面与各节点守护进程无法就 IP 归属达成一致。")),
  ]

  private static let capacity: [Alert] = [
    Alert(
      "TerwayIPExhaustionPredicted", .warning, for: .hours(1), keepFiringFor: .minutes(30),
      when: .runsOut(.freeIPs, ratio: .freeRatio, horizon: { $0.capacity.exhaustionHorizon.duration }), { _ in 0.5 },
      summary: .init(
        "{node} runs out of IPs within {horizon}; {value} are left", "节点 {node} 将在 {horizon} 内耗尽 IP，剩余 {value}"),
      description: .init(
        "At the pace of the last six hours {node}, with {value} IPs left of what its instance type can hold, has none within {horizon}. Pods will have to run elsewhere.",
        "按最近六小时的速度，节点 {node} 距实例规格上限剩余 {value} 个 IP，将在 {horizon} 内耗尽。届时 Pod 只能运行在其他节点。")),
    Alert(
      "TerwayIPExhaustionImminent", .critical, for: .minutes(15), keepFiringFor: .minutes(30),
      when: .runsOut(.freeIPs, ratio: .freeRatio, horizon: { $0.capacity.exhaustionHorizon.duration / 6 }),
      { _ in 0.25 },
      summary: .init(
        "{node} runs out of IPs within {horizon}; {value} are left", "节点 {node} 将在 {horizon} 内耗尽 IP，剩余 {value}"),
      description: .init(
        "At the pace of the last six hours {node}, with {value} IPs left and less than {threshold} of its capacity free, has none within {horizon}.",
        "按最近六小时的速度，节点 {node} 剩余 {value} 个 IP，可用容量低于 {threshold}，将在 {horizon} 内耗尽。")),
    Alert(
      "TerwayIPHeadroomLow", .warning, for: .minutes(10), keepFiringFor: .minutes(10),
      when: .below(.freeRatio), { _ in 0.1 },
      summary: .init("{value} of the IPs that {node} can hold are free", "节点 {node} 的 IP 容量仅剩 {value}"),
      description: .init(
        "Only {value} of the IPs that the instance type of {node} can hold are free, less than {threshold}. No further ENI helps: the node is at its limit.",
        "节点 {node} 的实例规格可容纳的 IP 仅剩 {value}，低于 {threshold}。节点已达上限，增加弹性网卡无济于事。")),
    Alert(
      "TerwayIPAllocationBlocked", .critical, for: .minutes(1), keepFiringFor: .minutes(15),
      when: .above(.allocationBlocked), { _ in 0 },
      summary: .init("Terway reports no IP to allocate on {node}", "Terway 报告节点 {node} 无可分配 IP"),
      description: .init(
        "Terway has set the condition SufficientIP=False on {node} (reported: {value}). The vSwitch is out of addresses or a quota is reached; new pods on the node stay in ContainerCreating.",
        "Terway 已将节点 {node} 的状态 SufficientIP 置为 False（上报：{value}）。交换机地址耗尽或达到配额，该节点的新 Pod 停在 ContainerCreating。")),
  ]
}
