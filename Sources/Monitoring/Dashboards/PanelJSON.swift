import Prometheus
import Serialization

/// Grafana's JSON of one panel, without its place and id.
struct PanelJSON {
  let panel: Panel
  let context: RenderContext
  let datasource: JSONValue
  /// What a node's name leads to; `nil` where there is nothing.
  let nodeLink: JSONValue?

  var value: JSONValue {
    var json: JSONValue = [
      "type": .string(panel.kind.rawValue), "title": .string(panel.title), "description": .string(panel.description),
      "datasource": datasource, "targets": .array(targets), "options": options,
      "fieldConfig": ["defaults": defaults, "overrides": .array(overrides)],
    ]
    if panel.kind == .table { json["transformations"] = .array(transformations) }
    return json
  }

  // MARK: Queries

  private var targets: [JSONValue] {
    let scope = PanelScope(context: context)
    return panel.queries.enumerated().map { index, query in
      let expression = query.expression(scope).text
      var target: JSONValue = [
        "refId": .string(reference(index)), "datasource": datasource, "editorMode": "code",
        "expr": .string(expression), "format": .string(format), "instant": JSONValue(isInstant),
        "range": JSONValue(!isInstant), "legendFormat": .string(query.legend.isEmpty ? "__auto" : query.legend),
      ]
      // Four of them are the least window of a rate: it must span several scrapes, and kubelets' are slower than ours.
      if expression.hasBytes(of: "$__rate_interval") {
        target["interval"] = .string(PromDuration.text(max(context.spec.metrics.interval.duration, .minutes(1))))
      }
      return target
    }
  }

  private var format: String {
    switch panel.kind {
    case .table: "table"
    case .heatmap: "heatmap"
    default: "time_series"
    }
  }

  private var isInstant: Bool { panel.kind == .table || panel.kind == .bargauge }

  private func reference(_ index: Int) -> String { String(UnicodeScalar(UInt8(65 + index % 26))) }

  // MARK: Tables

  /// Joins the answers to the queries by the labels that they share, and gives the columns names and an order.
  private var transformations: [JSONValue] {
    guard !panel.columns.isEmpty else {
      return [["id": "organize", "options": ["excludeByName": ["Time": true]]]]
    }
    let values = panel.queries.indices.map { index in
      panel.queries.count == 1 ? "Value" : "Value #\(reference(index))"
    }
    let columns = labelColumns + values
    let order = columns.enumerated().map { ($1, JSONValue($0)) }
    let titles = zip(columns, labelColumns.map(title) + panel.queries.map(\.legend)).map { ($0, JSONValue.string($1)) }
    return (panel.queries.count == 1 ? [] : [["id": "merge", "options": [:]]]) + [
      [
        "id": "organize",
        "options": [
          "excludeByName": ["Time": true], "indexByName": .object(Dictionary(uniqueKeysWithValues: order)),
          "renameByName": .object(Dictionary(uniqueKeysWithValues: titles)),
        ],
      ]
    ]
  }

  /// The cluster's label first, where there is one.
  private var labelColumns: [String] { context.dimensions(panel.columns) }

  private static let columnTitles = [
    "alertname": "Alert", "alertstate": "State", "vswitch_id": "vSwitch", "node": "Node", "namespace": "Namespace",
    "pod": "Pod", "zone": "Zone", "severity": "Severity", "direction": "Direction",
  ]

  func title(_ label: String) -> String {
    Self.columnTitles[label] ?? (label == context.spec.metrics.clusterLabel ? "Cluster" : label)
  }

  // MARK: Fields

  private var defaults: JSONValue {
    var defaults: JSONValue = [
      "unit": .string(panel.unit), "color": ["mode": panel.kind == .timeseries ? "palette-classic" : "thresholds"],
      "mappings": mappings(panel.states), "thresholds": thresholds(panel.colours), "custom": custom,
    ]
    if panel.unit == "percentunit" || panel.kind == .timeseries { defaults["min"] = 0 }
    if panel.kind == .timeseries, let nodeLink, panel.queries.contains(where: \.isByNode) {
      defaults["links"] = [nodeLink]
    }
    return defaults
  }

  private var overrides: [JSONValue] {
    switch panel.kind {
    case .table: columnOverrides
    case .timeseries: legendOverrides
    case .stat, .bargauge, .heatmap: []
    }
  }

  private var columnOverrides: [JSONValue] {
    let links = panel.columns.contains("node") ? nodeLink.map { [override(title("node"), ["links": [$0]])] } ?? [] : []
    let values = panel.queries.compactMap { query -> JSONValue? in
      var properties: [(String, JSONValue)] = []
      if let unit = query.unit { properties.append(("unit", .string(unit))) }
      if !query.states.isEmpty { properties.append(("mappings", mappings(query.states))) }
      if let colours = query.colours { properties.append(("thresholds", thresholds(colours))) }
      if query.colours != nil || !query.states.isEmpty {
        properties.append(("custom.cellOptions", ["type": "color-text"]))
      }
      guard !properties.isEmpty else { return Optional.none }
      return override(query.legend, properties)
    }
    return links + values
  }

  /// The colours of things that have one everywhere.
  private var legendOverrides: [JSONValue] {
    let legends = panel.queries.flatMap { query in
      query.legend.hasBytes(of: "{{direction}}") && !query.isByNode
        ? ["receive", "transmit"].map { query.legend.replacing("{{direction}}", with: $0) } : [query.legend]
    }
    return legends.compactMap { legend -> JSONValue? in
      guard let colour = Colour.ofLegends[legend] else { return Optional.none }
      var properties: [(String, JSONValue)] = [
        ("color", ["mode": "fixed", "fixedColor": .string(colour.rawValue)])
      ]
      if legend.hasPrefix("limit") {
        properties += [("custom.lineStyle", ["dash": [10, 10], "fill": "dash"]), ("custom.fillOpacity", 0)]
      }
      return override(legend, properties)
    }
  }

  private func override(_ name: String, _ properties: KeyValuePairs<String, JSONValue>) -> JSONValue {
    override(name, properties.map { ($0.key, $0.value) })
  }

  private func override(_ name: String, _ properties: [(String, JSONValue)]) -> JSONValue {
    [
      "matcher": ["id": "byName", "options": .string(name)],
      "properties": .array(properties.map { ["id": .string($0), "value": $1] }),
    ]
  }

  private func mappings(_ states: [Panel.State]) -> JSONValue {
    guard !states.isEmpty else { return [] }
    let options = states.enumerated().map { index, state in
      (
        String(state.value),
        ["text": .string(state.text), "color": .string(state.colour.rawValue), "index": JSONValue(index)] as JSONValue
      )
    }
    return [["type": "value", "options": .object(Dictionary(uniqueKeysWithValues: options))]]
  }

  private func thresholds(_ colours: Colours) -> JSONValue {
    let steps = colours.steps(context.spec.alerts).map { step -> JSONValue in
      ["color": .string(step.colour.rawValue), "value": step.value.map(number) ?? nil]
    }
    return ["mode": "absolute", "steps": .array(steps)]
  }

  /// As few digits as a person would write, and whole numbers without a fraction.
  private func number(_ value: Double) -> JSONValue {
    let rounded = (value * 1e6).rounded() / 1e6
    return rounded == rounded.rounded() && abs(rounded) < 0x1p53 ? .integer(Int64(rounded)) : .number(rounded)
  }
}

extension Panel.Query {
  /// Whether each line is named after its node.
  var isByNode: Bool { legend.hasBytes(of: "{{node}}") }
}
