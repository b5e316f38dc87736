import KubernetesClient
import KubernetesModel
import Monitoring
import Serialization
import TerwayModel
import TestSupport
import Testing

extension EndToEnd {
  /// Conditions and objects that follow what others do to the cluster.
  struct `What a profile says of the cluster` {
    private static let prometheuses = ResourceType(
      "monitoring.coreos.com/v1", "Prometheus", plural: "prometheuses", namespaced: true)
    private static let prometheus = ObjectReference(
      prometheuses, ObjectKey(namespace: "terway-operator-system", name: "main"))

    @Test func `follows the selectors of a Prometheus and the labels of our namespace`() async throws {
      let cluster = try await Cluster.clean()
      try await cluster.client.delete(Self.prometheus.resource, Self.prometheus.key)
      try await cluster.label(namespace: "monitoring", ["team": nil])
      let process = try await cluster.startOperator()
      try await cluster.apply("terway")
      try await cluster.waitUntil("no Prometheus", "terway") {
        $0.conditions["Selected"]?.reason == "NoPrometheus" && $0.conditions["Selected"]?.status == .unknown
      }

      func select(_ namespaces: JSONValue?, rules: JSONValue = [:]) async throws {
        var spec: JSONValue = ["serviceMonitorSelector": ["matchLabels": ["release": "x"]], "ruleSelector": rules]
        if let namespaces {
          for kind in ["serviceMonitor", "rule"] { spec["\(kind)NamespaceSelector"] = namespaces }
        }
        try await cluster.put(Self.prometheus, ["spec": spec])
      }
      func expectNotSelected(_ why: String) async throws {
        try await cluster.waitUntil(why, "terway") {
          $0.conditions["Selected"]?.status == .no && $0.conditions["Selected"]?.message.contains(why) == true
        }
      }
      try await select(nil)
      try await expectNotSelected("terway-operator-system/main looks into its own namespace only")
      try await select(["matchLabels": ["team": "network"]])
      try await expectNotSelected("wants team=network among the labels of namespace monitoring")
      try await cluster.label(namespace: "monitoring", ["team": "network"])
      let selected = try await cluster.waitUntil("the selection", "terway") {
        $0.conditions["Selected"]?.status == .yes
      }
      for resource in selected.status?.resources ?? [] {
        let isSelected = ["ServiceMonitor", "PrometheusRule"].contains(resource.kind)
        #expect(resource.selectedBy == (isSelected ? ["terway-operator-system/main"] : []), "\(resource)")
      }
      // What can be met by labels is met; what cannot is said.
      let unmeetable: JSONValue = [
        "matchExpressions": [["key": "app.kubernetes.io/managed-by", "operator": "DoesNotExist"]]
      ]
      try await select([:], rules: unmeetable)
      try await expectNotSelected("wants !app.kubernetes.io/managed-by among its labels")
      try await cluster.label(namespace: "monitoring", ["team": nil])
      try await cluster.client.delete(Self.prometheus.resource, Self.prometheus.key)
      try await cluster.waitUntil("no Prometheus again", "terway") {
        $0.conditions["Selected"]?.reason == "NoPrometheus"
      }
      try await process.stop()
    }

    @Test func `follows Terway, its configuration and the monitors of others`() async throws {
      let cluster = try await Cluster.clean()
      try await cluster.removeTerway()
      let process = try await cluster.startOperator()
      try await cluster.apply("terway")
      try await cluster.waitUntil("that exporters are assumed", "terway") {
        $0.detected.exporters.contains("cadvisor")
          && $0.detected.missingSignals.contains { $0.name == "allocIPRequests" }
          && $0.conditions["SignalsAvailable"]?.message.contains("taken for granted") == true
      }

      try await cluster.installTerway()
      try await cluster.waitUntil("Terway's exporters", "terway") {
        let terway = ["terway-daemon", "terway-controlplane", "hubble"]
        return Set(terway).isSubset(of: $0.detected.exporters) && $0.detected.terwayVersion == "v1.16.7"
          && !$0.detected.missingSignals.contains { $0.name == "allocIPRequests" }
      }
      try await cluster.waitUntilReady("terway")
      var objects = try await cluster.generated(by: "terway")
      for name in Cluster.terwayMonitors { #expect(objects[name] != nil, "\(name)") }

      // One monitor of somebody else is enough to believe what monitors say.
      try await cluster.put(Cluster.foreignMonitor, Cluster.kubeStateMetrics)
      try await cluster.waitUntil("what the monitors say", "terway") {
        $0.detected.exporters.contains("kube-state-metrics") && !$0.detected.exporters.contains("cadvisor")
      }
      try await cluster.client.delete(Cluster.foreignMonitor.resource, Cluster.foreignMonitor.key)

      // Back to a socket that nobody else can open, and metrics off.
      try await cluster.installTerway(listening: "unix:///var/run/eni/eni_debug.socket", metrics: "0", hubble: false)
      try await eventually("nothing of Terway is scraped") {
        objects = try await cluster.generated(by: "terway")
        return Cluster.terwayMonitors.allSatisfy { objects[$0] == nil }
      }
      try await process.waitUntilQuiet()

      // What does not matter makes no work.
      let reconciles = try await process.reconciles()
      try await cluster.touch(Cluster.daemon)
      try await cluster.touch(Cluster.eniConfig)
      #expect(try await process.isQuiet(for: .seconds(2)))
      #expect(try await process.reconciles() == reconciles)
      try await process.stop()
      try await cluster.removeTerway()
    }

    @Test func `names what scrape objects look for in vain`() async throws {
      let cluster = try await Cluster.clean()
      let service = ObjectReference(
        GeneratedResource.service, ObjectKey(namespace: "terway-operator-system", name: "terway-operator-metrics"))
      try await cluster.client.delete(service.resource, service.key)
      let process = try await cluster.startOperator()
      try await cluster.apply("terway")
      try await cluster.waitUntil("that the Service is missing", "terway") {
        $0.conditions["TargetsFound"]?.status == .no
          && $0.conditions["TargetsFound"]?.message.contains("app.kubernetes.io/name=terway-operator") == true
      }
      try await cluster.plane.kubectl("apply", "-f", Repository.file("config/manager/service.yaml").path)
      try await cluster.waitUntil("that it is there", "terway") { $0.conditions["TargetsFound"]?.status == .yes }
      try await process.stop()
      try await cluster.client.delete(service.resource, service.key)
    }
  }
}

// MARK: Terway, as far as a profile looks at it

extension Cluster {
  static let daemon = ObjectReference(
    ResourceType("apps/v1", "DaemonSet", plural: "daemonsets", namespaced: true),
    ObjectKey(namespace: "kube-system", name: "terway-eniip"))
  static let eniConfig = ObjectReference(
    GeneratedResource.configMap, ObjectKey(namespace: "kube-system", name: "eni-config"))
  private static let controlplane = ObjectReference(
    GeneratedResource.deployment, ObjectKey(namespace: "kube-system", name: "terway-controlplane"))
  private static let controlplaneConfig = ObjectReference(
    GeneratedResource.configMap, ObjectKey(namespace: "kube-system", name: "terway-controlplane"))
  static let foreignMonitor = ObjectReference(
    GeneratedResource.serviceMonitor, ObjectKey(namespace: "monitoring", name: "somebody-kube-state-metrics"))
  static let kubeStateMetrics: JSONValue = [
    "spec": [
      "selector": ["matchLabels": ["app.kubernetes.io/name": "kube-state-metrics"]], "endpoints": [["port": "http"]],
    ]
  ]

  /// The scrape objects that profile `terway` has besides the operator's, where Terway serves all its metrics.
  static let terwayMonitors = [
    ObjectReference(
      GeneratedResource.podMonitor, ObjectKey(namespace: "monitoring", name: "terway-controlplane-monitor")),
    ObjectReference(GeneratedResource.scrapeConfig, ObjectKey(namespace: "monitoring", name: "terway-daemon-scrape")),
    ObjectReference(GeneratedResource.scrapeConfig, ObjectKey(namespace: "monitoring", name: "terway-hubble-scrape")),
  ]

  func installTerway(
    listening address: String = "0.0.0.0:9190", metrics: String = ":8081", hubble: Bool = true
  )
    async throws
  {
    func template(_ labels: JSONValue, _ containers: JSONValue) -> JSONValue {
      [
        "selector": ["matchLabels": labels],
        "template": ["metadata": ["labels": labels], "spec": ["containers": containers]],
      ]
    }
    try await put(
      Self.daemon,
      [
        "spec": template(
          ["app": "terway-eniip"],
          [
            ["name": "terway", "image": "acs/terway:v1.16.7", "args": ["-readonly-listen", .string(address)]],
            ["name": "policy", "image": "acs/terway:v1.16.7"],
          ])
      ])
    try await put(
      Self.controlplane,
      [
        "spec": template(
          ["k8s-app": "terway-controlplane"],
          [
            [
              "name": "terway-controlplane", "image": "acs/terway-controlplane:v1.16.7",
              "ports": [["name": "metrics", "containerPort": 8081]],
            ]
          ])
      ])
    try await put(
      Self.controlplaneConfig, ["data": ["ctrl-config.yaml": .string("metricsBindAddress: \"\(metrics)\"\n")]])
    let configuration = #"{"ipam_type": "crd", "cilium_enable_hubble": "\#(hubble)"}"#
    try await put(Self.eniConfig, ["data": ["eni_conf": .string(configuration)]])
  }

  func removeTerway() async throws {
    let all = [Self.daemon, Self.controlplane, Self.controlplaneConfig, Self.eniConfig, Self.foreignMonitor]
    for reference in all { try await client.delete(reference.resource, reference.key) }
  }

  /// Creates or changes an object of others.
  func put(_ reference: ObjectReference, _ members: JSONValue) async throws {
    var object = members
    object["apiVersion"] = .string(reference.resource.kind.apiVersion)
    object["kind"] = .string(reference.resource.kind.kind)
    object["metadata"] = ["name": .string(reference.key.name)]
    let _: JSONValue = try await client.apply(
      reference.resource, reference.key, object, fieldManager: Self.person)
  }

  /// Changes an object in a way that is of no interest to us.
  func touch(_ reference: ObjectReference) async throws {
    let _: JSONValue = try await client.patch(
      reference.resource, reference.key, .merge, ["metadata": ["annotations": ["touched": "yes"]]],
      fieldManager: Self.person)
  }

  /// Sets labels, or removes those that are `nil`.
  func label(namespace: String, _ labels: [String: String?]) async throws {
    let namespaces = ResourceType("v1", "Namespace", plural: "namespaces", namespaced: false)
    let values = labels.mapValues { $0.map(JSONValue.string) ?? .null }
    let _: JSONValue = try await client.patch(
      namespaces, ObjectKey(name: namespace), .merge, ["metadata": ["labels": .object(values)]],
      fieldManager: Self.person)
  }
}
