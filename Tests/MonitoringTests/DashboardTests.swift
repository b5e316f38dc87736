import Monitoring
import Serialization
import TestSupport
import Testing

struct `Rendered dashboards` {
  private static func dashboard(_ profile: RenderedProfile) throws -> JSONValue {
    let data = profile.manifests.first("ConfigMap", "grafana-\(profile.name)-dashboard")?.content["data"]
    let text = try #require(data?["\(profile.name)-dashboard.json"]?.string)
    return try JSONValue(jsonBytes: Array(text.utf8))
  }

  private static func panels(_ profile: RenderedProfile) throws -> [JSONValue] {
    try dashboard(profile)["panels"]?.array ?? []
  }

  @Test(arguments: RenderedProfile.all)
  func `are whole: identity, time, variables, annotations`(profile: RenderedProfile) throws {
    let dashboard = try Self.dashboard(profile)
    #expect(dashboard["uid"]?.string == "\(profile.name)-monitoring")
    #expect(dashboard["schemaVersion"] == 42)
    #expect(dashboard["editable"] == false)
    #expect(dashboard["id"] == nil && dashboard["version"] == nil, "Grafana numbers these itself")
    let variables = dashboard.at("templating", "list")?.array ?? []
    let names = profile.spec.metrics.clusterLabel.isEmpty ? [] : ["cluster"]
    #expect(variables.map { $0["name"]?.string } == ["datasource"] + names + ["node", "namespace"])
    #expect(variables.first?["label"] == "Data source")
    for variable in variables {
      #expect(variable.at("current", "text") != nil && variable.at("current", "value") != nil)
    }
    for variable in variables.dropFirst() {
      #expect(variable["multi"] == true && variable["includeAll"] == true)
      #expect(variable["allValue"] == ".+" && variable["refresh"] == 2)
    }
  }

  @Test(arguments: RenderedProfile.all)
  func `have panels with id, place, title, description, unit, datasource and target`(profile: RenderedProfile) throws {
    let panels = try Self.panels(profile)
    #expect(Set(panels.map { $0["id"] }).count == panels.count)
    let modern = ["timeseries", "stat", "table", "bargauge"]
    for panel in panels where panel["type"] != "row" {
      let title = panel["title"]?.string ?? ""
      #expect(!title.isEmpty)
      #expect(modern.contains(panel["type"]?.string ?? ""), "\(title)")
      #expect(profile.spec.dashboards.custom.contains { $0.title == title } || panel["description"] != "", "\(title)")
      #expect(panel.at("fieldConfig", "defaults", "unit")?.string?.isEmpty == false, "\(title)")
      #expect(panel["datasource"] == ["type": "prometheus", "uid": "${datasource}"], "\(title)")
      let targets = panel["targets"]?.array ?? []
      #expect(!targets.isEmpty && targets.allSatisfy { $0["expr"]?.string?.isEmpty == false }, "\(title)")
      #expect(targets.allSatisfy { $0["refId"]?.string?.count == 1 }, "\(title)")
    }
  }

  @Test(arguments: RenderedProfile.all)
  func `lay panels out without overlap, within 24 columns`(profile: RenderedProfile) throws {
    var taken: Set<[Int64]> = []
    for panel in try Self.panels(profile) {
      let place = try #require(panel["gridPos"])
      let (x, y) = (try #require(place["x"]?.integer), try #require(place["y"]?.integer))
      let (width, height) = (try #require(place["w"]?.integer), try #require(place["h"]?.integer))
      #expect(x >= 0 && x + width <= 24)
      for column in x..<(x + width) {
        for row in y..<(y + height) { #expect(taken.insert([column, row]).inserted, "\(panel["title"] ?? "")") }
      }
    }
  }

  @Test func `keep the panels that people knew`() throws {
    let titles = try Self.panels(.contract).compactMap { $0["title"]?.string }
    for title in [
      "Network Throughput", "ENI Utilization", "Network Latency (95th percentile)", "Top Network Consumers",
      "Network Performance Metrics",
    ] { #expect(titles.contains(title)) }
  }

  @Test func `add the panels of the spec`() throws {
    let panels = try Self.panels(.blue)
    #expect(panels.suffix(3).map { $0["title"] } == ["Custom", "Pods per node", "ENIs"])
    #expect(panels.last?["targets"]?[0]?["expr"] == "count(terway_eni_total_ips)")
  }

  @Test(.enabled(if: Promtool.installed != nil), arguments: RenderedProfile.all)
  func `query what Prometheus can parse`(profile: RenderedProfile) throws {
    let expressions = try Self.panels(profile).flatMap { $0["targets"]?.array ?? [] }.compactMap { $0["expr"]?.string }
    #expect(expressions.contains { $0.contains("[$__rate_interval]") })
    #expect(expressions.allSatisfy { !$0.contains(/rate\([^\[]*\[\d/) }, "a fixed window in a panel")
    let rules: [JSONValue] = expressions.enumerated().map { index, expression in
      [
        "record": .string("panel:\(index)"),
        "expr": .string(expression.replacing("$__rate_interval", with: "5m").replacing("$", with: "")),
      ]
    }
    let verdict = try #require(Promtool.installed)
      .check(rules: JSONValue.object(["groups": [["name": "panels", "rules": .array(rules)]]]).jsonText())
    #expect(verdict.isContent, "\(verdict.output)")
  }

  @Test func `go into a folder, in keys that no other profile uses`() {
    let config = RenderedProfile.terway.manifests.first("ConfigMap", "grafana-terway-dashboard")?.content
    #expect(config?.at("metadata", "annotations") == ["grafana_folder": "Terway"])
    #expect(config?.at("metadata", "labels", "grafana_dashboard") == "1")
    #expect(config?["data"]?.object?.keys.sorted() == ["terway-dashboard.json"])
  }

  @Test func `come as a GrafanaDashboard where asked for`() {
    let spec = RenderedProfile.blue.manifests.first("GrafanaDashboard", "grafana-blue-dashboard")?.content["spec"]
    #expect(spec?["instanceSelector"] == ["matchLabels": ["dashboards": "grafana"]])
    #expect(spec?["folder"] == nil)
    #expect(spec?["json"] != nil)
  }

  @Test(arguments: RenderedProfile.all)
  func `stay far below the limit of a ConfigMap`(profile: RenderedProfile) throws {
    #expect(try Self.dashboard(profile).jsonBytes(pretty: true).count < 512 * 1024)
  }
}
