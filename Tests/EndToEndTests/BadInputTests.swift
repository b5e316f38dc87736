import KubernetesClient
import KubernetesModel
import Serialization
import TerwayModel
import TestSupport
import Testing

extension EndToEnd {
  struct `Bad input` {
    /// Something wrong with a profile, and who says so.
    struct Mistake: Sendable, CustomStringConvertible {
      var spec: JSONValue
      /// Where the message points.
      var path: String
      var found: Finder

      enum Finder: Sendable {
        /// What a schema can say: nothing reaches the operator.
        case apiServer
        case `operator`
        /// What it takes CEL for, which old servers do not know.
        case either
      }

      init(_ path: String, by finder: Finder, _ spec: JSONValue) {
        (self.path, found, self.spec) = (path, finder, spec)
      }

      var description: String { path }
    }

    private static func custom(_ metric: JSONValue) -> JSONValue { ["metrics": ["custom": [metric]]] }
    private static func override(_ override: JSONValue) -> JSONValue { ["alerts": ["overrides": [override]]] }

    static let mistakes: [Mistake] = [
      Mistake(
        "spec.metrics.custom[0].query", by: .operator,
        custom(["name": "a", "query": "sum by node (terway_eni_total_ips)"])),
      Mistake("spec.metrics.custom[0].name", by: .apiServer, custom(["name": "a-b", "query": "up"])),
      Mistake(
        "spec.metrics.custom[0].labels", by: .apiServer, custom(["name": "a", "query": "up", "labels": ["a-b"]])),
      Mistake(
        "spec.metrics.relabelings[0].action", by: .apiServer,
        ["metrics": ["relabelings": [["targetLabel": "a", "action": "replaced"]]]]),
      Mistake(
        "spec.metrics.scrapeTimeout", by: .either, ["metrics": ["interval": "10s", "scrapeTimeout": "11s"]]),
      Mistake("spec.alerts.overrides[0].alert", by: .operator, override(["alert": "TerwayHighLatencies"])),
      Mistake(
        "spec.alerts.overrides[0].threshold", by: .apiServer,
        override(["alert": "TerwayHighLatency", "threshold": "three"])),
      Mistake(
        "spec.dashboards.custom[0].title", by: .operator,
        ["dashboards": ["custom": [["title": "Network Throughput", "query": "up"]]]]),
      Mistake("spec.metrics.custom", by: .operator, ["metrics": ["custom": .array(tooMuch)]]),
    ]

    /// A mebibyte of queries, which as JSON are longer still.
    private static var tooMuch: [JSONValue] {
      let text = String(repeating: "\u{1F600}", count: 4000)
      let help = String(repeating: "\u{1F600}", count: 256)
      return (0..<64).map {
        ["name": .string("m\($0)"), "help": .string(help), "query": .string("vector(1) # \(text)")]
      }
    }

    /// A profile of few objects, with something wrong in it.
    private static func profile(_ mistake: JSONValue = [:]) -> JSONValue {
      var spec: JSONValue = [
        // Lists that an earlier apply filled are emptied by name: what is merely left out belongs to nobody, and stays.
        "metrics": ["custom": [], "relabelings": []], "alerts": ["overrides": []],
        "dashboards": ["enabled": false, "custom": []],
        "logging": ["fluentd": ["enabled": false], "loki": ["enabled": false]],
      ]
      for (section, members) in mistake.object ?? [:] {
        for (name, value) in members.object ?? [:] { spec[section]?[name] = value }
      }
      return spec
    }

    @Test func `stalls a profile with the path of the field, changes nothing, and is forgotten once it is mended`()
      async throws
    {
      let cluster = try await Cluster.clean()
      let process = try await cluster.startOperator()
      try await cluster.apply("terway", Self.profile())
      try await cluster.waitUntilReady("terway")
      try await process.waitUntilQuiet()
      let before = try await cluster.versions(of: "terway")
      for mistake in Self.mistakes {
        do {
          try await cluster.apply("terway", Self.profile(mistake.spec))
          #expect(mistake.found != .apiServer, "\(mistake): the API server takes it")
          let profile = try await cluster.waitUntil("\(mistake)", "terway") { status in
            let stalled = status.conditions["Stalled"]
            return stalled?.status == .yes && stalled?.message.contains(mistake.path) == true
          }
          let conditions = profile.status?.conditions ?? []
          #expect(conditions["Ready"]?.status == .no && conditions["Ready"]?.reason == "InvalidSpec")
          #expect(profile.status?.objects == "\(before.count)/\(before.count)", "what is known of the objects stays")
          try await eventually("an event says so") {
            try await cluster.events("InvalidSpec", about: profile).contains { $0.contains(mistake.path) }
          }
        } catch let error as StatusError where error.reason == .invalid {
          #expect(mistake.found != .operator, "\(mistake): \(error)")
          // Old servers leave out which of several.
          let path = mistake.path.replacing(/\[\d\]/, with: "")
          #expect("\(error)".replacing(/\[\d\]/, with: "").contains(path), "\(error)")
        }
        #expect(try await cluster.versions(of: "terway") == before, "\(mistake)")
      }
      try await cluster.apply("terway", Self.profile())
      try await cluster.waitUntilReady("terway")
      #expect(try await cluster.versions(of: "terway") == before)
      try await process.stop()
    }

    @Test func `of a profile that records another thing under the name of an older one's metric waits for that to go`()
      async throws
    {
      let cluster = try await Cluster.clean()
      let process = try await cluster.startOperator()
      func spec(_ query: String) -> JSONValue { Self.profile(Self.custom(["name": "mine", "query": .string(query)])) }
      try await cluster.apply("terway", spec("sum(a)"))
      try await cluster.waitUntilReady("terway")
      // A second is as fine as the API server tells them apart; with the same one the name decides.
      try await cluster.apply("the-later-one", spec("sum(b)"))
      try await cluster.waitUntil("the older profile", "the-later-one") { status in
        let stalled = status.conditions["Stalled"]
        return stalled?.status == .yes
          && stalled?.message.contains(#"spec.metrics.custom[0].name: "mine" is recorded by the older profile terway"#)
            == true
      }
      #expect(try await cluster.generated(by: "the-later-one").isEmpty)
      try await cluster.waitUntilReady("terway")
      try await cluster.delete("terway")
      try await cluster.waitUntilReady("the-later-one")
      try await process.stop()
    }
  }

  struct `A list of custom metrics that somebody keeps` {
    private static let list = ObjectReference(
      ResourceType("v1", "ConfigMap", plural: "configmaps", namespaced: true),
      ObjectKey(namespace: "kube-system", name: "seeded-custom-metrics"))
    private static let rules = ObjectReference(
      ResourceType("monitoring.coreos.com/v1", "PrometheusRule", plural: "prometheusrules", namespaced: true),
      ObjectKey(namespace: "monitoring", name: "seeded-recording-rules"))

    private static func text(_ query: String) -> String {
      """
      {"custom_metrics": [
        {"name": "terway_qos_violation_count", "type": "counter", "labels": ["node", "priority_class"],
         "query": "terway_qos_violations_total"},
        {"name": "our_pods", "help": "Ours", "type": "gauge", "labels": ["node"], "query": "\(query)"}
      ]}
      """
    }

    private static func recorded(_ rules: JSONValue?) -> [String: String] {
      let all = (rules?.at("spec", "groups")?.array ?? []).flatMap { $0["rules"]?.array ?? [] }
      return Dictionary(all.compactMap { rule in rule["record"]?.string.map { ($0, rule["expr"]?.string ?? "") } }) {
        $1
      }
    }

    @Test func `is recorded and left alone, stalls the profile when it is wrong, and is generated once it is gone`()
      async throws
    {
      let cluster = try await Cluster.clean()
      try await cluster.client.delete(Self.list.resource, Self.list.key)
      let _: JSONValue = try await cluster.client.create(
        Self.list.resource, namespace: "kube-system",
        [
          "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "seeded-custom-metrics"],
          "data": ["metrics_config": .string(Self.text("terway_eni_allocated_ips"))],
        ], fieldManager: Cluster.person)
      let kept = try await cluster.object(Self.list)
      let process = try await cluster.startOperator()
      func apply(_ team: String) async throws {
        // What keeps a list is looked at every half a minute, and at once when the profile changes.
        try await cluster.apply("seeded", ["labels": ["team": .string(team)], "dashboards": ["enabled": false]])
      }
      try await apply("one")
      let profile = try await cluster.waitUntilReady("seeded")
      #expect(profile.status?.detected.customMetricsFrom == "kube-system/seeded-custom-metrics")
      #expect(profile.status?.resources.contains { $0.name == "seeded-custom-metrics" } == false)
      #expect(try await cluster.object(Self.list) == kept)
      let recorded = Self.recorded(try await cluster.object(Self.rules))
      #expect(recorded["our_pods"] == "max by (node) (terway_eni_allocated_ips)")
      #expect(recorded["terway_qos_violation_count"] != "sum by (node, priority_class) (terway_qos_violations_total)")

      func write(_ query: String) async throws {
        try await cluster.edit(
          Self.list, [["op": "replace", "path": "/data/metrics_config", "value": .string(Self.text(query))]])
      }
      let before = try await cluster.versions(of: "seeded")
      try await write("rate(terway_eni_allocated_ips)")
      try await apply("two")
      try await cluster.waitUntil("what is wrong with the list", "seeded") { status in
        let stalled = status.conditions["Stalled"]
        return stalled?.reason == "InvalidCustomMetrics"
          && stalled?.message.contains("data.metrics_config.custom_metrics[1].query") == true
      }
      #expect(try await cluster.versions(of: "seeded") == before)

      try await write("terway_eni_total_ips")
      try await apply("three")
      try await cluster.waitUntilReady("seeded")
      #expect(
        Self.recorded(try await cluster.object(Self.rules))["our_pods"] == "max by (node) (terway_eni_total_ips)")

      try await cluster.client.delete(Self.list.resource, Self.list.key)
      try await apply("four")
      try await cluster.waitUntilReady("seeded")
      let generated = try await cluster.object(Self.list)?.at("data", "metrics_config")?.string
      #expect(generated?.contains("terway_eni_utilization_ratio") == true && generated?.contains("our_pods") == false)
      #expect(Self.recorded(try await cluster.object(Self.rules))["our_pods"] == nil)
      #expect(try await cluster.profile("seeded").status?.detected.customMetricsFrom == "")
      try await process.stop()
    }
  }
}
