/// Whether Terway's parts run, and can be seen.
extension AlertCatalogue {
  static let availability: [Alert] = [
    Alert(
      "TerwayDown", .critical, for: .minutes(5), keepFiringFor: .minutes(5),
      when: .below(.daemonReady), { _ in 1 },
      summary: .init("Terway is not ready on {node}", "节点 {node} 上的 Terway 未就绪"),
      description: .init(
        "{node} has no Terway pod that is ready (ready: {value}, wanted: {threshold}). Pods that start or stop there get and return no IP; those that run keep theirs.",
        "节点 {node} 上没有就绪的 Terway Pod（就绪：{value}，期望：{threshold}）。该节点上启动或停止的 Pod 无法获取或释放 IP，运行中的 Pod 不受影响。")),
    Alert(
      "TerwayDaemonCrashLooping", .warning, for: .minutes(5), keepFiringFor: .minutes(15),
      when: .above(.daemonRestarts), { _ in 2.5 },
      summary: .init("Terway on {node} was restarted {value} times in an hour", "节点 {node} 上的 Terway 一小时内重启 {value} 次"),
      description: .init(
        "Containers of the Terway pod on {node} were restarted {value} times within an hour, more than {threshold}. Each time pods there wait for their addresses.",
        "节点 {node} 上 Terway Pod 的容器一小时内重启 {value} 次，超过 {threshold}。每次重启期间该节点的 Pod 都要等待 IP。")),
    Alert(
      "TerwayDaemonStuck", .critical, for: .minutes(5), keepFiringFor: .minutes(5),
      when: .above(
        .podsLongWithoutIP, guardedBy: [.init(.idleIPs, atLeast: 1), .init(.daemonReady, atLeast: 1)]), { _ in 0 },
      summary: .init(
        "{value} pods on {node} get no IP although there are idle ones", "节点 {node} 有空闲 IP，但 {value} 个 Pod 得不到 IP"),
      description: .init(
        "{value} pods on {node} (limit: {threshold}) have waited for an address for more than ten minutes. The pool has idle addresses and the Terway pod says that it is ready: it is stuck.",
        "节点 {node} 上 {value} 个 Pod（上限：{threshold}）等待 IP 超过十分钟。地址池有空闲 IP，Terway Pod 也报告就绪：守护进程已卡死。")),
    Alert(
      "TerwayDaemonThrottled", .info, for: .minutes(15), keepFiringFor: .minutes(15),
      when: .above(.daemonThrottled), { _ in 0.25 },
      summary: .init(
        "Terway on {node} waits for CPU {value} of the time", "节点 {node} 上的 Terway 有 {value} 的时间因 CPU 限额等待"),
      description: .init(
        "The CPU limit holds the Terway container on {node} back in {value} of all periods, above {threshold}. Addresses are allocated slowly there.",
        "节点 {node} 上的 Terway 容器有 {value} 的调度周期受 CPU 限额限制，超过 {threshold}，IP 分配因此变慢。")),
    Alert(
      "TerwayExporterDown", .critical, for: .minutes(5), when: .exporterDown, { _ in 1 },
      summary: .init("No exporter of Terway's metrics is up", "没有可用的 Terway 指标导出器"),
      description: .init(
        "Prometheus reaches no replica of terway-operator (targets missing: {value}). Every alert on ENIs and IPs is blind until it does.",
        "Prometheus 无法访问任何 terway-operator 副本（缺失目标：{value}）。恢复之前，所有弹性网卡和 IP 告警均不可用。")),
    Alert(
      "TerwayMetricsAbsent", .warning, for: .minutes(15), when: .absent(.totalIPs), { _ in 1 },
      summary: .init("The exporter is up, but there are no ENI metrics", "导出器正常，但没有弹性网卡指标"),
      description: .init(
        "terway-operator is scraped, and yet no node has ENI metrics (missing: {value}). Terway's Node resources or its daemons cannot be read, or the metrics are dropped before they are stored.",
        "terway-operator 已被抓取，但没有任何节点的弹性网卡指标（缺失：{value}）。可能无法读取 Terway 的 Node 资源或守护进程，或指标在存储前被丢弃。")),
    Alert(
      "TerwayControlplaneAbsent", .critical, for: .minutes(10),
      when: .absent(.controlplaneAvailable, while: .managedNodes), { _ in 1 },
      summary: .init("Terway's controlplane is gone", "Terway 控制面已不存在"),
      description: .init(
        "There is no Deployment terway-controlplane any more (missing: {value}), though there are nodes that need it. No ENI is attached, no IP assigned, nothing leaked is collected.",
        "Deployment terway-controlplane 已不存在（缺失：{value}），而集群中仍有节点依赖它。弹性网卡不再挂载，IP 不再分配，泄漏的资源也不再回收。")),
    Alert(
      "TerwayControlplaneUnavailable", .critical, for: .minutes(5), keepFiringFor: .minutes(5),
      when: .below(.controlplaneAvailable), { _ in 1 },
      summary: .init("Terway's controlplane has {value} available replicas", "Terway 控制面可用副本数为 {value}"),
      description: .init(
        "terway-controlplane has {value} available replicas, fewer than {threshold}. Nodes go on with the addresses they have; none gets more.",
        "terway-controlplane 的可用副本数为 {value}，少于 {threshold}。各节点只能使用已有的 IP，无法获得新的 IP。")),
    Alert(
      "TerwayControlplaneBacklog", .warning, for: .minutes(15), keepFiringFor: .minutes(5),
      when: .above(.controlplaneQueue), { _ in 100 },
      summary: .init("{value} keys wait for {name} of Terway's controlplane", "Terway 控制面 {name} 有 {value} 个对象等待处理"),
      description: .init(
        "{value} keys wait for the controller {name} of Terway's controlplane, more than {threshold}. Nodes and pods wait for ENIs and addresses.",
        "Terway 控制面的控制器 {name} 有 {value} 个对象等待处理，超过 {threshold}。节点和 Pod 在等待弹性网卡和 IP。")),
    Alert(
      "TerwayAPIErrors", .warning, for: .minutes(10), keepFiringFor: .minutes(5),
      when: .above(.apiErrorRatio, guardedBy: [.init(.apiRequests, atLeast: 0.05)]), { _ in 0.05 },
      summary: .init(
        "{value} of the requests to Terway's API fail", "访问 Terway API 的请求有 {value} 失败"),
      description: .init(
        "The API server answers {value} of the requests for Terway's resources with an error of its own, above {threshold}. The controlplane and the daemons cannot agree on who holds which IP.",
        "API Server 对 Terway 资源的请求有 {value} 返回服务端错误，超过 {threshold}。控制面与各节点守护进程无法就 IP 归属达成一致。")),
  ]

  /// This operator.
  static let ownOperator: [Alert] = [
    Alert(
      "TerwayOperatorReconcileErrors", .warning, for: .minutes(15), keepFiringFor: .minutes(10),
      when: .above(.operatorErrorRatio, guardedBy: [.init(.operatorReconciles, atLeast: 0.005)]), { _ in 0.25 },
      summary: .init(
        "{value} of the reconciles of terway-operator's {controller} fail",
        "terway-operator 控制器 {controller} 的调谐有 {value} 失败"),
      description: .init(
        "The controller {controller} of terway-operator fails in {value} of its reconciles, above {threshold}. What it looks after is not brought up to date.",
        "terway-operator 的控制器 {controller} 有 {value} 的调谐失败，超过 {threshold}。其管理的对象未能更新。")),
    Alert(
      "TerwayOperatorAPIErrors", .warning, for: .minutes(15), keepFiringFor: .minutes(10),
      when: .above(.operatorAPIErrorRatio, guardedBy: [.init(.operatorAPIRequests, atLeast: 0.05)]), { _ in 0.05 },
      summary: .init(
        "{value} of terway-operator's requests to the API server fail", "terway-operator 访问 API Server 的请求有 {value} 失败"),
      description: .init(
        "{value} of the requests of terway-operator to the API server get no answer, an error of the server's own or 429; the limit is {threshold}.",
        "terway-operator 访问 API Server 的请求有 {value} 无应答、返回服务端错误或 429，上限为 {threshold}。")),
    Alert(
      "TerwayOperatorBacklog", .warning, for: .minutes(15), keepFiringFor: .minutes(5),
      when: .above(.operatorQueue), { _ in 100 },
      summary: .init("{value} keys wait for terway-operator's {name}", "terway-operator 的 {name} 队列积压 {value} 个对象"),
      description: .init(
        "{value} keys wait in the queue {name} of terway-operator, more than {threshold}. What it does comes late.",
        "terway-operator 的队列 {name} 积压 {value} 个对象，超过 {threshold}，处理出现延迟。")),
    Alert(
      "TerwayOperatorNoLeader", .critical, for: .minutes(5), keepFiringFor: .minutes(5),
      when: .below(.operatorLeaders), { _ in 1 },
      summary: .init("terway-operator has no leader", "terway-operator 没有领导者"),
      description: .init(
        "No replica of terway-operator leads (leaders: {value}, wanted: {threshold}). Pools are not sized, nothing that was generated is kept in shape.",
        "terway-operator 没有副本担任领导者（当前：{value}，期望：{threshold}）。地址池不再调整，生成的对象也不再维护。")),
  ]
}
