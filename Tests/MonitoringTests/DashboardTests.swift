import Monitoring
import Serialization
import TestSupport
import Testing

struct `Rendered dashboards` {
  private static let schema = Result {
    try JSONSchema(file: Repository.file("Tests/Schemas/grafana-dashboard.schema.json"))
  }

  @Test(arguments: RenderedDashboard.all)
  func `are what our schema of Grafana's format says`(dashboard: RenderedDashboard) throws {
    #expect(try Self.schema.get().violations(of: dashboard.json) == [])
  }

  @Test func `are five, each with an identifier that stays`() {
    #expect(
      RenderedProfile.terway.dashboards.map(\.uid) == [
        "terway-monitoring", "terway-node", "terway-capacity", "terway-internals", "terway-operator",
      ])
    #expect(
      RenderedProfile.terway.dashboards.map(\.title) == [
        "Terway Monitoring", "Terway Node", "Terway Capacity", "Terway Internals", "Terway Operator",
      ])
    #expect(RenderedProfile.blue.dashboards.first?.title == "Terway Monitoring (blue)")
    #expect(RenderedDashboard.all.allSatisfy { $0.json["id"] == nil && $0.json["version"] == nil })
  }

  @Test(arguments: RenderedDashboard.all)
  func `offer the variables that their queries use, and no other`(dashboard: RenderedDashboard) {
    let names = dashboard.variables.compactMap { $0["name"]?.string }
    #expect(names.first == "datasource")
    let texts =
      dashboard.queries.map(\.expression) + [dashboard.json.at("annotations", "list")?[1]?["expr"]?.string ?? ""]
    let used = ["cluster", "node", "namespace"].filter { name in texts.contains { $0.contains("$\(name)") } }
    #expect(Array(names.dropFirst()) == used)
    #expect(names.contains("cluster") == !dashboard.profile.spec.metrics.clusterLabel.isEmpty)
    let isOfOneNode = dashboard.uid.hasSuffix("-node")
    #expect(
      dashboard.variables.allSatisfy {
        ($0["multi"] == false) == ($0["name"] == "datasource" || isOfOneNode && $0["name"] == "node")
      })
  }

  @Test(arguments: RenderedDashboard.all)
  func `have panels that differ in id and title, and say what they show`(dashboard: RenderedDashboard) {
    let all = dashboard.json["panels"]?.array ?? []
    #expect(Set(all.map { $0["id"] }).count == all.count)
    #expect(Set(dashboard.panels.map { $0["title"] }).count == dashboard.panels.count)
    #expect(Set(dashboard.rows).count == dashboard.rows.count)
    for panel in dashboard.panels {
      let description = panel["description"]?.string ?? ""
      #expect(description.hasSuffix(".") || description.hasSuffix(".)"), "\(description)")
    }
  }

  @Test(arguments: RenderedDashboard.all)
  func `have no row without a panel`(dashboard: RenderedDashboard) {
    let kinds = (dashboard.json["panels"]?.array ?? []).map { $0["type"] == "row" }
    #expect(kinds.first == true && kinds.last == false)
    #expect(zip(kinds, kinds.dropFirst()).allSatisfy { !($0 && $1) })
  }

  @Test(arguments: RenderedDashboard.all)
  func `fill 24 columns, without overlap`(dashboard: RenderedDashboard) throws {
    var taken: [Int64: Set<Int64>] = [:]
    for panel in dashboard.json["panels"]?.array ?? [] {
      let place = try #require(panel["gridPos"])
      let (x, y) = (try #require(place["x"]?.integer), try #require(place["y"]?.integer))
      let (width, height) = (try #require(place["w"]?.integer), try #require(place["h"]?.integer))
      for line in y..<(y + height) {
        for column in x..<(x + width) {
          #expect(taken[line, default: []].insert(column).inserted, "\(panel["title"] ?? "")")
        }
      }
    }
    #expect(taken.keys.sorted() == Array(0..<Int64(taken.count)))
    #expect(taken.values.allSatisfy { $0 == Set(0..<24) })
  }

  @Test(arguments: RenderedProfile.all)
  func `ask no question twice`(profile: RenderedProfile) {
    for dashboard in profile.dashboards {
      let questions = dashboard.panels.map { panel in (panel["targets"]?.array ?? []).compactMap { $0["expr"]?.string }
      }
      #expect(Set(questions).count == questions.count, "\(dashboard.title)")
    }
  }

  @Test func `keep the panels that people knew`() throws {
    let titles = try RenderedProfile.contract.dashboard("monitoring").panels.compactMap { $0["title"]?.string }
    for title in [
      "Network Throughput", "ENI Utilization", "Network Latency (95th percentile)", "Top Network Consumers",
      "Network Performance Metrics",
    ] { #expect(titles.contains(title)) }
  }

  @Test func `add the panels of the spec to the overview`() throws {
    let overview = try RenderedProfile.blue.dashboard("monitoring")
    #expect(overview.rows.last == "Custom")
    #expect(overview.panels.suffix(2).map { $0["title"] } == ["Pods per node", "ENIs"])
    #expect(overview.panels.last?["targets"]?[0]?["expr"] == "count(terway_eni_total_ips)")
    for other in RenderedProfile.blue.dashboards.dropFirst() { #expect(!other.rows.contains("Custom")) }
  }

  @Test(arguments: RenderedDashboard.all)
  func `look signals up, and rate only what is not recorded, within Grafana's window`(dashboard: RenderedDashboard) {
    for query in dashboard.queries where !query.expression.hasPrefix("count(terway_eni_total_ips") {
      let isLookup = query.expression.contains(/[a-z_]+:[a-z0-9_]+:[a-z0-9_]+/) || query.expression.contains("ALERTS{")
      let isLive = query.expression.contains("[$__rate_interval]")
      #expect(
        isLookup || isLive || query.expression.contains(/terway_(network_(current|allocated)|eni_allocated)/),
        "\(query)")
      #expect(!query.expression.contains(/(rate|increase)\([^\[]*\[\d/), "a fixed window in \(query)")
      #expect(!query.expression.contains("topk") || query.isInstant, "a topk that is not of one moment in \(query)")
    }
  }

  @Test(arguments: RenderedProfile.all)
  func `lead to each other with time and selection, and from nodes to the one node`(profile: RenderedProfile) throws {
    let dashboards = profile.dashboards
    for dashboard in dashboards {
      let links = dashboard.json["links"]?.array?.compactMap { $0["url"]?.string } ?? []
      #expect(links == dashboards.filter { $0.uid != dashboard.uid }.map { "/d/\($0.uid)" })
      let text = dashboard.json.jsonText()
      let leads = text.contains("/d/\(profile.name)-node?${datasource:queryparam}")
      let hasNodes = dashboard.panels.contains { panel in
        (panel["transformations"]?.array ?? []).contains { $0.at("options", "renameByName", "node") != nil }
          || panel["type"] == "timeseries"
            && (panel["targets"]?.array ?? []).contains { $0["legendFormat"]?.string?.contains("{{node}}") == true }
      }
      #expect(leads == (hasNodes && !dashboard.uid.hasSuffix("-node")))
      #expect(text.contains("${cluster:queryparam}") == (leads && !profile.spec.metrics.clusterLabel.isEmpty))
    }
  }

  @Test func `leave out panels, rows and dashboards that nothing serves`() {
    var profile = RenderedProfile.terway
    #expect(!profile.dashboards.contains { $0.rows.contains("Requests to the cloud") })
    profile.cluster.exporters = [.operator, .kubeStateMetrics]
    #expect(profile.dashboards.allSatisfy { !$0.panels.contains { $0["title"] == "Throughput" } })
    profile.cluster.exporters = [.kubeStateMetrics]
    #expect(!profile.dashboards.contains { $0.rows.contains("Traffic") || $0.uid == "terway-operator" })
    profile.cluster.exporters = []
    #expect(profile.dashboards.map(\.uid) == ["terway-monitoring"])
    #expect(profile.dashboards[0].rows == ["Now", "Where"])
    #expect(profile.dashboards[0].json["links"] == [])
  }

  @Test(.enabled(if: Promtool.installed != nil), arguments: RenderedProfile.all)
  func `query what Prometheus can parse`(profile: RenderedProfile) throws {
    let expressions = profile.dashboards.flatMap(\.queries).map { $0.filled() }
    #expect(expressions.count > 50)
    let rules: [JSONValue] = expressions.enumerated().map { index, expression in
      ["record": .string("panel:\(index)"), "expr": .string(expression)]
    }
    let verdict = try #require(Promtool.installed)
      .check(rules: JSONValue.object(["groups": [["name": "panels", "rules": .array(rules)]]]).jsonText())
    #expect(verdict.isContent, "\(verdict.output)")
  }

  @Test func `go into a folder, one in each ConfigMap, in keys that no other has`() {
    let config = RenderedProfile.terway.manifests.first("ConfigMap", "grafana-terway-dashboard")?.content
    #expect(config?.at("metadata", "annotations") == ["grafana_folder": "Terway"])
    #expect(config?.at("metadata", "labels", "grafana_dashboard") == "1")
    let keys = ["terway", "terway-dashboard", "terway-dashboard-node", "terway-node"].flatMap { name in
      var profile = RenderedProfile.terway
      profile.name = name
      return profile.manifests.filter { $0.reference.key.name.hasPrefix("grafana-") }
        .map { $0.content["data"]?.object?.keys.sorted() ?? [] }
    }
    #expect(keys.first == ["terway-dashboard.json"])
    #expect(keys.allSatisfy { $0.count == 1 })
    #expect(Set(keys).count == 20)
  }

  @Test func `have identifiers that no other profile's have, of at most 40 characters`() {
    let names = [
      "terway", "terway-node", "node", String(repeating: "n", count: 250), String(repeating: "n", count: 249) + "m",
    ]
    let uids = names.flatMap { name in
      var profile = RenderedProfile.terway
      profile.name = name
      return profile.dashboards.map(\.uid)
    }
    #expect(Set(uids).count == names.count * 5)
    #expect(uids.allSatisfy { $0.count <= 40 })
  }

  @Test func `come as GrafanaDashboards where asked for`() {
    let resources = RenderedProfile.blue.manifests.filter {
      $0.reference.resource == GeneratedResource.grafanaDashboard
    }
    #expect(resources.count == 5)
    let spec = RenderedProfile.blue.manifests.first("GrafanaDashboard", "grafana-blue-dashboard")?.content["spec"]
    #expect(spec?["instanceSelector"] == ["matchLabels": ["dashboards": "grafana"]])
    #expect(spec?["folder"] == nil)
    #expect(
      spec?["json"]?.string
        == RenderedProfile.blue.manifests
        .first("ConfigMap", "grafana-blue-dashboard")?.content["data"]?["blue-dashboard.json"]?.string)
  }

  @Test(arguments: RenderedDashboard.all)
  func `stay far below the limit of a ConfigMap`(dashboard: RenderedDashboard) {
    #expect(dashboard.json.jsonBytes(pretty: true).count < 256 * 1024)
  }
}
