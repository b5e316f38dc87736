import Prometheus
import Serialization
import TerwayModel

/// The dashboards of a profile, for Grafana's sidecar and for grafana-operator.
enum DashboardObjects {
  static func manifests(_ context: RenderContext) -> [Manifest] {
    let settings = context.spec.dashboards
    guard settings.enabled else { return [] }
    let dashboards = all(context)
    let files = dashboards.map { dashboard in
      (
        dashboard.kind,
        DashboardJSON(context: context, dashboard: dashboard, siblings: dashboards).value.jsonText(pretty: true)
      )
    }
    return settings.delivery.flatMap { delivery in
      files.map { kind, json in
        switch delivery {
        case .configMap: configMap(context, kind, json)
        case .grafanaDashboard: grafanaDashboard(context, kind, json)
        }
      }
    }
  }

  /// Those that show anything, the overview with the panels of the spec.
  static func all(_ context: RenderContext) -> [Dashboard] {
    let dialect = PromQL.Dialect(version: context.prometheusVersion, takesVariables: true)
    let custom = context.spec.dashboards.custom.map { panel($0, dialect) }
    return DashboardCatalogue.all.compactMap { dashboard in
      var dashboard = dashboard
      if dashboard.kind == .overview, !custom.isEmpty { dashboard.rows.append(.init("Custom", custom)) }
      return dashboard.possible(context.signals)
    }
  }

  private static func panel(_ custom: MonitoringProfileSpec.Dashboards.Panel, _ dialect: PromQL.Dialect) -> Panel {
    let query = PromQL(written: custom.query, as: dialect)
    return Panel(
      Panel.Kind(custom.type), custom.title, unit: custom.unit, width: custom.type == .stat ? 6 : 12,
      custom.description.isEmpty ? "Added by the profile." : custom.description,
      Panel.Query(custom.legend) { _ in query })
  }

  private static func configMap(_ context: RenderContext, _ kind: Dashboard.Kind, _ json: String) -> Manifest {
    let folder = context.spec.dashboards.folder
    return Manifest(
      GeneratedResource.configMap, namespace: context.spec.namespace,
      name: ObjectName.subdomain(prefix: "grafana-", context.profile, kind.nameSuffix),
      labels: context.spec.dashboards.labels.merging(context.labels) { $1 },
      annotations: folder.isEmpty ? [:] : ["grafana_folder": folder],
      // The sidecar writes all keys of all ConfigMaps into one folder: the key must name the profile.
      ["data": [ObjectName.subdomain(context.profile, kind.nameSuffix + ".json"): .string(json)]])
  }

  private static func grafanaDashboard(_ context: RenderContext, _ kind: Dashboard.Kind, _ json: String) -> Manifest {
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
      name: ObjectName.subdomain(prefix: "grafana-", context.profile, kind.nameSuffix), labels: context.labels,
      ["spec": spec])
  }
}

extension Panel.Kind {
  fileprivate init(_ kind: MonitoringProfileSpec.Dashboards.Panel.Kind) {
    self =
      switch kind {
      case .timeseries: .timeseries
      case .stat: .stat
      case .table: .table
      case .bargauge: .bargauge
      }
  }
}
