import KubernetesModel
import Monitoring
import Serialization
import TerwayModel
import Testing

@testable import Insights

extension `Rules of the diagnosis` {
  static let addresses: [DiagnosisCase] = [
    DiagnosisCase("a vSwitch has no address left", .vSwitchExhausted) { $0.exhaust("node-1") },
    DiagnosisCase("a vSwitch had no address left an hour ago", nil) { $0.exhaust("node-1", ago: 3600) },
    DiagnosisCase("a node has all its ENIs and no idle address", .atMaximumENIs) { $0.fill("node-1", idle: 0) },
    DiagnosisCase("a node has all its ENIs and idle addresses", nil) { $0.fill("node-1", idle: 2) },
    DiagnosisCase("an ENI attaches for an hour", .eniStuck) {
      $0.changeResource("node-1") { $0.interfaces[0].status = "Attaching" }
    },
    DiagnosisCase("an ENI attaches", nil) {
      $0.changeResource("node-1") {
        $0.interfaces[0].status = "Attaching"
        $0.lastModified = ClusterSnapshot.played - 10
      }
    },
    DiagnosisCase("a node is not compared with the cloud", .nodeNotSynced) {
      $0.changeResource("node-1") { $0.nextSync = ClusterSnapshot.played - 3600 }
    },
    DiagnosisCase("a comparison with the cloud is a little late", nil) {
      $0.changeResource("node-1") { $0.nextSync = ClusterSnapshot.played - 300 }
    },
    DiagnosisCase("an address belongs to a pod that is gone", .ipsLeaked) {
      $0.pods = $0.pods.map { $0.filter { $0.node != "node-1" } }
    },
    DiagnosisCase("pods are not known", nil, not: .ipsLeaked) { $0.pods = .unknown("forbidden") },
    DiagnosisCase("the cloud does not know an address", .ipsInvalid) {
      $0.changeResource("node-1") { $0.interfaces[0].addresses.invalid = 1 }
    },
    DiagnosisCase("security groups have changed", .securityGroupDrift) {
      $0.changeResource("node-1") { $0.configuration.securityGroups = ["sg-2"] }
    },
    DiagnosisCase("an operation on an ENI failed", .eniOperationErrors) {
      $0.changeResource("node-1") { $0.interfaces[0].operationError = ClusterSnapshot.played - 60 }
    },
    DiagnosisCase("an operation on an ENI failed yesterday", nil) {
      $0.changeResource("node-1") { $0.interfaces[0].operationError = ClusterSnapshot.played - 86_400 }
    },
    DiagnosisCase("Terway has no resource of a node", .nodeResourceMissing) {
      $0.resources = $0.resources.map { $0.filter { $0.metadata.name != "node-1" } }
    },
    DiagnosisCase("Terway has no resource of a node that has just come", nil) {
      $0.resources = $0.resources.map { $0.filter { $0.metadata.name != "node-1" } }
      $0.changeNode("node-1") { $0.metadata.creationTimestamp = ClusterSnapshot.time(60) }
    },
    DiagnosisCase("a PodENI detaches for an hour", .podENIStuck) { $0.addPodENI("web-node-1", "Detaching", age: 3600) },
    DiagnosisCase("a PodENI detaches", nil) { $0.addPodENI("web-node-1", "Detaching", age: 10) },
    DiagnosisCase("a PodENI is of a pod that is gone", .podENILeaked) { $0.addPodENI("gone", "Bind", age: 3600) },
    DiagnosisCase("a PodENI is of a pod that is there", nil) { $0.addPodENI("web-node-1", "Bind", age: 3600) },
    DiagnosisCase("a pod waits and nothing says why", .podsWithoutNetwork) {
      $0.useAllAddresses()
      $0.addWaitingPod()
    },
    DiagnosisCase("a pod has just been made", nil) { $0.addWaitingPod(age: 10) },
  ]

  static let codes: [DiagnosisCase] = [
    DiagnosisCase("allocations fail", .ipAllocationFailing) {
      $0.useAllAddresses()
      $0.addWaitingPod()
      $0.addEvent("AllocIPFailed", "Pod", "waits", "no address")
    },
    DiagnosisCase("an allocation failed, and the pod has its address now", nil) {
      $0.addEvent("AllocIPFailed", "Pod", "web-node-1", "no address")
    },
    DiagnosisCase("the old name of a reason counts", .eniOperationErrors) {
      $0.addEvent("CniCreateENIError", "Node", "node-1", "failed")
    },
    DiagnosisCase("a reason that nobody knows does not", nil) { $0.addEvent("Rebooted", "Node", "node-1") },
    DiagnosisCase("an event is older than was asked for", nil) {
      $0.addEvent("CreateENIFailed", "Node", "node-1", "failed", ago: 7200)
    },
    DiagnosisCase("the cloud throttles", .cloudThrottled) {
      $0.addEvent("CreateENIFailed", "Node", "node-1", "Throttling.User: too many")
    },
    DiagnosisCase("the cloud rejects the credentials, as an event says", .credentialRejected) {
      $0.addEvent("SyncOpenAPIFailed", "Node", "node-1", "ErrorCode: InvalidAccessKeyId.NotFound")
    },
    DiagnosisCase("the cloud rejects the credentials, as the log says", .credentialRejected) {
      $0.addLog("E0829 14:45:54.233267       1 daemon.go:152] SignatureDoesNotMatch")
    },
    DiagnosisCase("a vSwitch does not exist", .vSwitchGone) {
      $0.addEvent("CreateENIFailed", "Node", "node-1", "InvalidVSwitchId.NotFound vsw-a")
    },
    DiagnosisCase("a security group does not exist", .securityGroupRejected) {
      $0.addEvent("CreateENIFailed", "Node", "node-1", "InvalidSecurityGroupId.NotFound sg-9")
    },
    DiagnosisCase("somebody deleted an ENI", .eniGone) {
      $0.addEvent("DetachENIFailed", "Node", "node-1", "InvalidEniId.NotFound")
    },
    DiagnosisCase("the cloud's API fails", .cloudAPIErrors) {
      $0.addEvent("SyncOpenAPIFailed", "Node", "node-1", "ServiceUnavailable")
    },
    DiagnosisCase("an error of the log that nobody knows is good to know", .logErrors) {
      $0.addLog("E0829 14:45:54.233267       1 daemon.go:152] something odd")
    },
    DiagnosisCase("a line of the log is no error", nil, not: .logErrors) {
      $0.addLog("I0829 14:45:54.233267       1 daemon.go:152] Throttling is configured")
    },
    DiagnosisCase("clocks are apart", .clocksApart) { $0.addEvent("AllocIPFailed", "Pod", "web-node-1", ago: -600) },
    DiagnosisCase("clocks differ by seconds", nil, not: .clocksApart) {
      $0.addEvent("AllocIPFailed", "Pod", "web-node-1", ago: -5)
    },
  ]

  static let monitoring: [DiagnosisCase] = [
    DiagnosisCase("no Service is there to be scraped", .scrapeEndpointMissing) { try $0.monitor(service: nil) },
    DiagnosisCase("the Service has no port of that name", .scrapeEndpointMissing) { try $0.monitor(port: "http") },
    DiagnosisCase("no Prometheus selects the monitor", .scrapeObjectNotSelected) { try $0.monitor(release: "other") },
    DiagnosisCase("a Prometheus selects the monitor", nil) { try $0.monitor() },
    DiagnosisCase("a target is down", .targetDown) {
      try $0.monitor()
      let target = ScrapeState.Target(job: "terway-operator", namespace: "ops", instance: "10.0.0.1:8080", isUp: false)
      $0.targets = .value(ScrapeState(targets: [target], series: ["terway_eni_allocated_ips": 3]))
    },
    DiagnosisCase("there are no series", .metricsAbsent) {
      try $0.monitor()
      $0.targets = .value(ScrapeState(targets: [], series: ["terway_eni_allocated_ips": 0]))
    },
    DiagnosisCase("an object of a profile belongs to somebody else", .scrapeObjectMissing) {
      $0.profile {
        $0.resources = [.init(apiVersion: "v1", kind: "ConfigMap", namespace: "a", name: "b", state: .conflict)]
      }
    },
    DiagnosisCase("an object of a profile is as it should be", nil) {
      $0.profile {
        $0.resources = [.init(apiVersion: "v1", kind: "ConfigMap", namespace: "a", name: "b", state: .synced)]
      }
    },
    DiagnosisCase("packets are lost", .packetLoss) { $0.profile { $0.performanceTest = .lossy(answers: 90) } },
    DiagnosisCase("no packet is lost", nil) { $0.profile { $0.performanceTest = .lossy(answers: 100) } },
    DiagnosisCase("a performance test failed", .performanceTestFailed) {
      $0.profile {
        $0.performanceTest = .init()
        $0.performanceTest?.state = .failed
      }
    },
  ]
}

extension MonitoringProfileStatus.PerformanceTest {
  fileprivate static func lossy(answers: Int64) -> Self {
    var test = Self()
    test.state = .succeeded
    test.result = Measurement(
      completionTime: ClusterSnapshot.time(60), clientNode: "node-0", serverNode: "node-1",
      ping: RoundTrips(attempts: 100, answers: answers, minimum: 1, average: 1, maximum: 1))
    return test
  }
}

extension ClusterSnapshot {
  fileprivate mutating func fill(_ node: String, idle: Int64) {
    changeResource(node) { resource in
      var full = resource.interfaces[0]
      full.addresses = .init(valid: 10, used: 10 - Int(idle), validUsed: 10 - Int(idle))
      full.pods = []
      var other = full
      other.id = "eni-other"
      resource.interfaces = [full, other]
    }
  }

  fileprivate mutating func addPodENI(_ name: String, _ phase: String, age: Double) {
    var podENI = PodENI()
    podENI.metadata = ObjectMeta(name: name, namespace: "default")
    podENI.metadata.creationTimestamp = Self.time(age)
    podENI.phase = phase
    podENIs = podENIs.map { $0 + [podENI] }
  }

  fileprivate mutating func profile(_ change: (inout MonitoringProfileStatus) -> Void) {
    var status = MonitoringProfileStatus()
    change(&status)
    var profile = MonitoringProfile(metadata: ObjectMeta(name: "terway"))
    profile.status = status
    profiles = .value([profile])
  }

  /// A ServiceMonitor, what it selects, and a Prometheus.
  fileprivate mutating func monitor(
    service: String? = "operator", port: String = "metrics", release: String = "stack"
  ) throws {
    var metadata = ObjectMeta(name: "terway-monitor", namespace: "monitoring")
    metadata.labels = ["release": "stack"]
    var object = ScrapeObject(GeneratedResource.serviceMonitor, metadata)
    object.selector = LabelSelector(matchLabels: ["name": "operator"])
    (object.namespaces, object.ports) = (["ops"], ["metrics"])
    scrapeObjects = .value([object])
    var view = ServiceView()
    view.metadata = ObjectMeta(name: "metrics", namespace: "ops")
    view.metadata.labels = ["name": service ?? "another"]
    view.ports = [port]
    services = .value([view])
    namespaces = .value(["monitoring": [:]])
    let selection = DetectedPrometheus.Selection(
      objects: LabelSelector(matchLabels: ["release": release]), namespaces: LabelSelector())
    prometheuses = .value([DetectedPrometheus(namespace: "monitoring", name: "k8s", serviceMonitors: selection)])
  }
}
