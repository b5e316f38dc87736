/// A text in both languages.
public struct Bilingual: Hashable, Sendable {
  public var en: String
  public var zh: String

  public init(_ en: String, _ zh: String) { (self.en, self.zh) = (en, zh) }

  public subscript(language: Language) -> String { language == .en ? en : zh }

  public enum Language: String, CaseIterable, Sendable { case en, zh }
}

/// What a kind of finding means and what can be done about it. The rows are in ``FindingID/kind``.
public struct FindingKind: Sendable {
  public var severity: Severity
  /// Without a full stop.
  public var title: Bilingual
  public var suggestion: Bilingual
  /// A line for a shell; `{node}`, `{namespace}` and other names of the finding are filled in. Empty = there is none.
  public var command: String
  public var risk: Risk

  init(_ severity: Severity, _ title: Bilingual, do suggestion: Bilingual, _ command: String = "", risk: Risk = .reads)
  {
    (self.severity, self.title, self.suggestion) = (severity, title, suggestion)
    (self.command, self.risk) = (command, risk)
  }

  /// What the command of a suggestion can do besides what it is for.
  public enum Risk: Sendable, CaseIterable {
    case reads, touches, restartsDaemon, restartsControlplane, changesConfiguration, deletes, evicts

    public var text: Bilingual {
      switch self {
      case .reads: Bilingual("none: it only reads", "无：只读")
      case .touches: Bilingual("low: Terway looks at the node again", "低：Terway 会重新检查该节点")
      case .restartsDaemon:
        Bilingual(
          "low: running pods keep their network, and on the node none starts or ends for some seconds",
          "低：运行中的 Pod 网络不受影响，该节点上数秒内不能创建或删除 Pod")
      case .restartsControlplane:
        Bilingual(
          "low: no ENI is attached or released until another replica leads",
          "低：在新副本成为主节点之前，不会挂载或释放弹性网卡")
      case .changesConfiguration:
        Bilingual(
          "medium: it changes what all nodes are told; keep the former value to put it back",
          "中：会改变所有节点的配置；请保留原值以便恢复")
      case .deletes:
        Bilingual("high: it cannot be taken back; look at the object first", "高：不可撤销，请先核对对象")
      case .evicts:
        Bilingual("medium: pods of the node are started elsewhere", "中：节点上的 Pod 会在其他节点重新启动")
      }
    }
  }
}

extension FindingID {
  /// What is said of it.
  public var kind: FindingKind {
    FindingKind.ofSurroundings(self) ?? FindingKind.ofConfiguration(self) ?? FindingKind.ofPrograms(self)
      ?? FindingKind.ofAddresses(self) ?? FindingKind.ofMonitoring(self)
      // A test sees to it that there is a row for each.
      ?? FindingKind(.warning, Bilingual(rawValue, rawValue), do: Bilingual("", ""))
  }
}

extension FindingKind {
  static let showDaemon =
    "kubectl -n kube-system get pods -l app=terway-eniip -o wide --field-selector spec.nodeName={node}"
  static let restartDaemon =
    "kubectl -n kube-system delete pod -l app=terway-eniip --field-selector spec.nodeName={node}"
  static let editConfiguration = "kubectl -n kube-system edit configmap {configmap}"
  static let showResource = "kubectl get nodes.network.alibabacloud.com {node} -o yaml"
  static let resync =
    "kubectl patch nodes.network.alibabacloud.com {node} --subresource=status --type=merge "
    + "-p '{\"status\":{\"nextSyncOpenAPITime\":\"2020-01-01T00:00:00Z\"}}'"
  static let touch =
    "kubectl annotate nodes.network.alibabacloud.com {node} ops.terway.io/touched=$(date +%s) --overwrite"
  static let showControlplane = "kubectl -n kube-system logs -l k8s-app=terway-controlplane --tail=200"

  static func ofSurroundings(_ id: FindingID) -> FindingKind? {
    switch id {
    case .clocksApart:
      FindingKind(
        .warning, Bilingual("The clocks of this machine and of the cluster are apart", "本机与集群的时钟不一致"),
        do: Bilingual(
          "Times in this output are by the cluster's clock; correct the clock that is wrong",
          "本报告以集群时钟为准；请校正错误的时钟"), "timedatectl status")
    case .nodeNotReady:
      FindingKind(
        .critical, Bilingual("The node is not ready", "节点未就绪"),
        do: Bilingual(
          "Terway is not the cause: look at the kubelet and the machine first",
          "原因不在 Terway：请先检查 kubelet 与主机"), "kubectl describe node {node}")
    case .definitionMissing:
      FindingKind(
        .critical, Bilingual("The definition of Terway's Node resource is not there", "缺少 Terway Node 资源的定义"),
        do: Bilingual(
          "Install Terway's chart or add-on again, then restart its daemons: they make their Node resources anew",
          "请重新安装 Terway，然后重启守护进程：它们会重新创建 Node 资源"),
        "kubectl get crd nodes.network.alibabacloud.com podenis.network.alibabacloud.com")
    default: nil
    }
  }
}
