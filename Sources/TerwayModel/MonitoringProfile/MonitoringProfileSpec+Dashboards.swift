extension MonitoringProfileSpec {
  /// Grafana dashboards.
  public struct Dashboards: Codable, Hashable, Sendable {
    public var enabled = true
    /// Without duplicates; at least one.
    public var delivery = [Delivery.configMap]
    /// Grafana folder; empty = Grafana's General.
    public var folder = "Terway"
    /// What the sidecar looks for on a ConfigMap, or the instance selector of a GrafanaDashboard.
    public var labels = ["grafana_dashboard": "1"]
    /// Name of the datasource that is selected at first; empty = Grafana's default.
    public var datasource = ""
    /// Panels added to the overview.
    public var custom: [Panel] = []

    public init() {}

    public enum Delivery: String, Codable, Hashable, Sendable, CaseIterable {
      case configMap = "ConfigMap"
      case grafanaDashboard = "GrafanaDashboard"
    }

    public struct Panel: Codable, Hashable, Sendable {
      /// Unique among the custom panels.
      public var title: String
      public var description: String
      public var type: Kind
      /// PromQL; may use `$__rate_interval`, `$cluster` and `$node`.
      public var query: String
      /// Grafana's legend format, for instance `{{node}}`; empty = automatic.
      public var legend: String
      /// Grafana's unit, for instance `percentunit`, `Bps`, `short`.
      public var unit: String

      public init(
        title: String, description: String = "", type: Kind = .timeseries, query: String, legend: String = "",
        unit: String = "short"
      ) {
        self.title = title
        self.description = description
        self.type = type
        self.query = query
        self.legend = legend
        self.unit = unit
      }

      public enum Kind: String, Codable, Hashable, Sendable, CaseIterable { case timeseries, stat, table, bargauge }
    }
  }
}
