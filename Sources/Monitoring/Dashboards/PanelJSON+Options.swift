import Serialization

/// What Grafana wants of each kind of panel, in full: what is left out it fills in, differently from release to release.
extension PanelJSON {
  var custom: JSONValue {
    switch panel.kind {
    case .timeseries:
      [
        "drawStyle": "line", "lineInterpolation": "linear", "lineWidth": 1, "fillOpacity": 10, "gradientMode": "none",
        "showPoints": "never", "pointSize": 5, "spanNulls": false, "axisPlacement": "auto", "axisLabel": "",
        "scaleDistribution": ["type": "linear"], "stacking": ["mode": "none", "group": "A"],
        "thresholdsStyle": ["mode": panel.colours.areLines ? "dashed" : "off"], "hideFrom": Self.hidesNothing,
      ]
    case .table: ["align": "auto", "inspect": false, "cellOptions": ["type": "auto"]]
    case .heatmap: ["scaleDistribution": ["type": "linear"], "hideFrom": Self.hidesNothing]
    case .stat, .bargauge: [:]
    }
  }

  var options: JSONValue {
    switch panel.kind {
    case .timeseries: timeseries
    case .stat: stat
    case .table: table
    case .bargauge: bargauge
    case .heatmap: heatmap
    }
  }

  private static let hidesNothing: JSONValue = ["legend": false, "tooltip": false, "viz": false]
  private static let lastValue: JSONValue = ["calcs": ["lastNotNull"], "fields": "", "values": false]

  /// Many series need a table that can be sorted; a few are read off a list.
  private var timeseries: JSONValue {
    let isByNode = panel.queries.contains(where: \.isByNode)
    let calculations: JSONValue = isByNode ? ["max", "lastNotNull"] : ["mean", "max", "lastNotNull"]
    return [
      "legend": [
        "displayMode": "table", "placement": isByNode ? "right" : "bottom", "showLegend": true, "calcs": calculations,
        "sortBy": "Last *", "sortDesc": true,
      ],
      "tooltip": ["mode": "multi", "sort": "desc"],
    ]
  }

  private var stat: JSONValue {
    [
      "graphMode": panel.states.isEmpty ? "area" : "none", "colorMode": "background", "justifyMode": "auto",
      "textMode": "value", "wideLayout": true, "showPercentChange": false, "percentChangeColorMode": "standard",
      "orientation": "auto", "reduceOptions": Self.lastValue,
    ]
  }

  private var table: JSONValue {
    let first = panel.queries.first?.legend ?? ""
    let name = panel.columns.isEmpty || first.isEmpty ? "Value" : first
    let isScarce = panel.queries.first?.colours?.isFalling ?? false
    let isAscending = panel.sortLabel != nil || isScarce
    return [
      "frameIndex": 0, "showHeader": true, "cellHeight": "sm",
      "sortBy": [["displayName": .string(panel.sortLabel.map(title) ?? name), "desc": JSONValue(!isAscending)]],
    ]
  }

  private var bargauge: JSONValue {
    [
      "displayMode": "gradient", "valueMode": "color", "namePlacement": "auto", "showUnfilled": true, "sizing": "auto",
      "minVizWidth": 8, "minVizHeight": 16, "maxVizHeight": 300, "orientation": "horizontal",
      "legend": ["displayMode": "list", "placement": "bottom", "showLegend": false, "calcs": []],
      "reduceOptions": Self.lastValue,
    ]
  }

  private var heatmap: JSONValue {
    [
      "calculate": false, "cellGap": 1, "cellValues": ["unit": "reqps"],
      "color": [
        "mode": "scheme", "scheme": "Oranges", "fill": "dark-orange", "scale": "exponential", "exponent": 0.5,
        "steps": 64, "reverse": false,
      ],
      "exemplars": ["color": "rgba(255,0,255,0.7)"], "filterValues": ["le": 1e-9], "legend": ["show": true],
      "rowsFrame": ["layout": "auto"], "showValue": "never",
      "tooltip": ["mode": "single", "yHistogram": true, "showColorScale": true],
      "yAxis": ["axisPlacement": "left", "unit": .string(panel.unit), "reverse": false],
    ]
  }
}
