import Foundation
import Prometheus
import Serialization

/// A dashboard as Grafana reads it.
struct LintedDashboard {
  var json: JSONValue

  var panels: [JSONValue] { json["panels"]?.array ?? [] }
  /// Those that draw something.
  var drawing: [JSONValue] { panels.filter { $0["type"] != "row" } }
  var variables: [JSONValue] { json.at("templating", "list")?.array ?? [] }
  var variableNames: Set<String> { Set(variables.compactMap { $0["name"]?.string }) }

  /// Every text anywhere in it.
  static func texts(of value: JSONValue) -> [String] {
    switch value {
    case .string(let text): [text]
    case .array(let items): items.flatMap(texts)
    case .object(let members): members.sorted { $0.key < $1.key }.flatMap { texts(of: $0.value) }
    default: []
    }
  }
}

struct DashboardScope {
  var expressions: ExpressionScope
  /// Of all dashboards that are generated together.
  var uids: Set<String> = []
}

enum DashboardChecks {
  typealias Check = LintCheck<LintedDashboard, DashboardScope>

  static let all = ofDashboards + ofVariables + ofPanels + ofTargets

  private static let datasource: JSONValue = ["type": "prometheus", "uid": "${datasource}"]

  static let ofDashboards: [Check] = [
    Check("schema-version") { dashboard, _ in
      dashboard.json["schemaVersion"] == 42 ? [] : ["schemaVersion is not 42"]
    },
    Check("editable") { dashboard, _ in dashboard.json["editable"] == false ? [] : ["can be edited, and is overwritten"]
    },
    Check("identity") { dashboard, _ in
      let uid = dashboard.json["uid"]?.string ?? ""
      return (dashboard.json["title"]?.string?.isEmpty == false ? [] : ["has no title"])
        + (!uid.isEmpty && uid.utf8.count <= 40 ? [] : ["has no uid of at most 40 characters"])
        + (dashboard.json["id"] == nil ? [] : ["has an id, which is each Grafana's own"])
    },
    Check("required-members") { dashboard, _ in
      ["annotations", "templating", "time", "timezone", "tags", "links", "panels"].filter { dashboard.json[$0] == nil }
        .map { "has no \($0)" }
    },
    Check("links") { dashboard, scope in
      LintedDashboard.texts(of: dashboard.json).flatMap { text in
        text.matches(of: /\/d\/([\w-]+)/).map { String($0.1) }.filter { !scope.uids.contains($0) }
          .map { "links to \($0), which does not exist" }
      }
    },
    Check("annotation-queries") { dashboard, _ in
      (dashboard.json.at("annotations", "list")?.array ?? []).compactMap { annotation in
        annotation["expr"]?.string.flatMap { problem($0) }
      }
    },
  ]

  static let ofVariables: [Check] = [
    Check("datasource-variable") { dashboard, _ in
      let sources = dashboard.variables.filter { $0["type"] == "datasource" }
      return sources.count == 1 && sources[0]["name"] == "datasource" && sources[0]["label"] == "Data source"
        && sources[0]["query"] == "prometheus" ? [] : ["has no variable datasource labelled \"Data source\""]
    },
    Check("variables") { dashboard, _ in
      dashboard.variables.filter { $0["type"] == "query" }.flatMap { variable -> [String] in
        // Either as many values as there are, or one.
        let isForOne = variable["multi"] == false
        let wanted: [(String, JSONValue?)] = [
          ("multi", .bool(!isForOne)), ("includeAll", .bool(!isForOne)), ("allValue", isForOne ? nil : ".+"),
          ("refresh", 2), ("datasource", datasource),
        ]
        let name = variable["name"]?.string ?? ""
        return wanted.filter { variable[$0.0] != $0.1 }.map { "the variable \(name) has another \($0.0)" }
          + (variable.at("current", "text") != nil && variable.at("current", "value") != nil
            ? [] : ["the variable \(name) has no current text and value"])
          + (variable["label"]?.string?.isEmpty == false ? [] : ["the variable \(name) has no label"])
      }
    },
    Check("variable-queries") { dashboard, scope in
      dashboard.variables.filter { $0["type"] == "query" }.compactMap { variable in
        guard let query = variable["query"]?.string, let match = query.wholeMatch(of: /label_values\((.+), (\w+)\)/),
          let selector = try? PromQL(parsing: String(match.1), as: .grafana), case .vector(let vector) = selector
        else { return "the variable \(variable["name"]?.string ?? "") asks for no label_values of a selector" }
        if scope.expressions.series(named: vector.metric ?? "") == nil { return "nobody serves \(vector.metric ?? "")" }
        let label = String(match.2)
        return scope.expressions.labels(of: vector).map { $0.contains(label) } == false
          ? "\(vector) has no label \(label)" : nil
      }
    },
    Check("defined-variables") { dashboard, _ in
      let used = LintedDashboard.texts(of: dashboard.json).flatMap { text in
        text.matches(of: /\$\{?([A-Za-z]\w*)/).map { String($0.1) }
      }
      return Set(used).subtracting(dashboard.variableNames).sorted().map { "uses $\($0), which is not defined" }
    },
  ]

  /// Checks one panel after the other, and names it.
  private static func panels(
    _ name: String, _ find: @escaping @Sendable (JSONValue, DashboardScope) -> [String]
  ) -> Check {
    Check(name) { dashboard, scope in
      dashboard.drawing.flatMap { panel in
        find(panel, scope).map { "the panel \"\(panel["title"]?.string ?? "")\" \($0)" }
      }
    }
  }

  /// Members of `options` that Grafana's own panels always write.
  private static let options: [String: [String]] = [
    "timeseries": ["legend", "tooltip"],
    "stat": [
      "graphMode", "colorMode", "justifyMode", "textMode", "wideLayout", "showPercentChange", "percentChangeColorMode",
      "orientation", "reduceOptions",
    ],
    "table": ["showHeader"],
    "bargauge": [
      "displayMode", "valueMode", "namePlacement", "showUnfilled", "sizing", "minVizWidth", "minVizHeight", "legend",
      "reduceOptions", "orientation",
    ],
    "heatmap": ["color", "showValue", "yAxis", "legend", "tooltip", "exemplars"],
    "logs": [], "text": ["mode", "content"],
  ]

  static let ofPanels: [Check] = [
    panels("panel-texts") { panel, _ in
      ["title", "description"].filter { panel[$0]?.string?.isEmpty != false }.map { "has no \($0)" }
    },
    panels("unit") { panel, _ in
      ["text", "logs"].contains(panel["type"]?.string)
        || panel.at("fieldConfig", "defaults", "unit")?.string?.isEmpty == false
        ? [] : ["has no unit"]
    },
    panels("panel-type") { panel, _ in
      options[panel["type"]?.string ?? ""] == nil ? ["is of the kind \(panel["type"]?.string ?? "")"] : []
    },
    panels("options") { panel, _ in
      (options[panel["type"]?.string ?? ""] ?? []).filter { panel.at("options", $0) == nil }.map {
        "has no options.\($0)"
      }
    },
    panels("thresholds") { panel, _ in
      guard let thresholds = panel.at("fieldConfig", "defaults", "thresholds") else { return [] }
      let steps = thresholds["steps"]?.array ?? []
      return steps.first?["value"] == JSONValue.null && thresholds["mode"] != nil
        ? [] : ["has thresholds without a base"]
    },
    Check("panel-ids") { dashboard, _ in
      let ids = dashboard.panels.map { $0["id"]?.integer ?? 0 }
      return Set(ids).count == ids.count && !ids.contains { $0 <= 0 } ? [] : ["has panels without an id of their own"]
    },
    Check("grid") { dashboard, _ in overlaps(dashboard.panels) },
  ]

  private static func overlaps(_ panels: [JSONValue]) -> [String] {
    var taken: Set<[Int64]> = []
    return panels.flatMap { panel -> [String] in
      let name = "the panel \"\(panel["title"]?.string ?? "")\""
      let place = ["x", "y", "w", "h"].compactMap { panel.at("gridPos", $0)?.integer }
      guard place.count == 4, place[0] >= 0, place[1] >= 0, place[2] > 0, place[3] > 0, place[0] + place[2] <= 24 else {
        return ["\(name) is outside of the 24 columns"]
      }
      let cells = (place[0]..<place[0] + place[2]).flatMap { x in (place[1]..<place[1] + place[3]).map { [x, $0] } }
      return cells.filter { !taken.insert($0).inserted }.isEmpty ? [] : ["\(name) lies on another"]
    }
  }

  static let ofTargets: [Check] = [
    panels("targets") { panel, _ in
      if panel["type"] == "text" { return [] }
      let targets = panel["targets"]?.array ?? []
      let ids = targets.compactMap { $0["refId"]?.string }
      return (targets.isEmpty ? ["has no query"] : [])
        + (Set(ids).count == targets.count ? [] : ["has queries without a refId of their own"])
    },
    panels("queries") { panel, _ in
      prometheusTargets(panel).compactMap { target in
        guard let query = target["expr"]?.string else { return "has a query without expr" }
        return problem(query)
      }
    },
    panels("datasource") { panel, _ in
      prometheusTargets(panel).allSatisfy { $0["datasource"] == datasource } && panel["datasource"] != nil
        ? [] : ["does not follow the variable datasource"]
    },
    panels("legend") { panel, scope in
      prometheusTargets(panel).flatMap { target -> [String] in
        guard let expression = expression(target), let labels = expression.outputLabels(scope.expressions.labels) else {
          return []
        }
        return (target["legendFormat"]?.string ?? "").matches(of: /\{\{\s*(\w+)\s*\}\}/).map { String($0.1) }
          .filter { !labels.contains($0) }.map { "has a legend of the label \($0), which \(expression) does not have" }
      }
    },
    panels("cluster-matcher") { panel, scope in
      let label = scope.expressions.clusterLabel
      guard !label.isEmpty else { return [] }
      return prometheusTargets(panel).compactMap(expression).flatMap(\.selectors).map(\.selector).filter { selector in
        !selector.matchers.contains { $0.label == label && $0.operator == .matches && $0.value.hasPrefix("$cluster") }
      }.map { "mixes the clusters of \($0.metric ?? "some series")" }
    },
    panels("expressions") { panel, scope in
      var scope = scope.expressions
      scope.isPanel = true
      return prometheusTargets(panel).compactMap(expression).flatMap { expression in
        ExpressionChecks.all.flatMap { check in check.find(expression, scope).map { "[\(check.name)] \($0)" } }
      }
    },
  ]

  private static func prometheusTargets(_ panel: JSONValue) -> [JSONValue] {
    (panel["targets"]?.array ?? []).filter { $0.at("datasource", "type") != "loki" }
  }

  private static func expression(_ target: JSONValue) -> PromQL? {
    target["expr"]?.string.flatMap { try? PromQL(parsing: $0, as: .grafana) }
  }

  private static func problem(_ query: String) -> String? {
    do throws(PromQLSyntaxError) {
      let type = try PromQL(parsing: query, as: .grafana).valueType
      return type == .instantVector || type == .scalar ? nil : "has a query that gives \(type.rawValue)"
    } catch {
      return "has a query that is not PromQL: \(error)"
    }
  }

  /// Everything that is wrong with a dashboard.
  static func findings(in json: JSONValue, _ scope: DashboardScope) -> [LintFinding] {
    let dashboard = LintedDashboard(json: json)
    let name = "dashboard \(json["uid"]?.string ?? "")"
    return all.flatMap { $0.findings(dashboard, named: name, in: scope) }
  }
}
