import Prometheus
import Serialization
import Testing

struct `Checks of dashboards` {
  static let source: JSONValue = ["type": "prometheus", "uid": "${datasource}"]

  static let panel: JSONValue = [
    "type": "timeseries", "title": "T", "description": "D.", "id": 2, "datasource": source,
    "gridPos": ["x": 0, "y": 1, "w": 12, "h": 8],
    "fieldConfig": [
      "defaults": ["unit": "Bps", "thresholds": ["mode": "absolute", "steps": [["value": nil, "color": "green"]]]]
    ],
    "options": ["legend": [:], "tooltip": [:]],
    "targets": [
      [
        "refId": "A", "datasource": source, "expr": "sum by (node) (rate(c_total{node=~\"$node\"}[$__rate_interval]))",
        "legendFormat": "{{node}}",
      ]
    ],
  ]

  static let dashboard: JSONValue = [
    "uid": "terway", "title": "Terway", "schemaVersion": 42, "editable": false, "tags": [], "time": [:], "timezone": "",
    "links": [["url": "/d/other"]], "annotations": ["list": [["expr": "ALERTS{a=\"b\"}"], ["name": "built in"]]],
    "templating": [
      "list": [
        ["type": "datasource", "name": "datasource", "label": "Data source", "query": "prometheus"],
        [
          "type": "query", "name": "node", "label": "Node", "multi": true, "includeAll": true, "allValue": ".+",
          "refresh": 2,
          "datasource": source, "query": "label_values(node:r:sum, node)", "current": ["text": [], "value": []],
        ],
      ]
    ],
    "panels": [["type": "row", "title": "R", "id": 1, "gridPos": ["x": 0, "y": 0, "w": 24, "h": 1]], panel],
  ]

  private static func changed(_ path: [String], _ value: JSONValue?) -> JSONValue {
    `Checks of rules`.with(dashboard, path, value)
  }

  private static func panel(_ path: [String], _ value: JSONValue?) -> JSONValue {
    changed(["panels"], [`Checks of rules`.with(panel, path, value)])
  }

  private static func target(_ path: [String], _ value: JSONValue?) -> JSONValue {
    panel(["targets"], [`Checks of rules`.with(panel["targets"]?[0] ?? [:], path, value)])
  }

  private static func variable(_ path: [String], _ value: JSONValue?) -> JSONValue {
    let list = dashboard.at("templating", "list")?.array ?? []
    return changed(["templating", "list"], [list[0], `Checks of rules`.with(list[1], path, value)])
  }

  static let cases: [(check: String, bad: [JSONValue])] = [
    ("schema-version", [changed(["schemaVersion"], 16)]),
    ("editable", [changed(["editable"], true), changed(["editable"], nil)]),
    (
      "identity",
      [
        changed(["title"], nil), changed(["uid"], ""), changed(["id"], 7),
        changed(["uid"], .string(String(repeating: "a", count: 41))),
      ]
    ),
    ("required-members", [changed(["annotations"], nil), changed(["templating"], nil), changed(["links"], nil)]),
    ("links", [changed(["links"], [["url": "/d/elsewhere/x"]])]),
    ("annotation-queries", [changed(["annotations", "list"], [["expr": "ALERTS{"]])]),
    (
      "datasource-variable",
      [changed(["templating", "list"], []), changed(["templating", "list"], [["type": "datasource", "name": "ds"]])]
    ),
    (
      "variables",
      [
        variable(["multi"], false), variable(["allValue"], ".*"), variable(["refresh"], 1), variable(["current"], nil),
        variable(["label"], nil), variable(["datasource"], "Prometheus"), variable(["includeAll"], nil),
      ]
    ),
    (
      "variable-queries",
      [
        variable(["query"], "label_values(node)"), variable(["query"], "label_values(unheard_of, node)"),
        variable(["query"], "label_values(node:r:sum, pod)"), variable(["query"], "label_values(sum(g), node)"),
      ]
    ),
    ("defined-variables", [target(["expr"], "g{eni=~\"$eni\"}"), panel(["title"], "of ${cluster}")]),
    ("panel-texts", [panel(["title"], nil), panel(["description"], "")]),
    ("unit", [panel(["fieldConfig", "defaults", "unit"], nil)]),
    ("panel-type", [panel(["type"], "graph"), panel(["type"], "singlestat")]),
    ("options", [panel(["options", "legend"], nil), panel(["type"], "stat")]),
    (
      "thresholds",
      [
        panel(["fieldConfig", "defaults", "thresholds", "steps"], [["value": 1]]),
        panel(["fieldConfig", "defaults", "thresholds", "steps"], []),
      ]
    ),
    ("panel-ids", [panel(["id"], 0), panel(["id"], nil), changed(["panels"], [panel, panel])]),
    (
      "grid",
      [
        panel(["gridPos"], nil), panel(["gridPos", "x"], 13), changed(["panels"], [panel, panel]),
        panel(["gridPos", "h"], 0),
      ]
    ),
    ("targets", [panel(["targets"], []), panel(["targets"], [["expr": "1"], ["expr": "1"]])]),
    ("queries", [target(["expr"], "sum("), target(["expr"], nil), target(["expr"], "g[5m]")]),
    ("datasource", [target(["datasource"], "Prometheus"), panel(["datasource"], nil)]),
    ("legend", [target(["legendFormat"], "{{node}} {{pod}}")]),
    (
      "cluster-matcher",
      [
        target(["expr"], "g{node=~\"$node\"}"), target(["expr"], "g{cluster=~\"$cluster\"} / on (node) h"),
        target(["expr"], "g{cluster=\"one\"}"),
      ]
    ),
    (
      "expressions",
      [
        target(["expr"], "c_total"), target(["expr"], "rate(c_total[5m])"), target(["expr"], "unheard_of"),
        target(["expr"], "g / h"),
      ]
    ),
  ]

  static let scope = DashboardScope(expressions: `Checks of expressions`.scope, uids: ["terway", "other"])

  @Test func `are content with what is as it should be`() {
    #expect(DashboardChecks.findings(in: Self.dashboard, Self.scope) == [])
    #expect(Set(Self.cases.map(\.check)) == Set(DashboardChecks.all.map(\.name)))
  }

  @Test(arguments: cases.indices)
  func `find what they are for`(index: Int) throws {
    let (name, bad) = Self.cases[index]
    let check = try #require(DashboardChecks.all.first { $0.name == name })
    var scope = Self.scope
    if name == "cluster-matcher" { scope.expressions.clusterLabel = "cluster" }
    for json in bad { #expect(!check.find(LintedDashboard(json: json), scope).isEmpty, "\(name) passes \(json)") }
  }

  @Test func `are content with a query that tells clusters apart`() throws {
    var scope = Self.scope
    scope.expressions.clusterLabel = "cluster"
    let check = try #require(DashboardChecks.all.first { $0.name == "cluster-matcher" })
    for matcher in ["$cluster", "$cluster|"] {
      let json = Self.target(["expr"], .string("g{cluster=~\"\(matcher)\"}"))
      #expect(check.find(LintedDashboard(json: json), scope).isEmpty)
    }
  }
}

struct `Checks of scrape objects` {
  static let monitor: JSONValue = [
    "kind": "ServiceMonitor",
    "spec": [
      "selector": ["matchLabels": ["a": "b"]], "namespaceSelector": ["matchNames": ["n"]], "sampleLimit": 1,
      "labelLimit": 1,
      "labelNameLengthLimit": 1, "labelValueLengthLimit": 1,
      "endpoints": [
        [
          "interval": "15s", "scrapeTimeout": "10s", "relabelings": [["regex": "(.+)"]],
          "metricRelabelings": [["action": "keepequal"]],
        ]
      ],
    ],
  ]

  private static func changed(_ path: [String], _ value: JSONValue?) -> JSONValue {
    `Checks of rules`.with(monitor, ["spec"] + path, value)
  }

  static let cases: [(check: String, bad: [JSONValue])] = [
    (
      "timeout",
      [
        changed(["endpoints"], [["interval": "5s", "scrapeTimeout": "10s"]]),
        changed(["endpoints"], [["interval": "5s"]]),
      ]
    ),
    ("limits", [changed(["sampleLimit"], nil), changed(["labelLimit"], 0)]),
    ("relabel-action", [changed(["endpoints"], [["relabelings": [["action": "rename"]]]])]),
    ("relabel-regex", [changed(["endpoints"], [["metricRelabelings": [["regex": "("]]]])]),
    ("selector", [changed(["selector"], [:]), changed(["selector"], nil)]),
    ("namespaces", [changed(["namespaceSelector"], nil)]),
  ]

  @Test func `are content with what is as it should be`() {
    #expect(ScrapeChecks.findings(in: Self.monitor) == [])
    #expect(Set(Self.cases.map(\.check)) == Set(ScrapeChecks.all.map(\.name)))
  }

  @Test(arguments: cases.indices)
  func `find what they are for`(index: Int) throws {
    let (name, bad) = Self.cases[index]
    let check = try #require(ScrapeChecks.all.first { $0.name == name })
    for object in bad { #expect(!check.find(object, ()).isEmpty, "\(name) passes \(object)") }
  }
}
