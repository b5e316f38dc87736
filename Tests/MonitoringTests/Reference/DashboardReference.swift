import Serialization

@testable import Monitoring

/// `docs/reference/dashboards.md`
enum DashboardReference {
  static var page: String {
    let dashboards = DashboardObjects.all(ReferenceProfile.context)
    return Markdown.page(
      "Dashboards",
      """
      Five dashboards, each in a ConfigMap for Grafana's sidecar, as a GrafanaDashboard, or both (`dashboards.delivery`). The
      names below are those of a profile called `terway`. They link to each other and keep the time and the selection; a node's
      name, in a table or a legend, leads to the dashboard of that node. Alerts that fire are marked in every graph.

      A query whose [signals](signals.md) nothing serves is left out; so are a panel without queries, a row without panels and
      a dashboard without rows. `dashboards.custom` adds panels to the overview. With `metrics.clusterLabel` set there is a
      variable Cluster as well.
      """,
      dashboards.map(section))
  }

  private static func section(_ dashboard: Dashboard) -> String {
    let variables =
      DashboardJSON(context: ReferenceProfile.context, dashboard: dashboard, siblings: [dashboard]).value
      .at("templating", "list")?.array?.compactMap { $0["label"]?.string } ?? []
    let facts = Markdown.table(
      ["uid", "ConfigMap", "variables"],
      [
        [
          Markdown.code("terway\(dashboard.kind.uidSuffix)"),
          Markdown.code("grafana-terway\(dashboard.kind.nameSuffix)"),
          variables.joined(separator: ", "),
        ]
      ])
    let rows = dashboard.rows.map { row in
      Markdown.section(
        row.title, level: 3,
        Markdown.table(["panel", "kind", "unit", "shows", "signals"], row.panels.map(Self.row)))
    }
    return Markdown.section(dashboard.title, dashboard.description, facts, rows.joined(separator: "\n\n"))
  }

  private static func row(_ panel: Panel) -> [String] {
    let signals = panel.queries.flatMap(\.signals).reduce(into: [String]()) { names, signal in
      if !names.contains(signal.name) { names.append(signal.name) }
    }
    return [
      panel.title, panel.kind.rawValue, panel.unit, panel.description,
      signals.map(Markdown.code).joined(separator: ", "),
    ]
  }
}
