import KubernetesModel
import Monitoring
import TerwayModel
import Testing

@testable import TerwayOperator

struct `Profile status` {
  private func profile(_ status: MonitoringProfileStatus? = nil) -> MonitoringProfile {
    var metadata = ObjectMeta(name: "terway")
    metadata.generation = 4
    return MonitoringProfile(metadata: metadata, status: status)
  }

  private func status(_ states: Synchronisation.State...) -> MonitoringProfileStatus {
    let results = states.enumerated().map { index, state in
      Synchronisation(
        reference: ObjectReference(
          GeneratedResource.configMap, ObjectKey(namespace: "monitoring", name: "object-\(index)")),
        state: state, message: state == .synced ? "" : "because")
    }
    let view = ClusterView(endpoint: OperatorEndpoint())
    return ProfileStatus.status(of: profile(), findings: findings(view, manifests: []), results: results, now: "now")
  }

  private func summary(_ status: MonitoringProfileStatus) -> [String] {
    status.conditions.prefix(4).map { "\($0.type)=\($0.status.rawValue) \($0.reason)" }
  }

  @Test func `is ready when every object is in sync`() {
    let status = status(.synced, .synced)
    #expect(
      summary(status) == [
        "Ready=True InSync", "Reconciling=False InSync", "Stalled=False InSync", "KindsInstalled=True Installed",
      ])
    #expect(status.objects == "2/2" && status.observedGeneration == 4)
  }

  @Test func `a kind that is not installed is a condition of its own, not a failure`() {
    #expect(
      summary(status(.synced, .crdMissing)) == [
        "Ready=True InSync", "Reconciling=False InSync", "Stalled=False InSync", "KindsInstalled=False CRDMissing",
      ])
  }

  @Test(arguments: [Synchronisation.State.failed, .namespaceMissing])
  func `what passes by itself is reconciling`(state: Synchronisation.State) {
    let status = status(.synced, state)
    #expect(status.conditions["Ready"]?.status == .no && status.conditions["Reconciling"]?.status == .yes)
    #expect(status.conditions["Stalled"]?.status == .no)
    #expect(status.conditions["Ready"]?.message == "ConfigMap monitoring/object-1: because")
  }

  @Test(arguments: [Synchronisation.State.conflict, .forbidden, .rejected])
  func `what waits for a person is stalled, and comes first`(state: Synchronisation.State) {
    let status = status(.failed, state)
    #expect(status.conditions["Ready"]?.reason == state.rawValue)
    #expect(status.conditions["Stalled"]?.status == .yes)
  }

  @Test func `every message says something, because old servers refuse empty ones`() {
    for state in Synchronisation.State.allCases {
      #expect(status(state).conditions.allSatisfy { !$0.message.isEmpty && !$0.reason.isEmpty })
    }
  }

  @Test func `an invalid spec keeps what is known of the objects and names the field`() {
    var former = MonitoringProfileStatus()
    former.resources = [
      .init(apiVersion: "v1", kind: "ConfigMap", namespace: "a", name: "b", state: .synced)
    ]
    former.objects = "1/1"
    let invalid = InvalidSpec(violations: [Violation(at: [.key("spec"), .key("namespace")], "must be a name")])
    let status = ProfileStatus.status(of: profile(former), invalid: .spec(invalid), now: "now")
    #expect(status.resources == former.resources && status.objects == "1/1")
    #expect(status.conditions["Stalled"]?.status == .yes && status.conditions["Ready"]?.status == .no)
    #expect(status.conditions["Stalled"]?.message.contains("spec.namespace: must be a name") == true)
    #expect(status.conditions["Stalled"]?.reason == "InvalidSpec")
  }

  @Test func `a list of custom metrics that cannot be recorded is named, with what to do`() {
    let invalid = InvalidSpec(violations: [Violation(at: CustomMetricsList.path(1), "is not PromQL")])
    let key = ObjectKey(namespace: "kube-system", name: "terway-custom-metrics")
    let status = ProfileStatus.status(of: profile(), invalid: .customMetrics(invalid, key), now: "now")
    #expect(status.conditions["Stalled"]?.reason == "InvalidCustomMetrics")
    #expect(
      status.conditions["Stalled"]?.message
        == """
        ConfigMap kube-system/terway-custom-metrics: data.metrics_config.custom_metrics[1]: is not PromQL; nothing was \
        changed. Correct the ConfigMap, or delete it to have it generated
        """)
  }
}

/// As a reconcile of the profile finds it.
private func findings(
  _ view: ClusterView, manifests: [Manifest]? = nil, spec: MonitoringProfileSpec = .init()
)
  -> ProfileFindings
{
  let cluster = view.detected(for: spec)
  let manifests =
    manifests ?? MonitoringRenderer.manifests(for: "terway", spec: spec, cluster: cluster, endpoint: view.endpoint)
  return ProfileFindings(
    cluster: cluster, signals: MonitoringRenderer.signals(of: spec, in: cluster),
    selection: SelectionReport(manifests, in: cluster), targets: TargetReport(manifests, for: spec, in: view),
    alertsLeftOut: MonitoringRenderer.alertsLeftOut(spec: spec, cluster: cluster))
}

struct `What a cluster shows` {
  private static func workload(
    _ labels: [String: String], container: String = "main", version: String = "", ports: Set<String> = [],
    readOnlyPort: UInt16? = nil, collectsQdisc: Bool = false, hasNodes: Bool? = true
  ) -> WorkloadView.Facts {
    var facts = WorkloadView.Facts()
    (facts.labels, facts.podLabels, facts.hasNodes) = (labels, labels, hasNodes)
    facts.containers[container] = .init(
      version: version, ports: ports, readOnlyPort: readOnlyPort, collectsQdisc: collectsQdisc)
    return facts
  }

  /// Everything that can be found.
  private static var rich: ClusterView {
    var view = ClusterView(endpoint: OperatorEndpoint())
    view.services = [["metrics"]]
    view.monitors = [[.cAdvisor], [.nodeExporter], [.kubeStateMetrics, .apiServer], []]
    view.configuration = .init(ipamType: "crd", hubblePort: 9091)
    view.controlplanePort = 8081
    view.daemon = workload(["app": "terway-eniip"], container: "terway", version: "v1.16.7", readOnlyPort: 9190)
    view.daemon?.containers["policy"] = .init()
    view.controlplane = workload(ControlplanePods.labels, ports: ["metrics"], hasNodes: nil)
    view.nodeExporters = [workload([:], collectsQdisc: true)]
    view.agents = [workload(AgentPods.labels, ports: ["metrics"])]
    return view
  }

  private static let found = Set(Exporter.allCases).subtracting([.site])

  @Test func `is all that it has, and nothing assumed, where monitors tell`() {
    let cluster = Self.rich.detected(for: .init())
    #expect(cluster.exporters == Self.found && cluster.assumedExporters.isEmpty)
    #expect(cluster.ports == [.terwayDaemon: 9190, .terwayControlplane: 8081, .hubble: 9091])
    #expect(cluster.ipam == .crd && cluster.terwayVersion == "v1.16.7" && cluster.hasControlplane == true)
  }

  /// Something taken away from `rich`.
  struct Without: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var change: @Sendable (inout ClusterView) -> Void
    var missing: Set<Exporter>

    init(_ name: String, _ change: @escaping @Sendable (inout ClusterView) -> Void, _ missing: Set<Exporter> = []) {
      (testDescription, self.change, self.missing) = (name, change, missing)
    }
  }

  @Test(arguments: [
    Without("no agent", { $0.agents = [] }, [.agent]),
    Without("no port", { $0.daemon?.containers["terway"]?.readOnlyPort = nil }, [.terwayDaemon]),
    Without("no daemon", { $0.daemon = nil }, [.terwayDaemon, .hubble]),
    Without("metrics off", { $0.controlplanePort = nil }, [.terwayControlplane]),
    Without("managed", { $0.controlplane = nil }, [.terwayControlplane]),
    Without("no Hubble", { $0.configuration?.hubblePort = nil }, [.hubble]),
    Without("no qdisc", { $0.nodeExporters = [workload([:])] }, [.nodeExporterQdisc]),
    Without("no node_exporter", { $0.monitors.remove(at: 1) }, [.nodeExporter, .nodeExporterQdisc]),
    Without("no kubelet", { $0.monitors.remove(at: 0) }, [.cAdvisor]),
  ])
  func `lacks just what is not there`(row: Without) {
    var view = Self.rich
    row.change(&view)
    #expect(view.detected(for: .init()).exporters == Self.found.subtracting(row.missing))
  }

  @Test func `is taken to have the usual exporters where there are no monitors, and says so`() {
    var view = ClusterView(endpoint: OperatorEndpoint())
    let cluster = view.detected(for: .init())
    #expect(cluster.exporters == Exporter.usual)
    #expect(cluster.assumedExporters == Exporter.usual.subtracting([.operator]))
    let condition = findings(view).conditions(generation: 1)["SignalsAvailable"]
    #expect(
      condition?.message.contains("apiserver, cadvisor, kube-state-metrics, node-exporter are taken for granted")
        == true)

    // One monitor of anything is enough to believe what monitors say.
    view.monitors = [[]]
    #expect(view.detected(for: .init()).exporters == [.operator])
    #expect(findings(view).conditions(generation: 1)["SignalsAvailable"]?.message.contains("granted") == false)
  }

  @Test func `is in the status, with the signals that are missing and why`() {
    let detected = findings(ClusterView(endpoint: OperatorEndpoint())).detected
    #expect(detected.exporters == ["apiserver", "cadvisor", "kube-state-metrics", "node-exporter", "terway-operator"])
    #expect(detected.metricsSource == "Contract, Upstream")
    #expect(detected.missingSignals.contains { $0.name == "latencyP95" && $0.reason == "needs terway-agent" })
    var spec = MonitoringProfileSpec()
    spec.metrics.source = .contract
    #expect(findings(ClusterView(endpoint: OperatorEndpoint()), spec: spec).detected.metricsSource == "Contract")
  }

  @Test func `is in the status, with the alerts that are left out and why`() {
    let all = findings(ClusterView(endpoint: OperatorEndpoint()))
    let latency = all.detected.alertsLeftOut.first { $0.name == "TerwayHighLatency" }
    #expect(latency?.reason == "latencyP95 needs terway-agent; latencyObservations needs terway-agent")
    #expect(
      all.conditions(generation: 1)["SignalsAvailable"]?.message.contains(
        "\(all.detected.alertsLeftOut.count) alerts are left out") == true)
    #expect(
      !all.detected.alertsLeftOut.contains { $0.name == "TerwayIPAllocationSuccessBudgetBurnFast" }, "not asked for")
    var spec = MonitoringProfileSpec()
    spec.alerts.overrides = [.init(alert: "TerwayHighLatency", disabled: true)]
    let others = findings(ClusterView(endpoint: OperatorEndpoint()), spec: spec).detected.alertsLeftOut
    #expect(!others.contains { $0.name == "TerwayHighLatency" } && !others.isEmpty)
    #expect(!findings(Self.rich).detected.alertsLeftOut.contains { $0.name == "TerwayHighLatency" })
  }

  @Test func `is in a condition, when an older profile is recorded by the same Prometheus`() {
    func distinct(_ prometheuses: [DetectedPrometheus], beside older: [String]) -> Condition? {
      let cluster = DetectedCluster(prometheuses: prometheuses)
      func profile(_ name: String) -> SharedPrometheus.Profile {
        .init(name: name, spec: .init(), namespaceLabels: [:])
      }
      var findings = findings(ClusterView(endpoint: OperatorEndpoint()))
      findings.shared = SharedPrometheus(profile("terway"), beside: older.map(profile), in: cluster)
      return findings.conditions(generation: 1)["Distinct"]
    }
    let prometheus = DetectedPrometheus(
      namespace: "monitoring", name: "main", rules: .init(objects: .init(), namespaces: .init()))
    #expect(distinct([prometheus], beside: [])?.status == .yes)
    #expect(distinct([], beside: ["blue"])?.status == .unknown)
    let shared = distinct([prometheus], beside: ["blue", "red"])
    #expect(shared?.status == .no && shared?.reason == "RecordedTwice")
    #expect(shared?.message.contains("blue (in monitoring/main); red (in monitoring/main)") == true)
  }

  // MARK: Targets

  @Test func `are the targets of every scrape object, where all is there`() {
    let condition = findings(Self.rich).conditions(generation: 7)["TargetsFound"]
    #expect(condition?.status == .yes && condition?.observedGeneration == 7)
    #expect(condition?.message.contains("ScrapeConfig monitoring/terway-daemon-scrape") == true)
  }

  /// Named as the condition is to say it.
  @Test(arguments: [
    Without(
      "ServiceMonitor monitoring/terway-monitor: no Service in namespace terway-operator-system has the labels app.kubernetes.io/name=terway-operator",
      { $0.services = [] }),
    Without("has a port named metrics", { $0.services = [["web"]] }),
    Without(
      "PodMonitor monitoring/terway-agent-monitor: pods of the DaemonSet of agents", { $0.agents[0].podLabels = [:] }),
    Without("declares a port named metrics", { $0.agents[0].containers["main"]?.ports = [] }),
    Without("has no pods to run", { $0.agents[0].hasNodes = false }),
    Without("the Deployment kube-system/terway-controlplane has no pods to run", { $0.controlplane?.replicas = 0 }),
    Without(
      "pods of the DaemonSet kube-system/terway-eniip lack the labels app=terway-eniip",
      { $0.daemon?.podLabels = ["app": "other"] }),
    Without(
      "ScrapeConfig monitoring/terway-hubble-scrape: the DaemonSet kube-system/terway-eniip has no container policy",
      {
        $0.agents = []
        $0.daemon?.containers["policy"] = nil
      }),
  ])
  func `lacks targets, and the condition says of what and what is missing`(row: Without) {
    var view = Self.rich
    row.change(&view)
    let condition = findings(view).conditions(generation: 1)["TargetsFound"]
    #expect(condition?.status == .no)
    #expect(condition?.message.contains(row.testDescription) == true, "\(condition?.message ?? "")")
  }

  // MARK: Selection

  @Test func `selects objects, and the status says who, of each and of all`() {
    var view = Self.rich
    #expect(findings(view).conditions(generation: 1)["Selected"]?.reason == "NoPrometheus")
    #expect(findings(view).conditions(generation: 1)["Selected"]?.status == .unknown)

    let everything = DetectedPrometheus.Selection(objects: LabelSelector(), namespaces: LabelSelector())
    view.prometheuses = [
      DetectedPrometheus(
        namespace: "monitoring", name: "main", serviceMonitors: everything, podMonitors: everything, rules: everything,
        scrapeConfigs: everything)
    ]
    let all = findings(view)
    #expect(all.conditions(generation: 1)["Selected"]?.status == .yes)
    let monitor = ObjectReference(
      GeneratedResource.serviceMonitor, ObjectKey(namespace: "monitoring", name: "terway-monitor"))
    #expect(all.selectedBy(monitor) == ["monitoring/main"])

    view.prometheuses[0].scrapeConfigs.objects = nil
    let condition = findings(view).conditions(generation: 1)["Selected"]
    #expect(condition?.status == .no && condition?.reason == "NotSelected")
    #expect(
      condition?.message.contains(
        "ScrapeConfig monitoring/terway-daemon-scrape: monitoring/main selects none, for want of a scrapeConfigSelector"
      )
        == true)
    #expect(condition?.message.contains("ServiceMonitor") == false)
  }

  @Test func `is told in equal words each time, and within the bounds of the schema`() {
    var view = Self.rich
    view.prometheuses = (0..<200).map { DetectedPrometheus(namespace: "monitoring", name: "p\(199 - $0)") }
    let (one, other) = (findings(view), findings(view))
    #expect(one.conditions(generation: 1) == other.conditions(generation: 1) && one.detected == other.detected)
    #expect(one.conditions(generation: 1).allSatisfy { !$0.message.isEmpty && $0.message.count < 4_000 })
    #expect(one.detected.prometheuses.count == 100)
  }
}
