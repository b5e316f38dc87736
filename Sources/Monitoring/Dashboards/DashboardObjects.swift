import Prometheus
import Serialization
import TerwayModel

/// The dashboards of a profile, for Grafana's sidecar and for grafana-operator.
enum DashboardObjects {
  static func manifests(_ context: RenderContext) -> [Manifest] {
    let dashboards = context.spec.dashboards
    guard dashboards.enabled else { return [] }
    let json = overview(context).value.jsonText(pretty: true)
    return dashboards.delivery.map { delivery in
      switch delivery {
      case .configMap: configMap(context, json)
      case .grafanaDashboard: grafanaDashboard(context, json)
      }
    }
  }

  private static func overview(_ context: RenderContext) -> DashboardJSON {
    let custom = context.spec.dashboards.custom.map(panel)
    return DashboardJSON(
      context: context,
      title: context.profile == "terway" ? "Terway Monitoring" : "Terway Monitoring (\(context.profile))",
      uid: ObjectName.dashboardUID(context.profile),
      rows: OverviewPanels.rows + (custom.isEmpty ? [] : [("Custom", custom)]))
  }

  private static func panel(_ custom: MonitoringProfileSpec.Dashboards.Panel) -> Panel {
    Panel(
      custom.type, custom.title, unit: custom.unit, width: custom.type == .stat ? 6 : 12,
      description: custom.description, Panel.Query(custom.legend) { _ in .verbatim(custom.query) })
  }

  private static func configMap(_ context: RenderContext, _ json: String) -> Manifest {
    let folder = context.spec.dashboards.folder
    return Manifest(
      GeneratedResource.configMap, namespace: context.spec.namespace,
      name: ObjectName.subdomain(prefix: "grafana-", context.profile, "-dashboard"),
      labels: context.spec.dashboards.labels.merging(context.labels) { $1 },
      annotations: folder.isEmpty ? [:] : ["grafana_folder": folder],
      // The sidecar writes all keys of all ConfigMaps into one folder: the key must name the profile.
      ["data": [ObjectName.subdomain(context.profile, "-dashboard.json"): .string(json)]])
  }

  private static func grafanaDashboard(_ context: RenderContext, _ json: String) -> Manifest {
    let dashboards = context.spec.dashboards
    var spec: JSONValue = [
      "allowCrossNamespaceImport": true,
      "instanceSelector": ["matchLabels": JSONValue(dashboards.labels)],
      "json": .string(json),
      "resyncPeriod": "10m",
    ]
    if !dashboards.folder.isEmpty { spec["folder"] = .string(dashboards.folder) }
    return Manifest(
      GeneratedResource.grafanaDashboard, namespace: context.spec.namespace,
      name: ObjectName.subdomain(prefix: "grafana-", context.profile, "-dashboard"), labels: context.labels,
      ["spec": spec])
  }
}
