import Prometheus
import Serialization

extension DashboardJSON {
  /// The datasource, and of cluster, node and namespace what some query names.
  func variables(usedBy parts: [JSONValue]) -> [JSONValue] {
    let used = parts.reduce(into: Set<String>()) { $1.collectVariables(into: &$0) }
    let name = context.spec.dashboards.datasource.isEmpty ? "default" : context.spec.dashboards.datasource
    let datasource: JSONValue = [
      "type": "datasource", "name": "datasource", "label": "Data source", "query": "prometheus", "hide": 0,
      "includeAll": false, "multi": false, "options": [], "refresh": 1, "regex": "", "skipUrlSync": false,
      "current": ["text": .string(name), "value": .string(name)],
    ]
    return [datasource] + selections.filter { used.contains($0.name) }.compactMap(variable)
  }

  /// What a viewer can narrow a dashboard to: the values that a label has.
  private struct Selection {
    var name: String
    var title: String
    var label: String
    /// Selections before it that narrow it.
    var matchers: [LabelMatcher]
  }

  private var selections: [Selection] {
    let cluster = context.spec.metrics.clusterLabel
    let inCluster: [LabelMatcher] = cluster.isEmpty ? [] : [.matches(cluster, "$cluster")]
    return (cluster.isEmpty ? [] : [Selection(name: "cluster", title: "Cluster", label: cluster, matchers: [])]) + [
      Selection(name: "node", title: "Node", label: "node", matchers: inCluster),
      Selection(
        name: "namespace", title: "Namespace", label: "namespace", matchers: inCluster + [.matches("node", "$node")]),
    ]
  }

  /// Its values are read off the first series that has the label; `nil` where none has.
  private func variable(_ selection: Selection) -> JSONValue? {
    let cluster = context.spec.metrics.clusterLabel
    let recorded = context.signals.available.lazy
      .filter { selection.label == cluster || $0.labels.contains(selection.label) }
      .compactMap { signal in context.recordName(of: signal).map { (name: $0, labels: signal.labels) } }
    let served = context.signals.available.lazy.flatMap { context.signals.recipe(for: $0).metrics }
      .filter { $0.labels.contains(selection.label) }.map { (name: $0.name, labels: $0.labels) }
    guard let series = recorded.first ?? served.first else { return nil }
    let matchers = selection.matchers.filter { $0.label == cluster || series.labels.contains($0.label) }
    let values = PromQL.vector(VectorSelector(series.name, matchers))
    let query = "label_values(\(values), \(selection.label))"
    var json: JSONValue = [
      "type": "query", "name": .string(selection.name), "label": .string(selection.title),
      "datasource": Self.datasource, "definition": .string(query), "query": .string(query), "hide": 0, "options": [],
      "refresh": 2, "regex": "", "sort": 1, "skipUrlSync": false,
    ]
    if selection.name == "node", dashboard.isOfOneNode {
      json["includeAll"] = false
      json["multi"] = false
      // Grafana takes the first node until somebody chooses.
      json["current"] = ["text": "", "value": ""]
    } else {
      json["includeAll"] = true
      json["multi"] = true
      json["allValue"] = ".+"
      json["current"] = ["text": ["All"], "value": ["$__all"]]
    }
    return json
  }
}

extension JSONValue {
  /// The names that stand behind a dollar sign in any of its texts.
  fileprivate func collectVariables(into names: inout Set<String>) {
    switch self {
    case .null, .bool, .integer, .number: break
    case .array(let elements): for element in elements { element.collectVariables(into: &names) }
    case .object(let members): for value in members.values { value.collectVariables(into: &names) }
    case .string(let text):
      var rest = text.utf8[...]
      while let dollar = rest.firstIndex(of: UInt8(ascii: "$")) {
        rest = rest[rest.index(after: dollar)...]
        let name = rest.prefix { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 || $0 == UInt8(ascii: "_") }
        if !name.isEmpty { names.insert(String(Substring(name))) }
      }
    }
  }
}
