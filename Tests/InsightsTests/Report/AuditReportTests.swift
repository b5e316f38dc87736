import DiagnosisCases
import KubernetesModel
import Serialization
import TerwayModel
import Testing

@testable import Insights

struct `An audit report` {
  private static func facts() -> AuditFacts {
    var facts = AuditFacts(cluster: "production")
    facts.serverVersion = .value("v1.36.2")
    let admin = RoleView(ObjectMeta(name: "cluster-admin"), [.init(groups: ["*"], resources: ["*"], verbs: ["*"])])
    let editor = RoleView(
      ObjectMeta(name: "config-editor", namespace: "kube-system"),
      [.init(groups: [""], resources: ["configmaps"], verbs: ["get", "update"], names: ["eni-config"])])
    facts.access = .value(
      AccessRights(
        clusterRoles: [admin], roles: [editor],
        clusterBindings: [
          RoleBindingView(ObjectMeta(name: "a"), role: "ClusterRole", "cluster-admin", ["Group system:masters"])
        ],
        bindings: []))
    return facts
  }

  private static func status(_ id: String, _ report: AuditReport) -> String? {
    report.verdicts.first { $0.check.id == id }?.verdict.status
  }

  @Test func `judges each requirement by evidence`() throws {
    var snapshot = try ClusterSnapshot.healthy()
    let report = AuditReport(snapshot, Self.facts())
    for id in ["CFG-1", "CFG-3", "CFG-5", "OPS-1", "OPS-2", "OPS-3", "OPS-6", "OPS-8", "SEC-1", "SEC-2"] {
      #expect(Self.status(id, report) == "pass", "\(id)")
    }
    #expect(!report.isCompliant, "there are no monitors")
    try snapshot.configure(["access_key": "LTAI5tSecretSecret"])
    snapshot.changeDaemon("node-1") { $0.containers[0].image = "terway:latest" }
    snapshot.exhaust("node-1")
    let worse = AuditReport(snapshot, Self.facts())
    for id in ["CFG-3", "OPS-2", "OPS-3", "OPS-7", "OPS-8"] { #expect(Self.status(id, worse) == "fail", "\(id)") }
    #expect(!worse.json.jsonText().contains("LTAI5t"))
  }

  @Test func `takes for met nothing that could not be looked at`() throws {
    var snapshot = try ClusterSnapshot.healthy()
    snapshot.resources = .unknown("forbidden")
    var facts = Self.facts()
    facts.access = .unknown("may not list roles")
    let report = AuditReport(snapshot, facts)
    for id in ["CFG-6", "CFG-7", "OPS-4", "OPS-5", "OPS-6", "SEC-1"] {
      #expect(Self.status(id, report) == "unknown", "\(id)")
    }
    #expect(report.unknown.map(\.what) == ["Node resources of Terway", "roles and bindings"])
  }

  @Test func `knows who may change what`() throws {
    var facts = Self.facts()
    let target = try #require(AccessRights.targets.first)
    var access = try #require(facts.access.value)
    access.bindings = [
      RoleBindingView(ObjectMeta(name: "b", namespace: "kube-system"), role: "Role", "config-editor", ["User eve"]),
      RoleBindingView(
        ObjectMeta(name: "c", namespace: "default"), role: "ClusterRole", "cluster-admin", ["User mallory"]),
    ]
    #expect(access.holders(of: target).map(\.subject) == ["Group system:masters", "User eve"])
    #expect(access.holders(of: AccessRights.targets[2]).map(\.subject) == ["Group system:masters"])
    facts.access = .value(access)
    let report = AuditReport(try ClusterSnapshot.healthy(), facts)
    #expect(Self.status("SEC-1", report) == "fail")
  }

  @Test func `says what has changed since the last one`() throws {
    var snapshot = try ClusterSnapshot.healthy()
    snapshot.exhaust("node-1")
    snapshot.changeResource("node-2") { $0.interfaces[0].addresses.invalid = 1 }
    let first = AuditReport(snapshot, Self.facts())
    let former = try #require(FormerReport(try JSONValue(jsonText: first.json.jsonText(pretty: true))))
    snapshot = try ClusterSnapshot.healthy()
    snapshot.changeResource("node-2") { $0.interfaces[0].addresses.invalid = 1 }
    snapshot.changeNode("node-0") { $0.isNotReady = true }
    try snapshot.configure(["max_pool_size": 7, "vswitches": .null])
    snapshot.changeResources { $0.pool.maximum = 7 }
    let second = AuditReport(snapshot, Self.facts(), since: former)
    #expect(second.trend?.new.map(\.id) == ["NodeNotReady"])
    #expect(second.trend?.gone.map(\.id) == ["TerwayVSwitchExhausted"])
    #expect(second.trend?.staying == 1)
    #expect(second.changes.map(\.key) == ["max_pool_size", "vswitches"])
    #expect(second.changes.first?.before == "5" && second.changes.first?.now == "7")
    for text in [second.html(.en), second.markdown(.en)] {
      #expect(text.contains("max") && text.contains("NodeNotReady"))
    }
  }

  @Test(arguments: ["[]", "{}", #"{"time": 1, "findings": [], "compliance": []}"#, #"{"time": "x", "findings": []}"#])
  func `is told from what is none`(text: String) throws { #expect(FormerReport(try JSONValue(jsonText: text)) == nil) }

  @Test(arguments: Bilingual.Language.allCases)
  func `lets nothing that others wrote act`(language: Bilingual.Language) throws {
    var snapshot = try ClusterSnapshot.healthy()
    let hostile = "x</td><script>alert(1)</script>|`$(id)`\u{202E}"
    snapshot.starve(hostile)
    try snapshot.configure([hostile: "\"><img src=x onerror=alert(2)>"])
    snapshot.changeDaemon("node-1") { $0.containers[0].image = "<b>image</b>" }
    var facts = Self.facts()
    facts.cluster = "<i>cluster</i>"
    let report = AuditReport(snapshot, facts)
    let html = report.html(language)
    for tag in ["<script", "<img", "<b>image", "<i>", "\u{202E}", "http://", "https://"] {
      #expect(!html.contains(tag), "\(tag)")
    }
    #expect(html.contains("&lt;script&gt;"))
    let markdown = report.markdown(language)
    #expect(!markdown.contains("<") && !markdown.contains("\u{202E}") && markdown.contains("\\|\\`$(id)\\`"))
    #expect(html.contains(language == .en ? "lang=\"en\"" : "lang=\"zh-CN\""))
  }

  @Test func `has the members that are promised, in JSON`() throws {
    let json = AuditReport(try ClusterSnapshot.healthy(), Self.facts()).json
    #expect(
      json.object?.keys.sorted() == [
        "access", "alerts", "cluster", "compliance", "configuration", "findings", "inventory", "kubernetes", "time",
        "unknown",
      ])
    #expect(json.at("configuration", "eni-config", "settings", "max_pool_size") == 5)
    #expect(json.at("inventory", "nodes")?[0]?["addressLimit"] == 20)
  }

  @Test func `asks each thing once, in both languages`() {
    #expect(Set(ComplianceCheck.all.map(\.id)).count == ComplianceCheck.all.count)
    for check in ComplianceCheck.all { #expect(!check.requirement.en.isEmpty && !check.requirement.zh.isEmpty) }
  }
}
