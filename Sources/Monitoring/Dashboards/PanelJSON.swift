import Serialization

/// Grafana's JSON of one panel, without its place and id.
struct PanelJSON {
  let panel: Panel
  let context: RenderContext
  let datasource: JSONValue

  var value: JSONValue {
    var json: JSONValue = [
      "type": .string(panel.kind.rawValue), "title": .string(panel.title), "description": .string(panel.description),
      "datasource": datasource, "targets": .array(targets), "options": options,
      "fieldConfig": ["defaults": defaults, "overrides": []],
    ]
    if panel.kind == .table {
      json["transformations"] = [["id": "organize", "options": ["excludeByName": ["Time": true]]]]
    }
    return json
  }

  private var targets: [JSONValue] {
    let scope = PanelScope(context: context)
    return panel.queries.enumerated().map { index, query in
      [
        "refId": .string(String(UnicodeScalar(UInt8(65 + index % 26)))), "datasource": datasource,
        "editorMode": "code", "expr": .string(query.expression(scope).text),
        "format": panel.kind == .table ? "table" : "time_series", "instant": JSONValue(isInstant),
        "range": JSONValue(!isInstant), "legendFormat": .string(query.legend.isEmpty ? "__auto" : query.legend),
      ]
    }
  }

  private var isInstant: Bool { panel.kind == .table || panel.kind == .bargauge }

  private var defaults: JSONValue {
    var defaults: JSONValue = [
      "unit": .string(panel.unit), "color": ["mode": panel.kind == .timeseries ? "palette-classic" : "thresholds"],
      "mappings": [], "thresholds": ["mode": "absolute", "steps": .array(thresholds)], "custom": custom,
    ]
    if panel.unit == "percentunit" { defaults["min"] = 0 }
    return defaults
  }

  private var thresholds: [JSONValue] {
    guard let limit = panel.limit?(context.spec.alerts) else { return [["color": "green", "value": nil]] }
    return [
      ["color": "green", "value": nil], ["color": "yellow", "value": number(limit * 0.9)],
      ["color": "red", "value": number(limit)],
    ]
  }

  /// As few digits as a person would write, and whole numbers without a fraction.
  private func number(_ value: Double) -> JSONValue {
    let rounded = (value * 1e6).rounded() / 1e6
    return rounded == rounded.rounded() && abs(rounded) < 0x1p53 ? .integer(Int64(rounded)) : .number(rounded)
  }

  private var custom: JSONValue {
    switch panel.kind {
    case .timeseries:
      [
        "drawStyle": "line", "lineInterpolation": "linear", "lineWidth": 1, "fillOpacity": 10, "gradientMode": "none",
        "showPoints": "never", "pointSize": 5, "spanNulls": false, "axisPlacement": "auto", "axisLabel": "",
        "scaleDistribution": ["type": "linear"], "stacking": ["mode": "none", "group": "A"],
        "thresholdsStyle": ["mode": panel.limit == nil ? "off" : "dashed"],
        "hideFrom": ["legend": false, "tooltip": false, "viz": false],
      ]
    case .table: ["align": "auto", "inspect": false]
    case .stat, .bargauge: [:]
    }
  }

  private var options: JSONValue {
    let lastValue: JSONValue = ["calcs": ["lastNotNull"], "fields": "", "values": false]
    return switch panel.kind {
    case .timeseries:
      [
        "legend": [
          "displayMode": "table", "placement": "bottom", "showLegend": true, "calcs": ["mean", "max", "lastNotNull"],
        ],
        "tooltip": ["mode": "multi", "sort": "desc"],
      ]
    case .stat:
      [
        "graphMode": "area", "colorMode": "value", "justifyMode": "auto", "textMode": "auto", "wideLayout": true,
        "showPercentChange": false, "percentChangeColorMode": "standard", "orientation": "auto",
        "reduceOptions": lastValue,
      ]
    case .table:
      ["frameIndex": 0, "showHeader": true, "cellHeight": "sm", "sortBy": [["displayName": "Value", "desc": true]]]
    case .bargauge:
      [
        "displayMode": "gradient", "valueMode": "color", "namePlacement": "auto", "showUnfilled": true,
        "sizing": "auto", "minVizWidth": 8, "minVizHeight": 16, "maxVizHeight": 300, "orientation": "horizontal",
        "legend": ["displayMode": "list", "placement": "bottom", "showLegend": false, "calcs": []],
        "reduceOptions": lastValue,
      ]
    }
  }
}
