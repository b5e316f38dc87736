/// One dashboard as a list of rows. How it becomes Grafana's JSON is elsewhere.
struct Dashboard: Sendable {
  /// Ends the names of the dashboard's objects; the overview, which was there before the others, has none.
  var kind: Kind
  var title: String
  /// What a person finds on it, as a sentence.
  var description: String
  var rows: [Row]

  enum Kind: String, Sendable, CaseIterable { case overview, node, capacity, internals, `operator` }

  struct Row: Sendable {
    var title: String
    var panels: [Panel]

    init(_ title: String, _ panels: [Panel]) { (self.title, self.panels) = (title, panels) }
  }

  /// Whether its variable `node` has one value: it tells of that node only.
  var isOfOneNode: Bool { kind == .node }

  /// The same with nothing that has no source: no such query, no panel left without one, no row left empty.
  func possible(_ signals: SignalSelection) -> Dashboard? {
    var dashboard = self
    dashboard.rows = rows.compactMap { row in
      let panels = row.panels.compactMap { $0.possible(signals) }
      return panels.isEmpty ? nil : Row(row.title, panels)
    }
    return dashboard.rows.isEmpty ? nil : dashboard
  }
}

/// All dashboards, in the order in which people are led through them.
enum DashboardCatalogue {
  static let all = [overview, node, capacity, internals, ownOperator]
}
