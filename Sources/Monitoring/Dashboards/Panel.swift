import Prometheus
import TerwayModel

/// One panel as a row of the catalogue. How a row becomes Grafana's JSON is elsewhere.
struct Panel: Sendable {
  typealias Kind = MonitoringProfileSpec.Dashboards.Panel.Kind

  var title: String
  var description: String
  var kind: Kind
  /// Grafana's unit.
  var unit: String
  /// Of 24 columns.
  var width: Int
  /// Turns yellow at nine tenths of it, red at it; `nil` leaves the panel uncoloured.
  var limit: (@Sendable (MonitoringProfileSpec.Alerts) -> Double)?
  /// Without them the panel is left out.
  var needs: [Signal]
  var queries: [Query]

  init(
    _ kind: Kind, _ title: String, unit: String, width: Int,
    needs: [Signal] = [], limit: (@Sendable (MonitoringProfileSpec.Alerts) -> Double)? = nil, description: String,
    _ queries: Query...
  ) {
    (self.title, self.description, self.kind, self.unit) = (title, description, kind, unit)
    (self.width, self.limit, self.needs, self.queries) = (width, limit, needs, queries)
  }

  func isPossible(_ signals: SignalSelection) -> Bool { needs.allSatisfy(signals.contains) }

  struct Query: Sendable {
    var expression: @Sendable (PanelScope) -> PromQL
    /// Grafana's legend format; empty is automatic.
    var legend: String

    init(_ legend: String, _ expression: @escaping @Sendable (PanelScope) -> PromQL) {
      (self.legend, self.expression) = (legend, expression)
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

  /// The cluster's label, where there is one, and these.
  func with(_ labels: String...) -> [String] { context.dimensions(labels) }

  private var selection: [LabelMatcher] {
    let cluster = context.spec.metrics.clusterLabel
    return (cluster.isEmpty ? [] : [.matches(cluster, "$cluster")]) + [
      .matches("node", "$node"), .matches("namespace", "$namespace"),
    ]
  }
}
