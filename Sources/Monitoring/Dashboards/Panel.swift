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
  var queries: [Query]

  init(
    _ kind: Kind, _ title: String, unit: String, width: Int,
    limit: (@Sendable (MonitoringProfileSpec.Alerts) -> Double)? = nil, description: String, _ queries: Query...
  ) {
    (self.title, self.description, self.kind, self.unit) = (title, description, kind, unit)
    (self.width, self.limit, self.queries) = (width, limit, queries)
  }

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

  /// A signal of the nodes that the viewer selected, its window following the zoom.
  func signal(_ signal: Signal) -> PromQL {
    context.live(signal, window: .grafanaRateInterval, matchers: selection)
  }

  /// The rate of a counter of the nodes and namespaces that the viewer selected.
  func podRate(_ metric: ContractMetric) -> PromQL {
    PromQL.vector(VectorSelector(metric.name, selection + [.matches("namespace", "$namespace")]))
      .rate(.grafanaRateInterval)
  }

  /// The cluster's label, where there is one, and these.
  func with(_ labels: String...) -> [String] { context.dimensions(labels) }

  private var selection: [LabelMatcher] {
    let cluster = context.spec.metrics.clusterLabel
    return (cluster.isEmpty ? [] : [.matches(cluster, "$cluster")]) + [.matches("node", "$node")]
  }
}
