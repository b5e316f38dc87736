import Monitoring
import Serialization
import TestSupport
import Testing

struct `Alerts` {
  static func bench(_ source: AlertCase.Source) -> RuleBench {
    RuleBench((source == .contract ? RenderedProfile.contract : .upstream).manifests)
  }

  /// Every alert as each source has it; only once where both have the same.
  static func tests(_ sources: [AlertCase.Source] = AlertCase.Source.allCases) throws -> [RuleTest] {
    var seen: Set<String> = []
    return try sources.flatMap { source in
      let bench = bench(source)
      return try bench.alerts.compactMap { (alert) -> RuleTest? in
        let name = alert["alert"]?.string ?? ""
        let same = try bench.files("same", alert, AlertCases.of(name, source))
        guard seen.insert(same.rules + same.test).inserted else { return nil }
        return try bench.files("\(source)-\(name)", alert, AlertCases.of(name, source))
      }
    }
  }

  @Test(.enabled(if: Promtool.installed != nil))
  func `fire when they should, with the right words, and are silent in the near miss`() async throws {
    for (alert, output) in try await #require(Promtool.installed).failures(of: Self.tests()) {
      Issue.record("\(alert): \(output)")
    }
  }

  @Test(arguments: AlertCase.Source.allCases)
  func `have a case in which they fire and one in which they do not`(source: AlertCase.Source) {
    for name in Self.bench(source).alerts.compactMap({ $0["alert"]?.string }) {
      let cases = AlertCases.of(name, source)
      #expect(cases.contains { !$0.firesAt.isEmpty && !$0.silentAt.isEmpty }, "\(source) \(name)")
      #expect(cases.contains { $0.firesAt.isEmpty && !$0.silentAt.isEmpty }, "\(source) \(name)")
    }
  }

  @Test func `have no case for an alert that does not exist`() {
    #expect(Set(AlertCases.all.map(\.alert)) == Set(MonitoringRenderer.alertNames))
  }

  @Test(.enabled(if: Promtool.installed != nil))
  func `tell clusters apart, in the language that was asked for`() async throws {
    let bench = RuleBench(RenderedProfile.blue.manifests)
    let alert = try #require(bench.alerts.first { $0["alert"] == "TerwayHighENIUtilization" })
    let history = ["a", "b"].reduce(into: [String: String]()) { history, cluster in
      let labels: KeyValuePairs = ["cluster": cluster, "node": "n1", "eni_id": "e1"]
      history.merge(gauge("terway_eni_allocated_ips", labels, cluster == "a" ? 99 : 10)) { $1 }
      history.merge(gauge("terway_eni_total_ips", labels, 100)) { $1 }
    }
    let firing = AlertCase(
      "TerwayHighENIUtilization", "one cluster of two", fires: [15], given: history,
      as: .labelled(["cluster": "a", "node": "n1"], "99%", says: "[a] 节点 n1 的 IP 已使用 99%"))
    let failures = try await #require(Promtool.installed).failures(of: [bench.files("clusters", alert, [firing])])
    #expect(failures.isEmpty)
  }

  @Test(.enabled(if: Promtool.installed != nil))
  func `say the direction in Chinese, too`() async throws {
    var profile = RenderedProfile.contract
    profile.spec.alerts.language = .zh
    let bench = RuleBench(profile.manifests)
    let alert = try #require(bench.alerts.first { $0["alert"] == "TerwayHighThroughput" })
    let firing = ["receive", "transmit"].map { direction in
      var one = AlertCase(
        "TerwayHighThroughput", direction, fires: [10],
        given: counter("terway_network_bytes_total", ["node": "n1", "direction": direction], perMinute: 1.2e11),
        as: .labelled(["node": "n1", "direction": direction], "2GB/s"))
      let word = direction == "receive" ? "接收" : "发送"
      one.firing[0].says = "节点 n1 的\(word)流量为 2GB/s"
      one.firing[0].describes = "节点 n1 上所有 Pod 的\(word)流量合计为 2GB/s，超过 1 GB/s。达到实例规格的带宽后节点开始丢包。"
      return one
    }
    let failures = try await #require(Promtool.installed).failures(of: [bench.files("direction", alert, firing)])
    #expect(failures.isEmpty)
  }
}
