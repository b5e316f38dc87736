import DiagnosisCases
import Foundation
import KubernetesModel
import Serialization
import TestSupport
import Testing

@testable import Insights

/// What a browser makes of the page. `REPORT_PAGES=FOLDER` keeps the pages to be looked at.
struct `The page of a report` {
  static let browser: String? = {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return path.split(separator: ":").map { "\($0)/chromium" }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }()

  /// A cluster with something of everything, and names that try to be more than names.
  private static func report() throws -> AuditReport {
    var snapshot = try ClusterSnapshot.healthy(nodes: 12)
    let hostile =
      "</title></td><script>document.title='taken'; fetch('http://192.0.2.1/')</script><img src=x onerror=alert(1)>"
    snapshot.exhaust("node-1")
    snapshot.starve(hostile)
    snapshot.addEvent("CreateENIFailed", "Node", "node-1", "InvalidVSwitchId.IpNotEnough: vsw-a has no address left")
    snapshot.stop("node-5", waiting: "CrashLoopBackOff", lastEnd: "OOMKilled", restarts: 8)
    snapshot.changeResource("node-7") { $0.configuration.securityGroups = ["sg-2"] }
    snapshot.changeResource("node-9") { $0.pool.maximum = 50 }
    snapshot.addLog("E0829 14:45:54.233267       1 daemon.go:152] \(hostile)")
    try snapshot.configure([hostile: .string(hostile), "access_secret": "geheim"])
    snapshot.usage = .unknown("it may not be read: pods.metrics.k8s.io is forbidden")
    let before = AuditReport(try ClusterSnapshot.healthy(nodes: 12), AuditFacts(cluster: "production"))
    var facts = AuditFacts(cluster: "production")
    facts.serverVersion = .value("v1.36.2")
    facts.capacity = .value(`Capacity and unusual readings in a report`.capacity())
    snapshot.signals = .value(`Capacity and unusual readings in a report`.signals())
    return AuditReport(snapshot, facts, since: FormerReport(before.json))
  }

  @Test(.enabled(if: browser != nil, "there is no chromium"), arguments: Bilingual.Language.allCases)
  func `runs nothing, asks nobody and complains of nothing`(language: Bilingual.Language) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("page-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let html = try Self.report().html(language)
    if let keep = ProcessInfo.processInfo.environment["REPORT_PAGES"] {
      try Data(html.utf8).write(to: URL(fileURLWithPath: keep).appendingPathComponent("report-\(language).html"))
    }
    let page = folder.appendingPathComponent("page.html")
    try Data(html.utf8).write(to: page)
    let output = try await Command.run(
      Self.browser ?? "",
      [
        "--headless", "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--dump-dom",
        "--user-data-dir=\(folder.path)/profile", page.path,
      ])
    #expect(output.exitCode == 0)
    #expect(!output.standardError.contains("CONSOLE"), "\(output.standardError)")
    let dom = output.standardOutput
    #expect(dom.contains("</html>") && dom.contains("production</title>"))
    for tag in ["<script", "<img", "onerror=\""] { #expect(!dom.contains(tag), "\(tag)") }
  }
}
