import KubernetesModel
import Serialization
import TerwayModel
import Testing

@testable import Monitoring

struct `A profile` {
  static func profile(_ spec: JSONValue) -> JSONValue {
    [
      "apiVersion": "ops.terway.io/v1alpha1", "kind": "TerwayMonitoringProfile", "metadata": ["name": "terway"],
      "spec": spec,
    ]
  }

  static func custom(_ query: String, name: String = "a", labels: [String] = []) -> JSONValue {
    ["metrics": ["custom": [["name": .string(name), "query": .string(query), "labels": JSONValue(labels)]]]]
  }

  static func panel(_ query: String) -> JSONValue {
    ["dashboards": ["custom": [["title": "t", "query": .string(query)]]]]
  }

  static let wrong: [(spec: JSONValue, message: String)] = [
    (
      custom("rate(x"),
      #"spec.metrics.custom[0].query: "rate(x" is not PromQL: line 1, column 7: found the end, expected ")", "," or an operator"#
    ),
    (
      custom("rate(x)"),
      #"spec.metrics.custom[0].query: "rate(x)" is not PromQL: line 1, column 6: found an instant vector as argument of rate, expected a range vector"#
    ),
    (
      custom("x[5m]"),
      #"spec.metrics.custom[0].query: "x[5m]" gives a range vector, and a metric is made of an instant vector"#
    ),
    (
      custom("1", labels: ["node"]),
      #"spec.metrics.custom[0].query: "1" gives a scalar, and a metric with labels is made of an instant vector"#
    ),
    (custom("a * 2"), #"spec.metrics.custom[0].query: "a * 2" reads the metric that it defines"#),
    (
      custom("rate(x[$__rate_interval])"),
      #"spec.metrics.custom[0].query: "rate(x[$__rate_interval])" is not PromQL: line 1, column 8: found "$", expected PromQL"#
    ),
    (
      custom("up", name: "terway_eni_total_ips"),
      #"spec.metrics.custom[0].name: "terway_eni_total_ips" is a metric that is scraped: the rule would add to its own input; choose another name"#
    ),
    (
      panel("sum by node (x)"),
      #"spec.dashboards.custom[0].query: "sum by node (x)" is not PromQL: line 1, column 8: found "node", expected "(" and a list of labels"#
    ),
    (
      panel("x[5m]"),
      #"spec.dashboards.custom[0].query: "x[5m]" gives a range vector, and a panel draws an instant vector at each point in time"#
    ),
    (
      ["alerts": ["overrides": [["alert": "TerwayHighLatencies"]]]],
      #"spec.alerts.overrides[0].alert: "TerwayHighLatencies" is the name of no alert; did you mean "TerwayHighLatency"?"#
    ),
    (
      ["alerts": ["overrides": [["alert": "Nothing"]]]],
      #"spec.alerts.overrides[0].alert: "Nothing" is the name of no alert; docs/runbooks has a page for each"#
    ),
    (
      ["metrics": ["keep": ["a", "terway_("]]],
      #"spec.metrics.keep[1]: "terway_(" must be a regular expression (RE2), and has a group that is not closed"#
    ),
    (
      ["metrics": ["relabelings": [["targetLabel": "a", "regex": "(?=b)"]]]],
      #"spec.metrics.relabelings[0].regex: "(?=b)" must be a regular expression (RE2), and has (? with something that RE2 does not know"#
    ),
    (
      ["metrics": ["metricRelabelings": [["action": "labeldrop", "regex": "["]]]],
      #"spec.metrics.metricRelabelings[0].regex: "[" must be a regular expression (RE2), and has a character class that is not closed"#
    ),
    // What the schema refuses already.
    (
      ["metrics": ["custom": [["name": "a-b", "query": "x"]]]],
      #"spec.metrics.custom[0].name: "a-b" must be a Prometheus metric name: letters, digits, underscores and colons"#
    ),
    (
      custom("x", labels: ["a-b"]),
      #"spec.metrics.custom[0].labels[0]: "a-b" must be a Prometheus label name: letters, digits and underscores"#
    ),
    (
      ["metrics": ["relabelings": [["targetLabel": "a", "action": "replaced"]]]],
      #"spec.metrics.relabelings[0].action: "replaced" must be one of replace, keep, drop, hashmod, labelmap, labeldrop, labelkeep, lowercase, uppercase, keepequal, dropequal; did you mean "replace"?"#
    ),
    (
      ["metrics": ["interval": "10s", "scrapeTimeout": "11s"]],
      #"spec.metrics.scrapeTimeout: "11s" must not exceed metrics.interval"#
    ),
    (
      ["metrics": ["custom": [["name": "a", "query": "x"], ["name": "a", "query": "y"]]]],
      #"spec.metrics.custom[1].name: "a" is a duplicate of spec.metrics.custom[0]"#
    ),
    (
      ["dashboards": ["custom": [["title": "Network Throughput", "query": "x"]]]],
      #"spec.dashboards.custom[0].title: "Network Throughput" is a panel of the overview already; choose another title"#
    ),
    (
      ["dashboards": ["custom": [["title": "t", "query": "x"], ["title": "t", "query": "y"]]]],
      #"spec.dashboards.custom[1].title: "t" is a duplicate of spec.dashboards.custom[0]"#
    ),
  ]

  @Test(arguments: wrong.indices)
  func `is refused for what is wrong with it, in the same words offline and in the cluster`(index: Int) throws {
    let (spec, message) = Self.wrong[index]
    let object = Self.profile(spec)
    #expect(MonitoringProfile.check(object).map(\.description) == [message])
    guard case .failure(let invalid) = try MonitoringProfile(object).checkedSpec else {
      Issue.record("the operator takes it")
      return
    }
    #expect(invalid.description == message)
  }

  @Test(arguments: [["three"], [""], ["1,5"], ["0x10"], ["-1"]])
  func `is refused for a threshold that is no number`(threshold: [String]) throws {
    let object = Self.profile([
      "alerts": ["overrides": [["alert": "TerwayHighLatency", "threshold": .string(threshold[0])]]]
    ])
    let violations = MonitoringProfile.check(object)
    #expect(violations.map(\.path.fieldPath) == ["spec.alerts.overrides[0].threshold"])
  }

  @Test(
    arguments: [
      [:], custom("sum by (node) (rate(x_total[5m]))", labels: ["node"]), custom("1"), custom("histogram_avg(x)"),
      custom("holt_winters(x[5m], 0.5, 0.5)"), panel("rate(x{node=~\"$node\"}[$__rate_interval])"),
    ] as [JSONValue])
  func `is taken when all is well`(spec: JSONValue) {
    #expect(MonitoringProfile.check(Self.profile(spec)) == [])
  }

  @Test func `is held to the version of Prometheus that it names`() {
    var spec = Self.custom("histogram_avg(x)")
    spec["metrics"]?["prometheusVersion"] = "2.50"
    #expect(MonitoringProfile.check(Self.profile(spec)).count == 1)
    spec["metrics"]?["prometheusVersion"] = "2.51"
    #expect(MonitoringProfile.check(Self.profile(spec)) == [])
  }

  @Test func `is refused when an object of it would be too large`() {
    let query = "vector(1) # " + String(repeating: "日", count: 4000)
    let metrics = (0..<64).map { JSONValue.object(["name": .string("m\($0)"), "query": .string(query + "\($0)")]) }
    let violations = MonitoringProfile.check(
      Self.profile(["metrics": ["custom": .array(metrics + metrics.prefix(0))]]))
    #expect(violations.isEmpty, "twelve bytes for every four characters are within a mebibyte: \(violations.count)")
    let larger = metrics.map { metric -> JSONValue in
      var metric = metric
      metric["query"] = .string("vector(1) # " + String(repeating: "\u{1F600}", count: 4000))
      metric["help"] = .string(String(repeating: "\u{1F600}", count: 256))
      return metric
    }
    #expect(
      MonitoringProfile.check(Self.profile(["metrics": ["custom": .array(larger)]])).map(\.path.fieldPath)
        == ["spec.metrics.custom"])
  }

  @Test(arguments: RenderedProfile.all)
  func `adds less to any object than makes half of its limit, as long as nobody adds anything`(profile: RenderedProfile)
  {
    for manifest in profile.manifests {
      let limit =
        manifest.reference.resource == GeneratedResource.prometheusRule
        ? ObjectLimits.prometheusRule : ObjectLimits.configMapData
      #expect(manifest.size < limit / 2, "\(manifest.reference)")
    }
  }
}

struct `A PrometheusRule that is too large` {
  private func manifest(rules: Int, groups: Int = 1) -> Manifest {
    let groups = (0..<groups).map { group -> JSONValue in
      let rules = (0..<rules).map { JSONValue.object(["record": .string("r:\(group):\($0)"), "expr": "vector(1)"]) }
      return ["name": .string("g\(group)"), "interval": "30s", "rules": .array(rules)]
    }
    return Manifest(
      GeneratedResource.prometheusRule, namespace: "n", name: "rules", labels: ["a": "b"],
      ["spec": ["groups": .array(groups)]])
  }

  @Test func `stays as it is when it is not`() {
    let whole = manifest(rules: 3)
    #expect(whole.split(within: whole.size) == [whole])
  }

  @Test(arguments: [(1, 600), (3, 600), (3, 2_000), (40, 500), (1, 5_000)])
  func `is split into parts that are not, and that hold every rule once and in order`(groups: Int, limit: Int) {
    let whole = manifest(rules: 30, groups: groups)
    let parts = whole.split(within: limit)
    #expect(parts.allSatisfy { $0.size <= limit })
    func rules(_ manifests: [Manifest]) -> [String] {
      manifests.flatMap { $0.content.at("spec", "groups")?.array ?? [] }.flatMap { $0["rules"]?.array ?? [] }
        .compactMap { $0["record"]?.string }
    }
    #expect(rules(parts) == rules([whole]))
    #expect(Set(parts.map(\.reference)).count == parts.count)
    #expect(parts.map(\.reference.key.name) == parts.map { $0.content.at("metadata", "name")?.string })
    let names = parts.flatMap { $0.content.at("spec", "groups")?.array ?? [] }.compactMap { $0["name"]?.string }
    #expect(Set(names).count == names.count)
    #expect(parts.count > 1 || groups == 1 && limit == 5_000)
  }

  @Test func `keeps a rule that alone is too large for whoever looks at sizes`() {
    let parts = manifest(rules: 2).split(within: 10)
    #expect(parts.count == 2)
  }
}
