import Prometheus
import Serialization
import Testing

struct `Checks of rules` {
  static let alert: JSONValue = [
    "alert": "TerwayA", "expr": "node:r:sum > 1", "for": "5m", "labels": ["severity": "warning"],
    "annotations": [
      "summary": "{{ $labels.node }}", "description": "{{ $value | humanize }}B/s",
      "runbook_url": "https://example.com/TerwayA.md",
    ],
  ]
  static let record: JSONValue = ["record": "node:r:sum", "expr": "sum by (node) (g)"]

  static func with(_ rule: JSONValue, _ path: [String], _ value: JSONValue?) -> JSONValue {
    guard let first = path.first else { return value ?? .null }
    var rule = rule
    if path.count == 1 {
      rule[first] = value
    } else {
      rule[first] = with(rule[first] ?? [:], Array(path.dropFirst()), value)
    }
    return rule
  }

  static func scope(cluster: String = "") -> RuleScope {
    var scope = RuleScope(expressions: `Checks of expressions`.scope, givenNames: ["seed_name"])
    scope.expressions.series["priority"] = .init(kind: .gauge, labels: ["node", "priority_class"])
    scope.expressions.clusterLabel = cluster
    return scope
  }

  private static func record(_ name: String, _ expression: String) -> JSONValue {
    ["record": .string(name), "expr": .string(expression)]
  }

  static let cases: [(check: String, bad: [JSONValue], good: [JSONValue])] = [
    (
      "expression",
      [
        with(alert, ["expr"], "sum("), with(alert, ["expr"], "g[5m]"), with(alert, ["expr"], "1"),
        with(alert, ["expr"], nil),
        with(record, ["expr"], "\"a\""), with(record, ["expr"], "histogram_avg(g)"),
        with(record, ["expr"], "rate(c_total[$__rate_interval])"),
      ], [alert, record, with(record, ["expr"], "1")]
    ),
    ("canonical", [with(record, ["expr"], "sum(g) by (node)"), with(record, ["expr"], "(g)")], [alert, record]),
    (
      "volatile-labels",
      [with(alert, ["labels", "v"], "{{ $value }}"), with(record, ["labels", "v"], "{{ .Value | humanize }}")],
      [alert, with(alert, ["labels", "v"], "{{ $labels.node }}")]
    ),
    ("label-names", [with(alert, ["labels", "a-b"], "x"), with(record, ["labels", "__a"], "x")], [alert, record]),
    ("severity", [with(alert, ["labels", "severity"], "page"), with(alert, ["labels"], nil)], [alert, record]),
    ("pending", [with(alert, ["for"], nil), with(alert, ["for"], "soon")], [alert, record]),
    (
      "annotations", ["summary", "description", "runbook_url"].map { with(alert, ["annotations", $0], nil) },
      [alert, record]
    ),
    (
      "runbook",
      ["http://example.com/TerwayA.md", "https://example.com/TerwayB.md"]
        .map { with(alert, ["annotations", "runbook_url"], $0) }, [alert]
    ),
    (
      "value-in-text",
      ["all is lost", "{{ $value }} bytes"].map { with(alert, ["annotations", "description"], $0) }, [alert]
    ),
    (
      "templates",
      ["{{ $labels.pod }}", "{{ $value", "{node} is full", "{{ $labels.node }} {{ $labels.zone }}"]
        .map { with(alert, ["annotations", "summary"], $0) },
      [alert, with(with(alert, ["expr"], "unheard_of > 1"), ["annotations", "summary"], "{{ $labels.pod }}")]
    ),
    (
      "comparison", [with(alert, ["expr"], "node:r:sum"), with(alert, ["expr"], "node:r:sum > bool 1")],
      [alert, with(alert, ["expr"], "absent(g)"), with(alert, ["expr"], "g unless on (eni) h"), record]
    ),
    (
      "record-name",
      [
        record("node_r_sum", "sum by (node) (g)"), record("node:r", "sum by (node) (g)"),
        record("node::sum", "sum by (node) (g)"),
        record("cluster:r:sum", "sum by (node) (g)"), record("node:r:sum", "sum(g)"),
        record("pod_node:r:sum", "sum by (pod) (g)"),
        record("node:r:max", "max by (node, priority_class) (priority)"),
      ],
      [
        record, record("cluster:r:sum", "sum(g)"), record("seed_name", "g"),
        record("node_priority_class:r:max", "max by (node, priority_class) (priority)"),
      ]
    ),
  ]

  @Test func `are all tried`() {
    #expect(Set(Self.cases.map(\.check)) == Set(RuleChecks.all.map(\.name)))
  }

  @Test(arguments: cases.indices)
  func `find what they are for, and nothing else`(index: Int) throws {
    let (name, bad, good) = Self.cases[index]
    let check = try #require(RuleChecks.all.first { $0.name == name })
    for rule in bad {
      #expect(!check.find(LintedRule(rule, group: ""), Self.scope()).isEmpty, "\(name) passes \(rule)")
    }
    for rule in good { #expect(check.find(LintedRule(rule, group: ""), Self.scope()) == [], "\(name): \(rule)") }
  }

  @Test func `leave the cluster's label out of a rule's level`() throws {
    let check = try #require(RuleChecks.all.first { $0.name == "record-name" })
    let rule = LintedRule(Self.record("node:r:sum", "sum by (cluster, node) (g)"), group: "")
    #expect(check.find(rule, Self.scope(cluster: "cluster")) == [])
  }

  private static func group(_ name: String, interval: String? = nil, _ rules: JSONValue...) -> JSONValue {
    var group: JSONValue = ["name": .string(name), "rules": .array(rules)]
    group["interval"] = interval.map(JSONValue.string)
    return group
  }

  static let sets: [(check: String, bad: [[JSONValue]], good: [[JSONValue]])] = [
    ("group-names", [[group("a"), group("a")]], [[group("a"), group("b")]]),
    (
      "group-interval", [[group("a", interval: "1s")], [group("a", interval: "1h")], [group("a", interval: "soon")]],
      [[group("a")], [group("a", interval: "30s"), group("b", interval: "5m")]]
    ),
    ("alert-names", [[group("a", alert), group("b", alert)]], [[group("a", alert, record)]]),
    (
      "record-names", [[group("a", record), group("b", record)]],
      [[group("a", record, with(record, ["labels"], ["window": "1h"]))]]
    ),
    (
      "order",
      [
        [group("a", record("b:r:sum", "sum(node:r:sum)"), record)], [group("a", record("b:r:sum", "sum(b:r:sum)"))],
      ],
      [
        [group("a", record, record("b:r:sum", "sum(node:r:sum)"))],
        [group("a", record("b:r:sum", "x")), group("b", record)],
      ]
    ),
  ]

  @Test(arguments: sets.indices)
  func `find what is wrong between rules`(index: Int) throws {
    let (name, bad, good) = Self.sets[index]
    let check = try #require(RuleSetChecks.all.first { $0.name == name })
    for groups in bad { #expect(!check.find(groups, Self.scope()).isEmpty, "\(name) passes \(groups)") }
    for groups in good { #expect(check.find(groups, Self.scope()) == [], "\(name): \(groups)") }
  }

  @Test func `between rules are all tried, and run with all others`() {
    #expect(Set(Self.sets.map(\.check)) == Set(RuleSetChecks.all.map(\.name)))
    let bad = Self.with(Self.with(Self.alert, ["expr"], "c_total > 1"), ["labels", "severity"], "bad")
    let found = RuleSetChecks.findings(in: [Self.group("a", bad), Self.group("a")], Self.scope())
    #expect(Set(found.map(\.check)) == ["group-names", "severity", "counter"])
  }
}
