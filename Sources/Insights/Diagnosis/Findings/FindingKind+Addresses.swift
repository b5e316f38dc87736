extension FindingKind {
  /// Of the cloud, of what Terway holds of it, and of what pods notice.
  static func ofAddresses(_ id: FindingID) -> FindingKind? { ofCloud(id) ?? ofPools(id) ?? ofPods(id) }

  private static func ofCloud(_ id: FindingID) -> FindingKind? {
    switch id {
    case .cloudThrottled:
      FindingKind(
        .warning, Bilingual("The cloud refuses calls for being too many", "云端 API 被限流"),
        do: Bilingual(
          "Find who calls, widen the pool band so that fewer calls are needed, and spread restarts of nodes",
          "请查找调用方，扩大地址池区间以减少调用，并错开节点重启"), showControlplane)
    case .vSwitchExhausted:
      FindingKind(
        .critical, Bilingual("A vSwitch has no address left", "交换机地址已耗尽"),
        do: Bilingual(
          "Add a vSwitch of the same zone to vswitches; restarting does not help. Leaked ENIs hold addresses too",
          "请在 vswitches 中添加同可用区的交换机；重启无效。泄漏的弹性网卡也占用地址"), editConfiguration,
        risk: .changesConfiguration)
    case .atMaximumENIs:
      FindingKind(
        .warning, Bilingual("The node has all ENIs and addresses that its type allows", "节点已达实例规格的弹性网卡与地址上限"),
        do: Bilingual(
          "Move pods or use larger instance types; lower max_pool_size where many addresses are idle",
          "请迁移 Pod 或使用更大的实例规格；空闲地址较多时可调低 max_pool_size"), "kubectl cordon {node}",
        risk: .evicts)
    case .eniGone:
      FindingKind(
        .warning, Bilingual("The cloud does not know an ENI or instance that Terway asks for", "云端找不到 Terway 请求的网卡或实例"),
        do: Bilingual("Somebody deleted it: let Terway compare with the cloud", "可能已被删除：请让 Terway 与云端重新同步"),
        resync, risk: .touches)
    case .cloudAPIErrors:
      FindingKind(
        .warning, Bilingual("Calls of the cloud's API fail", "云端 API 调用失败"),
        do: Bilingual("The event or the log names the error code", "事件或日志中有错误码"), showControlplane)
    case .eniOperationErrors:
      FindingKind(
        .warning, Bilingual("Operations on ENIs fail", "弹性网卡操作失败"),
        do: Bilingual("The event names the error code", "事件中有错误码"),
        "kubectl get events -A --field-selector involvedObject.name={node}")
    default: nil
    }
  }

  private static func ofPools(_ id: FindingID) -> FindingKind? {
    switch id {
    case .podENILeaked:
      FindingKind(
        .warning, Bilingual("A PodENI whose pod is gone holds an ENI", "Pod 已不存在的 PodENI 占用弹性网卡"),
        do: Bilingual(
          "See why it is not collected; delete it when its pod will not come back",
          "请查看未被回收的原因；若 Pod 不再恢复可删除"), "kubectl -n {namespace} delete podeni {podeni}",
        risk: .deletes)
    case .eniStuck:
      FindingKind(
        .warning, Bilingual("An ENI does not leave a passing state", "弹性网卡停留在中间状态"),
        do: Bilingual(
          "Let Terway compare with the cloud; detach it in the console when no pod uses it",
          "请让 Terway 与云端重新同步；无 Pod 使用时可在控制台卸载"), resync, risk: .touches)
    case .podENIStuck:
      FindingKind(
        .warning, Bilingual("A PodENI does not leave a phase", "PodENI 停留在某一阶段"),
        do: Bilingual(
          "Look at its status and at the controlplane's log: it is not collected in this phase",
          "请查看其状态与控制面日志：该阶段不会被回收"), "kubectl -n {namespace} get podeni {podeni} -o yaml")
    case .nodeResourceMissing:
      FindingKind(
        .warning, Bilingual("Terway has no Node resource for a node", "节点没有 Terway 的 Node 资源"),
        do: Bilingual("Restart the node's daemon, which makes it", "请重启该节点的守护进程以创建它"),
        restartDaemon, risk: .restartsDaemon)
    case .nodeNotSynced:
      FindingKind(
        .warning, Bilingual("Terway has not compared the node with the cloud for long", "Terway 长时间未与云端同步该节点"),
        do: Bilingual(
          "All nodes: the controlplane. One node: its events name the error",
          "全部节点：检查控制面；单个节点：其事件中有错误"), resync, risk: .touches)
    case .ipsInvalid:
      FindingKind(
        .warning, Bilingual("Terway has addresses that the cloud does not know", "Terway 的部分地址在云端不存在"),
        do: Bilingual(
          "Delete pods that use one; find who unassigned them",
          "请删除使用这些地址的 Pod，并查明解绑者"), showResource)
    case .ipsLeaked:
      FindingKind(
        .warning, Bilingual("Addresses belong to pods that are gone", "地址仍属于已不存在的 Pod"),
        do: Bilingual(
          "Let Terway compare; if they stay, restart the node's daemon, which releases what it forgot",
          "请让 Terway 重新同步；若仍存在，重启该节点守护进程"), resync, risk: .touches)
    case .configDrift:
      FindingKind(
        .warning, Bilingual("The node works with another pool than its configuration says", "节点实际地址池与配置不一致"),
        do: Bilingual(
          "Touch the Node resource: the daemon then reads the ConfigMaps", "请触发 Node 资源：守护进程会重新读取 ConfigMap"),
        touch, risk: .touches)
    case .securityGroupDrift:
      FindingKind(
        .warning, Bilingual("ENIs have other security groups than new ones get", "弹性网卡的安全组与配置不一致"),
        do: Bilingual(
          "Decide which is right: nothing updates ENIs that exist; correct eni-config or the ENIs in the console",
          "请确认哪个正确：已有网卡不会被更新；请修正 eni-config 或在控制台修改网卡"), showResource)
    default: nil
    }
  }

  private static func ofPods(_ id: FindingID) -> FindingKind? {
    switch id {
    case .ipAllocationFailing:
      FindingKind(
        .critical, Bilingual("Pods are refused an address", "Pod 分配地址失败"),
        do: Bilingual("The event names the error code", "事件中有错误码"),
        "kubectl get events -A --field-selector reason=AllocIPFailed")
    case .podsWithoutNetwork:
      FindingKind(
        .critical, Bilingual("A pod waits for its network", "Pod 等待网络"),
        do: Bilingual("See what the kubelet says of its sandbox", "请查看 kubelet 关于沙箱的事件"),
        "kubectl -n {namespace} describe pod {pod}")
    case .packetLoss:
      FindingKind(
        .warning, Bilingual("Packets between nodes are lost", "节点间丢包"),
        do: Bilingual(
          "Run the test again between other nodes; look at the bandwidth of the instances",
          "请在其他节点间重新测试，并检查实例带宽"),
        "kubectl annotate twmp {profile} ops.terway.io/rerun-performance-test=$(date +%s) --overwrite", risk: .touches)
    case .performanceTestFailed:
      FindingKind(
        .info, Bilingual("The last performance test failed", "最近一次性能测试失败"),
        do: Bilingual("Its status says at which step", "其状态中有失败的步骤"),
        "kubectl get twmp {profile} -o jsonpath='{.status.performanceTest}'")
    default: nil
    }
  }
}
