import Serialization

extension Import {
  /// A dashboard in a ConfigMap for Grafana's sidecar.
  mutating func addDashboard(_ subject: Subject, _ place: Place, text: String) -> Bool {
    let dashboard: JSONValue
    do {
      dashboard = try JSONValue(jsonText: text)
    } catch {
      reject(subject, place, "is not JSON: \(error)")
      return false
    }
    setNamespace(subject)
    if let labels = subject.place["metadata"]?["labels"] {
      set(["dashboards", "labels"], labels.value, subject, labels)
    }
    for annotation in ["grafana_folder", "k8s-sidecar-target-directory"] {
      guard let folder = subject.place["metadata"]?["annotations"]?[annotation], let name = self.text(subject, folder)
      else { continue }
      set(["dashboards", "folder"], .string(name), subject, folder)
    }
    addPanels(of: dashboard["dashboard"] ?? dashboard, subject, place)
    return true
  }

  /// A dashboard as Grafana exports it, or as its API takes it.
  mutating func addDashboard(_ subject: Subject, _ place: Place) -> Bool {
    addPanels(of: place.value, subject, place)
    return true
  }

  private mutating func addPanels(of dashboard: JSONValue, _ subject: Subject, _ place: Place) {
    for variable in dashboard.at("templating", "list")?.array ?? [] where variable["type"] != "datasource" {
      lose(subject, place, "the variable \(variable["name"]?.jsonText() ?? ""): panels know $cluster and $node")
    }
    for panel in dashboard["panels"]?.array ?? [] {
      if panel["type"] == "row" {
        addPanels(of: panel, subject, place)
      } else {
        addPanel(panel, subject, place)
      }
    }
  }

  private mutating func addPanel(_ panel: JSONValue, _ subject: Subject, _ place: Place) {
    let kinds = [
      "graph": "timeseries", "timeseries": "timeseries", "singlestat": "stat", "stat": "stat", "gauge": "stat",
      "table": "table", "table-old": "table", "bargauge": "bargauge",
    ]
    let title = panel["title"]?.string ?? ""
    let targets = (panel["targets"]?.array ?? []).filter { target in
      target["expr"]?.string.map { !KnownQuery.panels.contains(KnownQuery.bare($0)) } ?? true
    }
    guard let target = targets.first else { return }
    guard let query = target["expr"]?.string, let kind = panel["type"]?.string.flatMap({ kinds[$0] }) else {
      let known = Set(kinds.values).sorted().joinedAsChoice
      return lose(subject, place, "the panel \"\(title)\": panels of a profile are \(known), with PromQL")
    }
    if targets.count > 1 { lose(subject, place, "the panel \"\(title)\": of its queries the first is carried over") }
    var custom: JSONValue = ["title": .string(title), "type": .string(kind), "query": .string(query)]
    if let text = panel["description"]?.string { custom["description"] = .string(text) }
    if let legend = target["legendFormat"]?.string, legend != "__auto" { custom["legend"] = .string(legend) }
    let unit =
      panel.at("fieldConfig", "defaults", "unit") ?? panel["yaxes"]?[0]?["format"] ?? panel["format"]
    if let unit = unit?.string { custom["unit"] = .string(unit) }
    append(to: ["dashboards", "custom"], custom, subject, place)
  }
}
