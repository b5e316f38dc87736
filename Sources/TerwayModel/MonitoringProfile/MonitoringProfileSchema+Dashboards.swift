import KubernetesModel
import Serialization

extension MonitoringProfileSchema {
  typealias Dashboards = MonitoringProfileSpec.Dashboards

  static let dashboards: StructuralSchema = .object(
    "Grafana dashboards.",
    rules: [
      SchemaRule(
        !.list("delivery", contains: "GrafanaDashboard") || .count("labels") > 0,
        at: "labels", message: "must not be empty: a GrafanaDashboard selects its Grafana by them")
    ],
    [
      .field("enabled", .boolean, default: true, "Whether dashboards exist. Switching them off removes their objects."),
      .field(
        "delivery", .list(of: .choice(Dashboards.Delivery.self), count: 1...2, .set), default: ["ConfigMap"],
        """
        How dashboards reach Grafana. ConfigMap: for Grafana's sidecar. GrafanaDashboard: for the Grafana operator. \
        Both may be given.
        """),
      .field(
        "folder", .text(0...128), default: "Terway",
        "Grafana folder of the dashboards. Empty: Grafana's General folder."),
      .field(
        "labels", .labels(), default: ["grafana_dashboard": "1"],
        "What the sidecar looks for on a ConfigMap; the labels of the Grafana that a GrafanaDashboard selects."),
      .field(
        "datasource", .text(0...128), default: "",
        "Name of the Prometheus datasource that is selected at first. Empty: Grafana's default one."),
      .field(
        "custom", .list(of: panel, count: 0...32, .map(keys: ["title"])), default: [],
        "Panels that are added to the overview dashboard, in this order. Titles must differ."),
    ])

  private static let panel: StructuralSchema = .object(
    "A panel of the overview dashboard.",
    [
      .required("title", .text(1...128), "Title of the panel. Example: ENIs by vSwitch."),
      .field("description", .text(0...1024), default: "", "What the panel shows, for its tooltip."),
      .field(
        "type", .choice(Dashboards.Panel.Kind.self), default: "timeseries",
        "How it is drawn: timeseries, stat, table or bargauge."),
      .required(
        "query", .promQL,
        "PromQL expression. May use $__rate_interval, $cluster and $node. Example: sum by (node) (terway_eni_total_ips)."
      ),
      .field("legend", .text(0...128), default: "", "Legend of each series. Empty: automatic. Example: {{node}}."),
      .field(
        "unit", .text(1...32), default: "short", "Grafana's name of the unit. Examples: percentunit, Bps, s, short."),
    ])
}
