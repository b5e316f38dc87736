/// How addresses and ENIs come to pods, and what is left behind.
extension AlertCatalogue {
  static let allocation: [Alert] = [
    Alert(
      "TerwayIPAllocationFailing", .critical, for: .minutes(5), keepFiringFor: .minutes(10),
      when: .above(.allocIPErrorRatio, guardedBy: [.init(.allocIPRequests, atLeast: 0.02)]), { _ in 0.1 },
      summary: .init("{value} of the IP allocations on {node} fail", "节点 {node} 的 IP 分配有 {value} 失败"),
      description: .init(
        "Terway refuses {value} of the requests for an address on {node}, above {threshold}. Pods there stay in ContainerCreating.",
        "节点 {node} 上有 {value} 的 IP 分配请求被 Terway 拒绝，超过 {threshold}。该节点的 Pod 停在 ContainerCreating。")),
    Alert(
      "TerwayIPAllocationSlow", .warning, for: .minutes(10), keepFiringFor: .minutes(10),
      when: .above(.allocIPLatencyP95, guardedBy: [.init(.allocIPRequests, atLeast: 0.02)]), { _ in 10 },
      summary: .init("p95 of an IP allocation on {node} is {value}", "节点 {node} 的 IP 分配 p95 耗时为 {value}"),
      description: .init(
        "95 % of the requests for an address on {node} are answered within {value}; the limit is {threshold}. Pods start late: Terway waits for the cloud, or for CPU.",
        "节点 {node} 上 95 % 的 IP 分配请求在 {value} 内完成，上限为 {threshold}。Pod 启动变慢：Terway 在等待云 API 或 CPU。")),
    Alert(
      "TerwayENIAttachFailing", .warning, for: .minutes(10), keepFiringFor: .minutes(10),
      when: .above(.eniAttachFailureRatio, guardedBy: [.init(.eniAttaches, atLeast: 3)]), { _ in 0.1 },
      summary: .init("{value} of the ENIs cannot be attached", "有 {value} 的弹性网卡挂载失败"),
      description: .init(
        "{value} of the attachments of ENIs fail or time out, above {threshold}. Nodes that need addresses do not get them.",
        "有 {value} 的弹性网卡挂载失败或超时，超过 {threshold}。需要 IP 的节点得不到 IP。")),
    Alert(
      "TerwayENIOperationErrors", .warning, for: .minutes(10), keepFiringFor: .minutes(10),
      when: .above(.eniErrors), { _ in 0 },
      summary: .init("The cloud refuses operations on {value} ENIs of {node}", "节点 {node} 有 {value} 块弹性网卡的云端操作失败"),
      description: .init(
        "The last operation in the cloud failed for {value} ENIs of {node} (limit: {threshold}). Their addresses are neither assigned nor given back.",
        "节点 {node} 有 {value} 块弹性网卡最近一次云端操作失败（上限：{threshold}）。这些网卡的 IP 无法分配或释放。")),
    Alert(
      "TerwayENIStuck", .warning, for: .minutes(5), keepFiringFor: .minutes(5),
      when: .above(.stuckENIs), { _ in 0 },
      summary: .init("{value} ENIs of {node} are stuck in {status}", "节点 {node} 有 {value} 块弹性网卡卡在 {status} 状态"),
      description: .init(
        "{value} ENIs of {node} have been {status} for too long (limit: {threshold}). Their addresses cannot be used, and they count against the instance's limit.",
        "节点 {node} 有 {value} 块弹性网卡长时间处于 {status} 状态（上限：{threshold}）。其 IP 不可用，却仍占用实例的网卡配额。")),
    Alert(
      "TerwayPodENIStuck", .warning, for: .minutes(5), keepFiringFor: .minutes(5),
      when: .above(.stuckPodENIs), { _ in 0 },
      summary: .init("{value} PodENIs are stuck in phase {phase}", "{value} 个 PodENI 卡在 {phase} 阶段"),
      description: .init(
        "{value} PodENIs have been in phase {phase} for too long (limit: {threshold}). Terway's garbage collection skips them: their pods wait, or their ENIs leak.",
        "{value} 个 PodENI 长时间处于 {phase} 阶段（上限：{threshold}）。Terway 的垃圾回收会跳过它们：相关 Pod 一直等待，或弹性网卡泄漏。")),
    Alert(
      "TerwayIPsLeaked", .warning, for: .minutes(30), keepFiringFor: .minutes(10),
      when: .above(.leakedIPs), { _ in 0 },
      summary: .init("{value} IPs on {node} belong to pods that are gone", "节点 {node} 有 {value} 个 IP 属于已不存在的 Pod"),
      description: .init(
        "{value} addresses on {node} are held for pods that no longer exist (limit: {threshold}). Terway never releases an address that has a pod's name on it.",
        "节点 {node} 有 {value} 个 IP 仍登记在已不存在的 Pod 名下（上限：{threshold}）。Terway 不会释放登记了 Pod 的 IP。")),
    Alert(
      "TerwayIPsInvalid", .warning, for: .minutes(30), keepFiringFor: .minutes(10),
      when: .above(.invalidIPs), { _ in 0 },
      summary: .init("The cloud does not know {value} IPs of {node}", "云端已不存在节点 {node} 的 {value} 个 IP"),
      description: .init(
        "Terway lists {value} addresses on {node} that the cloud no longer has (limit: {threshold}). A pod that still uses one has no network.",
        "Terway 记录了节点 {node} 上 {value} 个云端已不存在的 IP（上限：{threshold}）。仍在使用这些 IP 的 Pod 没有网络。")),
    Alert(
      "TerwayNodeNotSynced", .warning, for: .minutes(30), keepFiringFor: .minutes(10),
      when: .above(.syncAge), { _ in 46_800 },
      summary: .init("{node} was last compared with the cloud {value} ago", "节点 {node} 上次与云端同步是在 {value} 前"),
      description: .init(
        "Terway last compared {node} with the cloud {value} ago; it should twice a day (limit: {threshold}). What it believes of the node's ENIs may be wrong.",
        "Terway 上次将节点 {node} 与云端核对是在 {value} 前，正常应每 12 小时一次（上限：{threshold}）。其记录的弹性网卡状态可能有误。")),
    Alert(
      "TerwayConfigDrift", .info, for: .minutes(30), keepFiringFor: .minutes(10),
      when: .above(.configDrift), { _ in 0 },
      summary: .init("The pool of {node} is not what its ConfigMaps say", "节点 {node} 的地址池与 ConfigMap 不一致"),
      description: .init(
        "Terway has not taken over the configuration for {node} (differs: {value}, limit: {threshold}). It reads ConfigMaps only on events of its Node resource, or at its start.",
        "Terway 尚未应用节点 {node} 的配置（不一致：{value}，上限：{threshold}）。它只在 Node 资源有事件或守护进程启动时读取 ConfigMap。")),
  ]

  /// The cloud's API, as Terway sees it.
  static let cloud: [Alert] = [
    Alert(
      "TerwayCloudAPIErrors", .warning, for: .minutes(10), keepFiringFor: .minutes(10),
      when: .above(.cloudErrorRatio, guardedBy: [.init(.cloudRequests, atLeast: 0.02)]), { _ in 0.1 },
      summary: .init("{value} of the calls of {api} fail", "云 API {api} 的调用有 {value} 失败"),
      description: .init(
        "The cloud refuses {value} of Terway's calls of {api}, above {threshold}. A quota, a permission or an empty vSwitch stands behind it; addresses and ENIs do not come.",
        "Terway 对云 API {api} 的调用有 {value} 失败，超过 {threshold}。常见原因是配额、权限或交换机地址耗尽，IP 和弹性网卡因此无法就绪。")),
    Alert(
      "TerwayCloudAPIThrottled", .warning, for: .minutes(10), keepFiringFor: .minutes(10),
      when: .above(.cloudRateLimiterP95), { _ in 1 },
      summary: .init("Calls of {api} wait {value} for Terway's rate limiter", "云 API {api} 的调用因限流等待 {value}"),
      description: .init(
        "Terway's own rate limiter holds 5 % of the calls of {api} back for {value} and longer; the limit is {threshold}. More is asked of the cloud than it lets through.",
        "Terway 自身的限流器使 5 % 的 {api} 调用等待 {value} 以上，上限为 {threshold}。对云 API 的请求超出了允许的速率。")),
    Alert(
      "TerwayCloudAPISlow", .info, for: .minutes(15), keepFiringFor: .minutes(10),
      when: .above(.cloudLatencyP95, guardedBy: [.init(.cloudRequests, atLeast: 0.02)]), { _ in 5 },
      summary: .init("p95 of {api} is {value}", "云 API {api} 的 p95 耗时为 {value}"),
      description: .init(
        "The cloud answers 95 % of the calls of {api} within {value}; the limit is {threshold}. Whatever waits for ENIs and addresses waits as long.",
        "云 API {api} 有 95 % 的调用在 {value} 内返回，上限为 {threshold}。等待弹性网卡和 IP 的操作随之变慢。")),
  ]
}
