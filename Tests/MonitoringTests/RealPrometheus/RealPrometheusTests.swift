import Foundation
import HTTPTransport
import Monitoring
import Prometheus
import Serialization
import TestSupport
import Testing

/// A Prometheus that scrapes a played cluster and evaluates a profile's rules.
@Suite(.enabled(if: PrometheusServer.executable != nil))
struct `A real Prometheus` {
  static let profiles = RenderedProfile.all + [.everything]

  /// All profiles at once, each with a server of its own: most of the time goes into waiting for the second scrape.
  @Test func `finds data for every rule, panel and variable of each profile`() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for profile in Self.profiles { group.addTask { try await check(profile) } }
      try await group.waitForAll()
    }
  }

  private static let pictures = ProcessInfo.processInfo.environment["DASHBOARD_PICTURES"]

  /// `DASHBOARD_PICTURES=directory swift test --filter 'A real Prometheus'` draws what a person would see after a minute.
  @Test(.enabled(if: pictures != nil)) func `draws dashboards for whoever wants to look at them`() async throws {
    let directory = URL(fileURLWithPath: Self.pictures ?? "")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let prometheus = try PlayedPrometheus(.everything)
    try await prometheus.settle(after: 30)
    for dashboard in RenderedProfile.everything.dashboards {
      let file = directory.appendingPathComponent("\(dashboard.uid).json")
      try Data(dashboard.json.jsonText(pretty: true).utf8).write(to: file)
      let node = dashboard.uid.hasSuffix("-node") ? PlayedCluster.nodes[3] : ".+"
      let picture = try await Command.succeed(
        "python3",
        [
          Repository.file("hack/dashboard/picture.py").path, "--prometheus", prometheus.url, "--seconds", "60",
          "--node",
          node, file.path,
        ])
      try Data(picture.utf8).write(to: file.deletingPathExtension().appendingPathExtension("svg"))
    }
  }

  /// Edges of bands want hours, and pods that wait for long ten minutes; the tests of alerts give them those.
  private func needsHistory(_ record: String) -> Bool {
    record.contains(":anomaly_") || record == "node:terway_pods_long_without_ip:count"
  }

  private func check(_ profile: RenderedProfile) async throws {
    let prometheus = try PlayedPrometheus(profile)
    try await prometheus.settle()

    let records = profile.manifests.recordings.compactMap { $0["record"]?.string }
    let empty = try await prometheus.queriesWithoutAnswer(records.filter { !needsHistory($0) })
    #expect(empty == [], "\(profile.name): recorded series without a sample")

    let dashboards = profile.dashboards
    let panels = dashboards.flatMap { dashboard in
      let node = dashboard.uid.hasSuffix("-node") ? PlayedCluster.nodes[3] : ".+"
      return dashboard.queries.map { $0.filled(node: node) }
    }
    let emptyPanels = try await prometheus.queriesWithoutAnswer(panels)
    #expect(emptyPanels == [], "\(profile.name): panels without a sample")

    let selectors = dashboards.flatMap(\.variableSeries)
    let emptyVariables = try await prometheus.queriesWithoutAnswer(selectors)
    #expect(emptyVariables == [], "\(profile.name): variables without a value")

    let rules = try await prometheus.rules()
    #expect(rules.count == records.count + profile.manifests.alerts.count)
    #expect(rules.allSatisfy { $0.health == "ok" && $0.lastError.isEmpty }, "\(rules.filter { $0.health != "ok" })")
    #expect(rules.contains { $0.isPending }, "no alert is about to fire, though a node is unwell")
    #expect(selectors.count > dashboards.count && panels.count > 50)
    let alerts = profile.manifests.alerts.count
    print("\(profile.name): \(records.count) recording rules, \(alerts) alerts, \(panels.count) queries of panels")
  }
}

extension RenderedProfile {
  /// A cluster of which everything is served, and nothing is said of the source.
  static let everything = RenderedProfile(
    name: "everything", spec: .init(),
    cluster: DetectedCluster(
      ipam: .crd, terwayVersion: "v1.16.7", exporters: Set(Exporter.allCases), hasControlplane: true))
}

extension RenderedDashboard {
  /// The series that variables read their values off.
  fileprivate var variableSeries: [String] {
    variables.compactMap { $0["definition"]?.string?.firstMatch(of: /^label_values\((.+), (\w+)\)$/) }
      .map { "count by (\($0.2)) (\($0.1))" }
      .map { RenderedDashboard.Query(panel: "", expression: $0, isInstant: true).filled() }
  }
}
