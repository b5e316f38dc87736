import Prometheus
import TerwayModel

/// One panel as a row of the catalogue. How a row becomes Grafana's JSON is elsewhere.
struct Panel: Sendable {
  enum Kind: String, Sendable { case timeseries, stat, table, bargauge, heatmap }

  var title: String
  var description: String
  var kind: Kind
  /// Grafana's unit.
  var unit: String
  /// Of 24 columns; lines that are not full are stretched.
  var width: Int
  var colours: Colours
  /// What values mean, where they are no quantities.
  var states: [State]
  /// Of a table: the labels that stand in columns of their own, before the queries' values.
  var columns: [String]
  /// Of a table: the label to sort by; `nil` is the first query's value, the worst first.
  var sortLabel: String?
  var queries: [Query]

  init(
    _ kind: Kind, _ title: String, unit: String, width: Int = 12, colours: Colours = .none, states: [State] = [],
    columns: [String] = [], sortedBy sortLabel: String? = nil, _ description: String, _ queries: Query...
  ) {
    (self.title, self.description, self.kind, self.unit) = (title, description, kind, unit)
    (self.width, self.colours, self.states) = (width, colours, states)
    (self.columns, self.sortLabel, self.queries) = (columns, sortLabel, queries)
  }

  /// A word for a value, in a colour.
  struct State: Sendable {
    var value: Int
    var text: String
    var colour: Colour

    init(_ value: Int, _ text: String, _ colour: Colour) {
      (self.value, self.text, self.colour) = (value, text, colour)
    }
  }

  /// The panel with the queries that have a source; `nil` without any, or with nothing but what others are compared with.
  func possible(_ signals: SignalSelection) -> Panel? {
    var panel = self
    panel.queries = queries.filter { $0.signals.allSatisfy(signals.contains) }
    return panel.queries.allSatisfy(\.isBound) ? nil : panel
  }
}

extension Panel {
  struct Query: Sendable {
    /// Grafana's legend format; in a table the column's title. Empty is automatic.
    var legend: String
    /// Without any of them the query is left out.
    var signals: [Signal]
    /// Of the column in a table, where it is not the panel's.
    var unit: String?
    var colours: Colours?
    var states: [State]
    /// Whether it is only there to compare others with: a limit, a band.
    var isBound: Bool
    var expression: @Sendable (PanelScope) -> PromQL

    /// What the signals amount to: as it is recorded when there is one and nothing else is said.
    init(
      _ legend: String, _ signals: Signal..., unit: String? = nil, colours: Colours? = nil, states: [State] = [],
      isBound: Bool = false, expression: (@Sendable (PanelScope) -> PromQL)? = nil
    ) {
      (self.legend, self.signals, self.unit) = (legend, signals, unit)
      (self.colours, self.states, self.isBound) = (colours, states, isBound)
      self.expression = expression ?? { scope in scope.signal(signals[0]) }
    }
  }
}

/// What the query of a panel is written with.
struct PanelScope: Sendable {
  let context: RenderContext

  /// A signal of what the viewer selected.
  func signal(_ signal: Signal) -> PromQL {
    context.expression(of: signal, window: .grafanaRateInterval, matchers: selection)
  }

  /// The signal over everything that the viewer selected.
  func total(_ signal: Signal) -> PromQL { self.signal(signal).sum(by: []) }

  /// How many series fulfil a condition, and 0 where none does: an empty panel would leave open which it is.
  func count(_ series: PromQL) -> PromQL { series.count(by: []).or(.call("vector", [.number(0)])) }

  /// The share of one signal in another, over everything that the viewer selected.
  func share(_ part: Signal, of whole: Signal) -> PromQL {
    total(part).divided(by: total(whole).isAbove(0), .on([]))
  }

  /// The cluster's label, where there is one, and these.
  func with(_ labels: String...) -> [String] { context.dimensions(labels) }

  /// The labels of a signal's series.
  func labels(of signal: Signal) -> [String] { context.dimensions(signal.labels) }

  /// The profile's alerts that concern what the viewer selected; those of no node concern every selection.
  func alerts(_ state: LabelMatcher) -> PromQL {
    .vector(VectorSelector("ALERTS", [.equal("component", "terway"), state] + selection.filter(hasAlerts).map(orNone)))
  }

  /// Where the line through the last six hours is after the horizon of the profile's capacity alerts; never below 0.
  func predicted(_ signal: Signal) -> PromQL {
    self.signal(signal).predicted(from: .hours(6), after: context.spec.alerts.capacity.exhaustionHorizon.duration)
      .atLeast(0)
  }

  private var selection: [LabelMatcher] {
    let cluster = context.spec.metrics.clusterLabel
    return (cluster.isEmpty ? [] : [.matches(cluster, "$cluster")]) + [
      .matches("node", "$node"), .matches("namespace", "$namespace"),
    ]
  }

  private func hasAlerts(_ matcher: LabelMatcher) -> Bool { matcher.label != "namespace" }
  private func orNone(_ matcher: LabelMatcher) -> LabelMatcher { .matches(matcher.label, matcher.value + "|") }
}

extension PromQL {
  func quantile(_ quantile: Double) -> PromQL {
    .aggregation(Aggregation(.quantile, self, parameter: .number(quantile)))
  }
}
