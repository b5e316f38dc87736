import Serialization
import TerwayModel

/// The parts of a report as tables and words, whatever they are written in.
struct ReportTables {
  struct Section {
    var title: String
    /// Paragraphs before the table.
    var words: [String] = []
    var header: [String] = []
    var rows: [[String]] = []
  }

  let report: AuditReport
  let language: Bilingual.Language
  /// More rows of nodes or alerts than that nobody reads; JSON has them all.
  private static let limit = 200

  func word(_ en: String, _ zh: String) -> String { language == .en ? en : zh }

  var title: String { word("Terway audit report", "Terway 审计报告") }

  var summary: [String] {
    let counts = Dictionary(grouping: report.verdicts, by: \.verdict.status).mapValues(\.count)
    let (passed, failed, unknown) = (counts["pass"] ?? 0, counts["fail"] ?? 0, counts["unknown"] ?? 0)
    let inventory = report.inventory
    return [
      "\(word("Cluster", "集群")): \(report.facts.cluster)",
      "\(word("As of", "时间")): \(Evidence.text(report.snapshot.time))",
      report.facts.serverVersion.value.map { "Kubernetes: \($0)" },
      word(
        "Requirements: \(passed) met, \(failed) not met, \(unknown) not known",
        "要求：\(passed) 项满足，\(failed) 项不满足，\(unknown) 项未知"),
      word(
        "Addresses: \(inventory.used) used, \(inventory.held) held, of \(inventory.limit) on \(inventory.nodes.count) nodes",
        "地址：\(inventory.nodes.count) 个节点共 \(inventory.limit) 个，已持有 \(inventory.held) 个，已使用 \(inventory.used) 个"),
    ].compactMap(\.self)
  }

  /// The word for `pass`, `fail` or `unknown`.
  func status(_ status: String) -> String {
    let words = ["pass": word("pass", "满足"), "fail": word("fail", "不满足"), "unknown": word("unknown", "未知")]
    return words[status] ?? status
  }

  var trend: Section? {
    guard let trend = report.trend, let former = report.former else { return nil }
    let rows =
      trend.new.prefix(Self.limit).map { [word("new", "新增"), $0.id, $0.object] }
      + trend.gone.prefix(Self.limit).map { [word("gone", "消失"), $0.id, $0.object] }
    return Section(
      title: word("Since the last report", "与上次报告相比"),
      words: [
        word(
          "Since \(former.time): \(trend.new.count) findings are new, \(trend.gone.count) are gone, \(trend.staying) stay.",
          "自 \(former.time)：新增 \(trend.new.count) 项，消失 \(trend.gone.count) 项，持续 \(trend.staying) 项。")
      ], header: [word("change", "变化"), word("finding", "发现"), word("object", "对象")], rows: Array(rows))
  }

  var inventory: [Section] {
    let inventory = report.inventory
    let nodes = Section(
      title: word("Inventory", "资产清单"),
      words: [
        "\(word("Images", "镜像")): \(inventory.images.joined(separator: ", "))",
        "\(word("vSwitches", "交换机")): \(inventory.vSwitches.joined(separator: ", "))",
        "\(word("Security groups", "安全组")): \(inventory.securityGroups.joined(separator: ", "))",
      ] + more(inventory.nodes.count),
      header: [
        word("node", "节点"), word("zone", "可用区"), word("type", "规格"), "ENI", word("used", "已用"),
        word("held", "持有"), word("limit", "上限"),
      ],
      rows: inventory.nodes.prefix(Self.limit).map {
        [$0.name, $0.zone, $0.instanceType, "\($0.enis)/\($0.eniLimit)", "\($0.used)", "\($0.held)", "\($0.limit)"]
      })
    return [nodes]
  }

  private func more(_ count: Int) -> [String] {
    count > Self.limit ? [word("The first \(Self.limit) of \(count):", "共 \(count) 项，仅列前 \(Self.limit) 项：")] : []
  }

  var configuration: [Section] {
    let settings = report.configurations.flatMap { name, settings, lastChange in
      settings.sorted { $0.key < $1.key }.map { key, value in
        [name, key, value.jsonText(), lastChange.map(Evidence.text) ?? ""]
      }
    }
    let header = ["ConfigMap", word("key", "键"), word("value", "值"), word("last change", "最近修改")]
    var sections = [
      Section(
        title: word("Configuration", "配置"),
        words: [word("Without credentials, which are not read.", "不含凭证（不读取）。")], header: header, rows: settings)
    ]
    if report.former != nil {
      sections.append(
        Section(
          title: word("Changes of the configuration", "配置变更"),
          words: report.changes.isEmpty ? [word("None since the last report.", "自上次报告以来无变更。")] : [],
          header: ["ConfigMap", word("key", "键"), word("before", "之前"), word("now", "现在")],
          rows: report.changes.map { [$0.name, $0.key, $0.before, $0.now] }))
    }
    return sections
  }

  var drift: Section {
    let kinds: Set<FindingID> = [.configDrift, .configNotLoaded, .securityGroupDrift, .nodeConfigMissing]
    let found = report.diagnosis.findings.filter { kinds.contains($0.id) }
    return Section(
      title: word("Drift of policies and security groups", "策略与安全组偏移"),
      words: found.isEmpty ? [word("None was found.", "未发现。")] : [],
      header: [word("finding", "发现"), word("object", "对象"), word("evidence", "证据")],
      rows: found.prefix(Self.limit).map { finding in
        [finding.id.rawValue, finding.object, finding.evidence.first.map { "\($0.field): \($0.value)" } ?? ""]
      })
  }

  /// `nil` where it could not be assessed.
  var capacity: CapacitySection? {
    report.facts.capacity.value.map { CapacitySection(report: $0, language: language) }
  }

  var anomalies: AnomalySection { AnomalySection(reviews: report.snapshot.signals, language: language) }

  var policies: Section {
    Section(
      title: word("Autoscale policies", "弹性策略"),
      words: report.facts.policies.elements.isEmpty ? [word("There are none.", "无。")] : [],
      header: [word("policy", "策略"), word("mode", "模式"), word("nodes", "节点"), word("remediation", "自愈")],
      rows: report.facts.policies.elements.map { policy in
        let spec: EniAutoscalePolicySpec? = if case .success(let spec) = policy.spec() { spec } else { nil }
        return [
          policy.metadata.name, spec?.mode.rawValue ?? word("invalid", "无效"),
          policy.status.map { "\($0.nodes.managed)/\($0.nodes.matched)" } ?? "", spec?.remediation.mode.rawValue ?? "",
        ]
      })
  }

  var access: Section {
    let rows = report.facts.access.value.map { access in
      AccessRights.targets.flatMap { target in
        access.holders(of: target).map { [target.title, $0.subject, $0.through.joined(separator: ", ")] }
      }
    }
    return Section(
      title: word("Who may change what", "变更权限"),
      words: [
        word(
          "By the roles of the cluster (RBAC); other authorizers are not seen.",
          "依据集群 RBAC；不含其他授权方式。")
      ] + (report.facts.access.reason.map { ["\(word("not known", "未知")): \($0)"] } ?? []),
      header: [word("object", "对象"), word("subject", "主体"), word("through", "来源")], rows: rows ?? [])
  }

  var alerts: Section {
    let rows = report.facts.alerts.elements.flatMap { rule in
      rule.alerts.map { [$0.name, $0.severity, $0.pending, "\(rule.metadata.key)"] }
    }
    return Section(
      title: word("Alert rules in force", "生效的告警规则"), words: more(rows.count),
      header: [word("alert", "告警"), word("severity", "级别"), word("for", "持续"), "PrometheusRule"],
      rows: Array(rows.prefix(Self.limit)))
  }

  var performance: Section {
    let rows = report.snapshot.profiles.elements.compactMap { profile -> [String]? in
      guard let result = profile.status?.performanceTest?.result else { return nil }
      func rate(_ bits: Int64?) -> String { bits.map { "\(Double($0 / 10_000_000) / 100) Gbit/s" } ?? "" }
      return [
        profile.metadata.name, result.completionTime, "\(result.clientNode) → \(result.serverNode)",
        rate(result.throughputBitsPerSecond.send), rate(result.throughputBitsPerSecond.receive),
        result.ping.map { "\($0.averageMicroseconds) µs" } ?? "",
        result.ping.map { "\(Int(($0.lossRatio * 100).rounded())) %" } ?? "",
      ]
    }
    return Section(
      title: word("Performance tests", "性能测试"),
      words: rows.isEmpty ? [word("There is no result.", "无结果。")] : [],
      header: [
        "profile", word("time", "时间"), word("nodes", "节点"), word("send", "发送"), word("receive", "接收"),
        "ping", word("loss", "丢包"),
      ], rows: rows)
  }

  var signOff: Section {
    let roles = [word("Prepared by", "编制"), word("Reviewed by", "审核"), word("Approved by", "批准")]
    return Section(
      title: word("Sign-off", "签署"),
      header: [word("role", "角色"), word("name", "姓名"), word("date", "日期"), word("signature", "签名")],
      rows: roles.map { [$0, "", "", ""] })
  }
}
