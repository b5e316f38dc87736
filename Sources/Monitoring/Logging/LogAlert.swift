import Serialization
import TerwayModel

/// One alert on log lines, as a row of the catalogue. It fires per node when more lines than `threshold` match in `window`.
struct LogAlert: Sendable {
  typealias Severity = MonitoringProfileSpec.Alerts.Override.Severity

  /// A sentence in both languages; `{node}` and `{value}` are filled in.
  struct Sentence: Sendable {
    var en: String
    var zh: String

    init(_ en: String, _ zh: String) { (self.en, self.zh) = (en, zh) }
  }

  var name: String
  var severity: Severity
  var pending = "1m"
  /// Where the lines are; empty for all streams.
  var streams: [LogStream]
  /// RE2; a line must match all of them.
  var patterns: [String]
  var window: String
  var threshold: Int
  var summary: Sentence
  var description: Sentence

  /// The label that all of Terway's logs carry.
  static let job = "terway"
  /// The page that describes all of them.
  static let runbook = "Logs.md"

  func rule(_ context: RenderContext) -> JSONValue {
    let alerts = context.spec.alerts
    func text(_ sentence: Sentence) -> JSONValue {
      let cluster = context.spec.metrics.clusterLabel
      let filled = (alerts.language == .zh ? sentence.zh : sentence.en)
        .filled(with: ["node": "{{ $labels.node }}", "value": "{{ $value }}", "window": window])
      return .string(cluster.isEmpty || isAbsence ? filled : "[{{ $labels.\(cluster) }}] \(filled)")
    }
    return [
      "alert": .string(name),
      "expr": .string(expression(context)),
      "for": .string(pending),
      "labels": ["severity": .string(severity.rawValue), "component": "terway", "source": "logs"],
      "annotations": [
        "summary": text(summary), "description": text(description),
        "runbook_url": .string("\(alerts.runbookBaseURL)/\(Self.runbook)#\(name.lowercased())"),
      ],
    ]
  }

  /// Alerts on lines that do not come.
  private var isAbsence: Bool { patterns.isEmpty && threshold == 0 }

  private func expression(_ context: RenderContext) -> String {
    let matcher =
      streams.isEmpty ? "" : #", log_type=~"\#(streams.map(\.rawValue).joined(separator: "|"))""#
    let selector = #"{job="\#(Self.job)"\#(matcher)}"#
    if isAbsence { return "absent_over_time(\(selector)[\(window)])" }
    // In back quotes, within which LogQL knows no escapes.
    let filters = patterns.map { " |~ `\($0)`" }.joined()
    let labels = context.dimensions(["namespace", "node"]).joined(separator: ", ")
    return "sum by (\(labels)) (count_over_time(\(selector)\(filters) [\(window)])) > \(threshold)"
  }
}

extension LogAlert {
  static let catalogue: [LogAlert] = [
    LogAlert(
      name: "TerwayLogPanic", severity: .critical, streams: [.error, .audit], patterns: [TerwayLogs.crash],
      window: "10m", threshold: 0,
      summary: .init("Terway crashed on {node}", "节点 {node} 上的 Terway 崩溃"),
      description: .init(
        "{value} lines of a crash of Terway on {node} within {window}. While it starts again, pods there get and return no IP.",
        "节点 {node} 在 {window} 内有 {value} 行 Terway 崩溃日志。重启期间该节点的 Pod 无法获取或释放 IP。")),
    LogAlert(
      name: "TerwayLogIPAllocationFailing", severity: .warning, pending: "5m", streams: [.error, .audit],
      patterns: ["(?i:alloc(ate)?.?ip|alloc.{0,20}eni|get.?eni)", "(?i:fail|error|timeout)"], window: "10m",
      threshold: 5,
      summary: .init("Terway cannot allocate IPs on {node}", "节点 {node} 上的 Terway 无法分配 IP"),
      description: .init(
        "{value} failures to allocate an IP on {node} within {window}. New pods there stay in ContainerCreating.",
        "节点 {node} 在 {window} 内有 {value} 次 IP 分配失败，新 Pod 停在 ContainerCreating。")),
    LogAlert(
      name: "TerwayLogVSwitchExhausted", severity: .critical, streams: [],
      patterns: [#"InvalidVSwitchId\.IpNotEnough|QuotaExceeded\.PrivateIpAddress"#], window: "10m", threshold: 0,
      summary: .init("The vSwitch of {node} has no IPs left", "节点 {node} 的交换机 IP 已耗尽"),
      description: .init(
        "The cloud refused {value} requests for IPs on {node} within {window}, because the vSwitch has none. Terway waits 20 minutes before it tries that vSwitch again; a restart does not help.",
        "{window} 内云平台拒绝了节点 {node} 的 {value} 次 IP 请求，原因是交换机 IP 不足。Terway 会等待 20 分钟再重试该交换机，重启无效。")),
    LogAlert(
      name: "TerwayLogENILimitReached", severity: .warning, streams: [],
      patterns: [#"EniPerInstanceLimitExceeded|InvalidOperation\.Ipv4CountExceeded"#], window: "15m", threshold: 0,
      summary: .init("{node} is at the limit of its instance type", "节点 {node} 已达实例规格上限"),
      description: .init(
        "The cloud refused {value} requests on {node} within {window}: its instance type holds no more ENIs or IPs. Pods have to run elsewhere.",
        "{window} 内云平台拒绝了节点 {node} 的 {value} 次请求：实例规格已无法容纳更多弹性网卡或 IP，Pod 只能运行在其他节点。")),
    LogAlert(
      name: "TerwayLogENIOperationFailing", severity: .warning, pending: "5m", streams: [],
      patterns: [#"(Create|Attach|Detach|Delete)ENIFailed|InvalidEniId\.NotFound|Operation\.Conflict"#], window: "15m",
      threshold: 3,
      summary: .init("Operations on the ENIs of {node} fail", "节点 {node} 的弹性网卡操作失败"),
      description: .init(
        "{value} attempts to create, attach, detach or delete an ENI of {node} failed within {window}. Its pool neither grows nor shrinks.",
        "{window} 内节点 {node} 有 {value} 次弹性网卡创建、挂载、卸载或删除失败，IP 池无法伸缩。")),
    LogAlert(
      name: "TerwayLogAPIThrottled", severity: .warning, pending: "5m", streams: [], patterns: [#"\bThrottling\b"#],
      window: "10m", threshold: 10,
      summary: .init("The cloud API throttles Terway on {node}", "节点 {node} 上的 Terway 被云 API 限流"),
      description: .init(
        "{value} calls from {node} were throttled within {window}. The limit is the account's: every node waits, and whatever else uses the account.",
        "{window} 内节点 {node} 有 {value} 次调用被限流。该限制针对整个账号，所有节点和该账号的其他使用者都会受影响。")),
    LogAlert(
      name: "TerwayLogErrorBurst", severity: .warning, pending: "10m", streams: [.error], patterns: [],
      window: "5m", threshold: 300,
      summary: .init("Terway logs many errors on {node}", "节点 {node} 上的 Terway 错误日志激增"),
      description: .init(
        "{value} error lines of Terway on {node} within {window}: more than one each second. No alert of its own covers what it complains about.",
        "节点 {node} 在 {window} 内有 {value} 行 Terway 错误日志，每秒超过一行，且没有专门的告警覆盖其原因。")),
    LogAlert(
      name: "TerwayLogCredentialRejected", severity: .critical, streams: [.audit],
      patterns: [#"Forbidden\.RAM|NoPermission|InvalidAccessKeyId|SignatureDoesNotMatch|InvalidSecurityToken"#],
      window: "10m", threshold: 0,
      summary: .init("The cloud refuses Terway's credentials on {node}", "云平台拒绝了节点 {node} 上 Terway 的凭证"),
      description: .init(
        "{value} calls from {node} were refused within {window} for want of permission. Credentials expired or were revoked, or a RAM policy was changed.",
        "{window} 内节点 {node} 有 {value} 次调用因权限不足被拒绝。凭证过期或被吊销，或 RAM 策略被修改。")),
    LogAlert(
      name: "TerwayLogSecurityGroupFailing", severity: .warning, pending: "5m", streams: [.audit],
      patterns: ["(?i:security.?group)", "(?i:fail|error|invalid|limit|notfound)"], window: "15m", threshold: 0,
      summary: .init("Security groups cannot be set on {node}", "节点 {node} 无法设置安全组"),
      description: .init(
        "{value} complaints about security groups on {node} within {window}. ENIs are not made, or with other groups than configured.",
        "节点 {node} 在 {window} 内有 {value} 条安全组错误。弹性网卡无法创建，或使用了与配置不同的安全组。")),
    LogAlert(
      name: "TerwayLogPolicyDenies", severity: .warning, pending: "5m", streams: [.audit],
      patterns: [TerwayLogs.denial], window: "5m", threshold: 100,
      summary: .init("Policies deny much traffic on {node}", "节点 {node} 上策略拒绝的流量激增"),
      description: .init(
        "{value} denials are logged on {node} within {window}. A policy lacks a rule, or somebody probes the network.",
        "节点 {node} 在 {window} 内记录了 {value} 次拒绝。可能是策略缺少规则，或有人在探测网络。")),
    LogAlert(
      name: "TerwayLogsAbsent", severity: .warning, pending: "15m", streams: [], patterns: [], window: "30m",
      threshold: 0,
      summary: .init("No logs of Terway arrive", "没有收到 Terway 的日志"),
      description: .init(
        "Loki has had no line of Terway for {window}. Collectors do not run, cannot reach Loki, or read other files; every alert on logs is blind.",
        "Loki 在 {window} 内没有收到 Terway 的任何日志。采集器未运行、无法访问 Loki 或读取了其他文件，所有日志告警均不可用。")),
  ]

  /// The file of rules that Loki's ruler loads.
  static func ruleFile(_ context: RenderContext) -> String {
    YAML.text([
      "groups": [
        [
          "name": "terway.logs.rules", "interval": "1m", "rules": .array(catalogue.map { $0.rule(context) }),
        ]
      ]
    ])
  }
}
