import KubernetesModel
import Serialization
import TerwayModel

/// One requirement that an audit asks about, and how it is judged. All of them are in ``all``.
struct ComplianceCheck: Sendable {
  var id: String
  var requirement: Bilingual
  /// Where what is looked at comes from: while one is not known, the answer is not either, unless it is "fail".
  var reads: [ClusterSnapshot.Part]
  var judge: @Sendable (Subject) -> Verdict

  /// What a requirement is judged by.
  struct Subject: Sendable {
    var snapshot: ClusterSnapshot
    var diagnosis: Diagnosis
    var facts: AuditFacts
  }

  enum Verdict: Hashable, Sendable {
    case pass(String)
    case fail(String)
    case unknown(String)
  }

  init(
    _ id: String, _ requirement: Bilingual, reads: ClusterSnapshot.Part...,
    judge: @escaping @Sendable (Subject) -> Verdict
  ) {
    (self.id, self.requirement, self.reads, self.judge) = (id, requirement, reads, judge)
  }

  /// One that holds as long as a diagnosis finds none of these.
  init(
    _ id: String, _ requirement: Bilingual, reads: ClusterSnapshot.Part..., holdsWithout findings: FindingID...,
    evidence: String
  ) {
    (self.id, self.requirement, self.reads) = (id, requirement, reads)
    judge = { subject in
      let found = subject.diagnosis.findings.filter { findings.contains($0.id) }
      guard let first = found.first else { return .pass(evidence) }
      let seen = first.evidence.first.map { ": \($0.field) \($0.value)" } ?? ""
      return .fail("\(first.object)\(seen)" + (found.count > 1 ? ", and \(found.count - 1) more" : ""))
    }
  }

  func verdict(_ subject: Subject) -> Verdict {
    let verdict = judge(subject)
    guard case .pass = verdict else { return verdict }
    let reasons = reads.compactMap { part in subject.snapshot.reason(part).map { "\(part.rawValue): \($0)" } }
    return reasons.isEmpty ? verdict : .unknown(reasons.joined(separator: "; "))
  }

  static let all: [ComplianceCheck] = configuration + operation + supervision

  private static let configuration: [ComplianceCheck] = [
    ComplianceCheck(
      "CFG-1", Bilingual("Terway's configuration is there and can be read", "Terway 配置存在且可解析"),
      reads: .configurations, holdsWithout: .configMissing, .configMalformed,
      evidence: "eni_conf of all ConfigMaps is a JSON object"),
    ComplianceCheck(
      "CFG-2", Bilingual("Each setting is one that Terway knows", "所有配置项均为 Terway 已知项"),
      reads: .configurations, holdsWithout: .configUnknownKey, evidence: "no unknown key"),
    ComplianceCheck(
      "CFG-3", Bilingual("No access key stands in a ConfigMap", "ConfigMap 中不含访问密钥"),
      reads: .configurations, holdsWithout: .credentialsInConfig, evidence: "no value under access_key or access_secret"
    ),
    ComplianceCheck(
      "CFG-4", Bilingual("Pools have bounds that can be kept", "地址池上下限合理"),
      reads: .configurations, .nodes, holdsWithout: .poolBoundsInverted,
      evidence: "min_pool_size is at most max_pool_size on each node"),
    ComplianceCheck(
      "CFG-5", Bilingual("Each zone with nodes has a vSwitch", "每个有节点的可用区均配置交换机"),
      reads: .configurations, .nodes, holdsWithout: .zoneWithoutVSwitch, .vSwitchGone,
      evidence: "vswitches names one for each, or none at all"),
    ComplianceCheck(
      "CFG-6", Bilingual("What is configured is in force", "配置已生效"),
      reads: .configurations, .resources, .terwayPods, holdsWithout: .configDrift, .configNotLoaded,
      .nodeConfigMissing, evidence: "pools and daemons follow their ConfigMaps"),
    ComplianceCheck(
      "CFG-7", Bilingual("ENIs have the security groups that are configured", "弹性网卡安全组与配置一致"),
      reads: .resources, holdsWithout: .securityGroupDrift, .securityGroupRejected, evidence: "no ENI differs"),
  ]

  private static let operation: [ComplianceCheck] = [
    ComplianceCheck(
      "OPS-1", Bilingual("Terway runs on every node", "Terway 在所有节点上运行"), reads: .terwayPods, .nodes,
      holdsWithout: .daemonDown, .daemonCrashLooping, .imagePullFailing, evidence: "each daemon is ready"),
    ComplianceCheck(
      "OPS-2", Bilingual("One version of Terway runs", "Terway 版本一致"), reads: .terwayPods,
      holdsWithout: .versionsMixed, evidence: "all daemons have the same image"),
    ComplianceCheck(
      "OPS-3", Bilingual("Images are pinned to a version", "镜像固定版本"), reads: .terwayPods, judge: pinnedImages),
    ComplianceCheck(
      "OPS-4", Bilingual("Terway's view of the cloud is current", "Terway 与云端状态同步"), reads: .resources,
      holdsWithout: .nodeNotSynced, evidence: "no comparison is overdue"),
    ComplianceCheck(
      "OPS-5", Bilingual("No address is lost", "无地址泄漏"), reads: .resources, .pods, .podENIs,
      holdsWithout: .ipsLeaked, .podENILeaked, .ipsInvalid, evidence: "each address in use has a pod"),
    ComplianceCheck(
      "OPS-6", Bilingual("Each node has room for pods", "每个节点均有余量"), reads: .resources, judge: headroom),
    ComplianceCheck(
      "OPS-7", Bilingual("No vSwitch is exhausted", "无交换机耗尽"), reads: .resources, .events,
      holdsWithout: .vSwitchExhausted, evidence: "no vSwitch was found without an address"),
    ComplianceCheck(
      "OPS-8", Bilingual("Nothing critical is wrong", "无严重问题"), reads: .terwayPods, .resources, .pods, .events
    ) { subject in
      let critical = subject.diagnosis.findings.filter { $0.severity == .critical }
      return critical.isEmpty
        ? .pass("no critical finding") : .fail("\(critical.count) critical findings, first: \(critical[0].cause)")
    },
  ]

  private static let supervision: [ComplianceCheck] = [
    ComplianceCheck(
      "MON-1", Bilingual("Terway's metrics are collected", "Terway 指标已采集"), reads: .scrapeObjects, .prometheuses,
      judge: collection),
    ComplianceCheck("MON-2", Bilingual("Alerts are in force", "告警规则生效"), judge: alerts),
    ComplianceCheck(
      "MON-3", Bilingual("The network was measured in the last 30 days", "30 天内完成网络性能测试"), reads: .profiles,
      judge: measured),
    ComplianceCheck(
      "SEC-1",
      Bilingual(
        "Only administrators and system components may change eni-config", "仅管理员与系统组件可修改 eni-config"),
      judge: changers),
    ComplianceCheck(
      "SEC-2", Bilingual("The cloud accepts Terway's credentials", "云端接受 Terway 的凭证"), reads: .events, .logs,
      holdsWithout: .credentialRejected, evidence: "no refusal in events and logs"),
  ]
}
