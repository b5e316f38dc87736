import KubernetesModel
import Serialization
import TerwayModel
import TestSupport
import Testing

@testable import Monitoring

struct `Custom metrics that somebody else lists` {
  typealias Custom = MonitoringProfileSpec.Metrics.Custom

  /// What people had before there was an operator, and one of their own.
  private static let list: [Custom] = [
    .init(
      name: "terway_eni_utilization_ratio", labels: ["node", "eni_id"],
      query: "terway_eni_allocated_ips / terway_eni_total_ips"),
    .init(
      name: "terway_network_packet_loss_rate", labels: ["node", "interface"],
      query: "rate(terway_network_packets_dropped_total[5m])  /  rate(terway_network_packets_total[5m])"),
    .init(
      name: "terway_qos_violation_count", type: .counter, labels: ["node", "priority_class"],
      query: "terway_qos_violations_total"),
    .init(name: "our_pods", labels: ["node"], query: "terway_eni_allocated_ips"),
  ]

  private static func profile(
    _ list: [Custom]?, own: [Custom] = [], of base: RenderedProfile = .contract
  ) -> RenderedProfile {
    var profile = base
    profile.cluster.listedMetrics = list
    profile.spec.metrics.custom = own
    return profile
  }

  private static func records(_ profile: RenderedProfile) -> [String: String] {
    let pairs = profile.manifests.recordings.compactMap { rule in
      rule["record"]?.string.map { ($0, rule["expr"]?.string ?? "") }
    }
    return Dictionary(pairs) { first, _ in
      Issue.record("one name is recorded twice: \(first)")
      return first
    }
  }

  @Test func `are recorded, and the list is left to whoever keeps it`() {
    let (before, after) = (Self.records(Self.profile(nil)), Self.records(Self.profile(Self.list)))
    #expect(after["our_pods"] == "max by (node) (terway_eni_allocated_ips)")
    #expect(after.filter { $0.key != "our_pods" } == before, "what the seed's entries mean is built in")
    let objects = Self.profile(Self.list).manifests.map(\.reference.key.name)
    #expect(!objects.contains("contract-custom-metrics"))
    #expect(Self.profile([]).manifests.first("ConfigMap", "contract-custom-metrics") == nil)
    #expect(Self.profile(nil).manifests.first("ConfigMap", "contract-custom-metrics") != nil)
  }

  @Test func `give way to the profile's own, and take the place of built-in ones when they say something else`() {
    var list = Self.list
    list[0].query = "terway_eni_allocated_ips / on (node, eni_id) (terway_eni_total_ips > 1)"
    let records = Self.records(Self.profile(list, own: [.init(name: "our_pods", query: "vector(7)")]))
    #expect(records["our_pods"] == "vector(7)")
    #expect(
      records["terway_eni_utilization_ratio"]
        == "max by (node, eni_id) (terway_eni_allocated_ips / on (node, eni_id) (terway_eni_total_ips > 1))")
  }

  @Test func `bring no rule on series that nothing serves, where they only repeat what is built in`() {
    var profile = Self.profile(Array(Self.list.dropLast()), of: .terway)
    profile.cluster.exporters = [.operator]
    #expect(Self.records(profile).keys.filter { $0.contains("packet_loss") || $0.contains("qos") }.isEmpty)
  }

  @Test(arguments: [
    (Custom(name: "a", query: "rate(x"), "data.metrics_config.custom_metrics[0].query"),
    (Custom(name: "a", query: "x[5m]"), "data.metrics_config.custom_metrics[0].query"),
    (Custom(name: "a", query: "a + 1"), "data.metrics_config.custom_metrics[0].query"),
    (Custom(name: "terway_eni_total_ips", query: "up"), "data.metrics_config.custom_metrics[0].name"),
  ])
  func `are held to the same rules as the profile's`(custom: Custom, path: String) {
    let violations = CustomMetrics.violations(of: [custom], for: MonitoringProfileSpec())
    #expect(violations.map(\.path.fieldPath) == [path])
    #expect(CustomMetrics.violations(of: Self.list, for: MonitoringProfileSpec()).isEmpty)
  }
}

struct `A query that somebody wrote` {
  static let cases: [(written: String, recorded: String)] = [
    ("sum  by(node)(a)", "sum by (node) (a)"), ("a/on(node)(b>0)", "a / on (node) (b > 0)"),
    ("(((a)))", "a"),
    // What a tree cannot hold stays.
    ("sum(a) # of all", "sum(a) # of all"), ("a\n  / on (node)\nb", "a\n  / on (node)\nb"),
    // Newer than the servers that are known, whose business it is.
    ("histogram_avg(a)", "histogram_avg(a)"),
  ]

  @Test(arguments: cases)
  func `is recorded canonically, unless that would lose something`(written: String, recorded: String) {
    var profile = RenderedProfile.terway
    profile.spec.metrics.custom = [.init(name: "mine", query: written)]
    #expect(profile.manifests.recordings.first { $0["record"] == "mine" }?["expr"]?.string == recorded)
  }
}
