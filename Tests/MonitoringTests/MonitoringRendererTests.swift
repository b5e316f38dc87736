import KubernetesModel
import Monitoring
import Serialization
import TerwayModel
import Testing

struct `Monitoring renderer` {
  @Test func `gives a profile named terway the names that are documented`() {
    #expect(
      RenderedProfile.terway.manifests.map { "\($0.reference)" } == [
        "ServiceMonitor monitoring/terway-monitor",
        "PrometheusRule monitoring/terway-recording-rules",
        "PrometheusRule monitoring/terway-performance-rules",
        "PrometheusRule monitoring/terway-qos-rules",
        "PrometheusRule monitoring/terway-security-rules",
        "PrometheusRule monitoring/terway-availability-rules",
        "PrometheusRule monitoring/terway-capacity-rules",
        "PrometheusRule monitoring/terway-operator-rules",
        "ConfigMap kube-system/terway-custom-metrics",
        "ConfigMap monitoring/grafana-terway-dashboard",
        "ConfigMap monitoring/grafana-terway-dashboard-node",
        "ConfigMap monitoring/grafana-terway-dashboard-capacity",
        "ConfigMap monitoring/grafana-terway-dashboard-internals",
        "ConfigMap monitoring/grafana-terway-dashboard-operator",
        "ConfigMap logging/fluentd-terway-config",
        "ConfigMap logging/loki-terway-config", "ConfigMap logging/loki-terway-rules",
      ])
  }

  @Test(arguments: RenderedProfile.all)
  func `says the same in reference and content, and says nothing twice`(profile: RenderedProfile) {
    let manifests = profile.manifests
    for manifest in manifests {
      let (content, reference) = (manifest.content, manifest.reference)
      #expect(content["apiVersion"]?.string == reference.resource.kind.apiVersion)
      #expect(content["kind"]?.string == reference.resource.kind.kind)
      #expect(content.at("metadata", "name")?.string == reference.key.name)
      #expect(content.at("metadata", "namespace")?.string == reference.key.namespace)
      #expect(GeneratedResource.all.contains(reference.resource))
    }
    #expect(Set(manifests.map(\.reference)).count == manifests.count)
  }

  @Test(arguments: RenderedProfile.all)
  func `gives the same bytes each time`(profile: RenderedProfile) {
    #expect(profile.manifests.map { $0.content.jsonBytes() } == profile.manifests.map { $0.content.jsonBytes() })
  }

  @Test(arguments: RenderedProfile.all)
  func `labels every object as the operator's and the profile's`(profile: RenderedProfile) {
    for manifest in profile.manifests {
      let labels = manifest.content.at("metadata", "labels")
      #expect(labels?["app.kubernetes.io/managed-by"] == "terway-operator")
      #expect(labels?["app.kubernetes.io/part-of"] == "terway-monitoring")
      #expect(labels?["app.kubernetes.io/instance"]?.string == profile.name)
      #expect(labels?["ops.terway.io/profile"]?.string == profile.name, "the user's label must not win")
      for (name, value) in profile.spec.labels where name != "ops.terway.io/profile" {
        #expect(labels?[name]?.string == value)
      }
    }
  }

  @Test func `renders nothing of a section that is switched off`() {
    for (path, names) in [
      (\MonitoringProfileSpec.alerts.performance.enabled, ["terway-performance-rules"]),
      (\.alerts.qos.enabled, ["terway-qos-rules"]), (\.alerts.security.enabled, ["terway-security-rules"]),
      (\.alerts.availability.enabled, ["terway-availability-rules", "terway-operator-rules"]),
      (\.alerts.capacity.enabled, ["terway-capacity-rules"]), (\.dashboards.enabled, ["grafana-terway-dashboard"]),
      (\.logging.fluentd.enabled, ["fluentd-terway-config"]), (\.logging.loki.enabled, ["loki-terway-"]),
    ] as [(WritableKeyPath<MonitoringProfileSpec, Bool>, [String])] {
      var profile = RenderedProfile.terway
      let before = profile.manifests.map(\.reference)
      profile.spec[keyPath: path] = false
      #expect(
        profile.manifests.map(\.reference)
          == before.filter { reference in !names.contains { reference.key.name.hasPrefix($0) } })
    }
  }

  @Test(arguments: [String(repeating: "a", count: 253), "a.b", "9-lives", String(repeating: "b.", count: 90) + "c"])
  func `keeps names and label values legal whatever the profile is called`(name: String) {
    var profile = RenderedProfile.blue
    profile.name = name
    let limits = ["Job": 52, "CronJob": 52, "Service": 63, "Deployment": 63]
    for manifest in profile.manifests {
      let reference = manifest.reference
      let isLabel = limits[reference.resource.kind.kind] != nil
      #expect(reference.key.name.utf8.count <= limits[reference.resource.kind.kind] ?? 253)
      let pattern = isLabel ? /[a-z]([-a-z0-9]*[a-z0-9])?/ : /[a-z0-9]([-.a-z0-9]*[a-z0-9])?/
      #expect(reference.key.name.wholeMatch(of: pattern) != nil, "\(reference)")
      for (label, value) in manifest.content.at("metadata", "labels")?.object ?? [:] {
        #expect((value.string ?? "").utf8.count <= 63, "\(label)")
      }
    }
  }

  @Test func `keeps apart long names that begin alike`() {
    let stem = String(repeating: "a", count: 250)
    let names = ["x", "y"].map { MonitoringRenderer.manifests(for: stem + $0, spec: RenderedProfile.blue.spec) }
    #expect(Set(names[0].map(\.reference)).isDisjoint(with: names[1].map(\.reference)))
    #expect(ObjectName.labelValue(stem + "x") != ObjectName.labelValue(stem + "y"))
  }

  @Test func `prefers selector labels of the spec to those of the detected servers`() {
    var profile = RenderedProfile.blue
    #expect(labels("ServiceMonitor", of: profile)?["release"] == "stack")
    #expect(labels("PrometheusRule", of: profile)?["role"] == "alert-rules")
    #expect(labels("PrometheusRule", of: profile)?["release"] == nil)
    profile.spec.selectorLabels = ["prometheus": "k8s"]
    #expect(labels("ServiceMonitor", of: profile)?["release"] == nil)
    #expect(labels("ServiceMonitor", of: profile)?["prometheus"] == "k8s")
    #expect(labels("PrometheusRule", of: profile)?["prometheus"] == "k8s")
    #expect(labels("ConfigMap", of: profile)?["prometheus"] == nil)
  }

  @Test func `makes the monitor select the operator's Service, and keep the exported labels`() throws {
    let manifests = MonitoringRenderer.manifests(
      for: "terway", spec: MonitoringProfileSpec(),
      endpoint: OperatorEndpoint(namespace: "ops", labels: ["app.kubernetes.io/name": "x"], port: "web"))
    let spec = try #require(manifests.first("ServiceMonitor", "terway-monitor")?.content["spec"])
    #expect(spec["selector"] == ["matchLabels": ["app.kubernetes.io/name": "x"]])
    #expect(spec["namespaceSelector"] == ["matchNames": ["ops"]])
    let endpoint = spec["endpoints"]?[0]
    #expect(endpoint?["port"] == "web")
    #expect(endpoint?["interval"] == "15s")
    #expect(endpoint?["honorLabels"] == true)
    #expect(manifests.ruleFile.contains(#"up{job=\"x\",namespace=\"ops\"}"#))
  }

  @Test func `every contract metric passes the default keep list`() throws {
    let regex = try Regex(MonitoringProfileSpec().metrics.keep[0])
    for metric in ContractMetric.allCases { #expect(try regex.wholeMatch(in: metric.name) != nil, "\(metric.name)") }
  }

  @Test func `keeps everything when the keep list is empty`() {
    var profile = RenderedProfile.terway
    profile.spec.metrics.keep = []
    let endpoint = profile.manifests.first("ServiceMonitor", "terway-monitor")?.content.at("spec", "endpoints")?[0]
    #expect(endpoint?["metricRelabelings"] == nil)
  }

  @Test func `lists custom metrics as the ConfigMap's readers know them, the spec's in place of built-in ones`() throws
  {
    let config = try #require(RenderedProfile.blue.manifests.first("ConfigMap", "blue-custom-metrics"))
    let text = try #require(config.content.at("data", "metrics_config")?.string)
    let metrics = try JSONValue(jsonBytes: Array(text.utf8))["custom_metrics"]?.array ?? []
    #expect(
      metrics.map { $0["name"]?.string } == [
        "terway_network_packet_loss_rate", "terway_qos_violation_count", "terway_eni_utilization_ratio", "blue_bytes",
        "blue_everything",
      ])
    for metric in metrics { #expect(metric.object?.keys.sorted() == ["help", "labels", "name", "query", "type"]) }
    let recorded = RenderedProfile.blue.manifests.recordings.first { $0["record"] == "terway_eni_utilization_ratio" }
    #expect(
      recorded?["expr"] == "max by (cluster, node) (terway_eni_allocated_ips / (terway_eni_total_ips > 0))")
  }

  private func labels(_ kind: String, of profile: RenderedProfile) -> JSONValue? {
    profile.manifests.first { $0.reference.resource.kind.kind == kind }?.content.at("metadata", "labels")
  }
}
