import Foundation
import KubernetesModel
import Monitoring
import Prometheus
import Serialization
import TerwayModel
import Testing

/// Two profiles that between them exercise what a profile can say.
struct RenderedProfile: Sendable, CustomTestStringConvertible {
  var name: String
  var spec: MonitoringProfileSpec
  var cluster: DetectedCluster

  var manifests: [Manifest] { MonitoringRenderer.manifests(for: name, spec: spec, cluster: cluster) }
  var testDescription: String { name }

  /// Nothing said, nothing detected.
  static let terway = RenderedProfile(name: "terway", spec: MonitoringProfileSpec(), cluster: DetectedCluster())

  /// Everything is served by somebody, and every alert is wanted.
  static let contract = with(
    "contract", source: .contract,
    DetectedCluster(
      ipam: .crd, terwayVersion: "v1.16.7", exporters: Set(Exporter.allCases), hasControlplane: true))

  /// Terway's own IPAM of each daemon, its metrics within reach, and no name of the contract.
  static let upstream = with(
    "upstream",
    source: .upstream,
    upstreamCluster)

  private static var upstreamCluster: DetectedCluster {
    var cluster = DetectedCluster(
      ipam: .legacy, terwayVersion: "v1.16.7",
      exporters: Set(Exporter.allCases).subtracting([.operator, .agent, .site]),
      hasControlplane: true)
    cluster.ports = [.terwayDaemon: 9190, .terwayControlplane: 8081, .hubble: 9091]
    return cluster
  }

  private static func with(
    _ name: String, source: MonitoringProfileSpec.Metrics.Source, _ cluster: DetectedCluster
  ) -> RenderedProfile {
    var spec = MonitoringProfileSpec()
    spec.metrics.source = source
    spec.alerts.anomaly.enabled = true
    spec.alerts.anomaly.strategy = source == .contract ? .robust : .adaptive
    spec.alerts.slo.enabled = true
    return RenderedProfile(name: name, spec: spec, cluster: cluster)
  }

  /// Nearly everything other than the default.
  static let blue = RenderedProfile(
    name: "blue", spec: blueSpec,
    cluster: DetectedCluster(
      ipam: .crd, terwayVersion: "1.16.7",
      prometheuses: [
        DetectedPrometheus(
          namespace: "monitoring", name: "stack", version: PrometheusVersion(3, 1),
          serviceMonitors: .init(objects: LabelSelector(matchLabels: ["release": "stack"])),
          rules: .init(
            objects: LabelSelector(
              matchExpressions: [.init(key: "role", operator: .isIn, values: ["alert-rules", "rules"])])))
      ]))

  static let all = [terway, contract, upstream, blue]

  private static var blueSpec: MonitoringProfileSpec {
    var spec = MonitoringProfileSpec()
    spec.namespace = "observability"
    spec.terway.namespace = "network"
    spec.terway.podLabels = ["app": "terway-blue"]
    spec.labels = ["team": "network", "ops.terway.io/profile": "not-mine"]
    spec.metrics.clusterLabel = "cluster"
    spec.metrics.source = .contract
    spec.metrics.interval = "2m"
    spec.metrics.scrapeTimeout = "30s"
    spec.metrics.keep = ["terway_.*", "aliyun_.*"]
    var zone = MonitoringProfileSpec.Metrics.Relabeling()
    zone.sourceLabels = ["__meta_kubernetes_node_label_zone"]
    zone.targetLabel = "zone"
    spec.metrics.relabelings = [zone]
    var drop = MonitoringProfileSpec.Metrics.Relabeling()
    drop.regex = "pod_template_hash"
    drop.action = .labeldrop
    spec.metrics.metricRelabelings = [drop]
    spec.metrics.custom = [
      .init(
        name: "terway_eni_utilization_ratio", help: "By node.", labels: ["node"],
        query: "terway_eni_allocated_ips / (terway_eni_total_ips > 0)"),
      .init(name: "blue_bytes", type: .counter, labels: ["namespace"], query: "rate(terway_network_bytes_total[10m])"),
      .init(name: "blue_everything", query: "terway_eni_total_ips # as it is"),
    ]
    spec.alerts.runbookBaseURL = "https://runbooks.example.com/terway"
    spec.alerts.language = .zh
    spec.alerts.performance.latencyP95 = "120ms"
    spec.alerts.performance.throughput = "2.5e9"
    spec.alerts.qos.enabled = false
    spec.alerts.capacity.exhaustionHorizon = "48h"
    spec.alerts.inhibition.enabled = true
    spec.alerts.overrides = [
      .init(alert: "TerwaySecurityGroupDrift", disabled: true),
      .init(
        alert: "TerwayHighENIUtilization", for: "3m", keepFiringFor: "0s", severity: .critical, threshold: "0.95"),
    ]
    spec.dashboards.delivery = [.configMap, .grafanaDashboard]
    spec.dashboards.folder = ""
    spec.dashboards.labels = ["dashboards": "grafana"]
    spec.dashboards.datasource = "Thanos"
    spec.dashboards.custom = [
      .init(
        title: "Pods per node", description: "Pods with an IP.", type: .bargauge,
        query: "sum by (node) (terway_eni_allocated_ips)", legend: "{{node}}"),
      .init(title: "ENIs", type: .stat, query: "count(terway_eni_total_ips)"),
    ]
    spec.logging.namespace = "logs"
    spec.logging.fluentd.elasticsearch.host = "es.example.com"
    spec.logging.fluentd.elasticsearch.scheme = .https
    spec.logging.fluentd.elasticsearch.authSecret = "es-writer"
    spec.logging.fluentBit.enabled = true
    spec.logging.loki.retention = "720h"
    spec.logging.loki.replicationFactor = 3
    spec.performanceTest.enabled = true
    spec.performanceTest.schedule = "0 3 * * *"
    return spec
  }
}

extension Array<Manifest> {
  func first(_ kind: String, _ name: String) -> Manifest? {
    first { $0.reference.resource.kind.kind == kind && $0.reference.key.name == name }
  }

  /// The rule groups of all PrometheusRule objects.
  var ruleGroups: [JSONValue] {
    filter { $0.reference.resource == GeneratedResource.prometheusRule }
      .flatMap { $0.content.at("spec", "groups")?.array ?? [] }
  }

  /// One rule file of all groups, for promtool: JSON is YAML.
  var ruleFile: String { JSONValue.object(["groups": .array(ruleGroups)]).jsonText() }

  var alerts: [JSONValue] { ruleGroups.flatMap { $0["rules"]?.array ?? [] }.filter { $0["alert"] != nil } }
  var recordings: [JSONValue] { ruleGroups.flatMap { $0["rules"]?.array ?? [] }.filter { $0["record"] != nil } }
}

/// The repository, found from this file.
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()
