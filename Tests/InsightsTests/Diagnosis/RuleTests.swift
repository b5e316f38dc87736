import KubernetesModel
import Monitoring
import Serialization
import TerwayModel
import Testing

@testable import Insights

/// A state of a cluster and what is to be found first in it; `nil` = nothing but what is good to know.
struct DiagnosisCase: Sendable, CustomTestStringConvertible {
  var name: String
  var expected: FindingID?
  /// Must not be found, wherever.
  var absent: FindingID?
  var change: @Sendable (inout ClusterSnapshot) throws -> Void

  init(
    _ name: String, _ expected: FindingID?, not absent: FindingID? = nil,
    _ change: @escaping @Sendable (inout ClusterSnapshot) throws -> Void
  ) {
    (self.name, self.expected, self.absent, self.change) = (name, expected, absent, change)
  }

  var testDescription: String { name }

  func check(ipam: String? = "crd") throws {
    var snapshot = try ClusterSnapshot.healthy(ipam: ipam)
    try change(&snapshot)
    let diagnosis = Diagnosis(of: snapshot)
    let problems = diagnosis.findings.filter { $0.severity != .info }
    let found = diagnosis.findings.map { "\($0.id.rawValue) \($0.severity.rawValue) <- \($0.cause)" }
    if let expected {
      #expect(diagnosis.findings.first?.id == expected, "\(found)")
    } else {
      #expect(problems.isEmpty, "\(found)")
    }
    if let absent { #expect(!diagnosis.findings.contains { $0.id == absent }, "\(found)") }
  }
}

struct `Rules of the diagnosis` {
  @Test(arguments: [nil, "crd"])
  func `find nothing in a healthy cluster`(ipam: String?) throws {
    let diagnosis = Diagnosis(of: try ClusterSnapshot.healthy(ipam: ipam))
    #expect(diagnosis.findings.map(\.id) == [])
    #expect(diagnosis.unknown.isEmpty && !diagnosis.hasProblems && diagnosis.sawTerway)
  }

  @Test(arguments: programs)
  func `about programs find the cause and pass over its near miss`(example: DiagnosisCase) throws {
    try example.check()
  }

  @Test(arguments: configurations)
  func `about configuration find the cause and pass over its near miss`(example: DiagnosisCase) throws {
    try example.check()
  }

  @Test(arguments: legacy)
  func `about daemons with an IPAM of their own find the cause and pass over its near miss`(
    example: DiagnosisCase
  ) throws { try example.check(ipam: nil) }

  @Test(arguments: addresses)
  func `about addresses find the cause and pass over its near miss`(example: DiagnosisCase) throws {
    try example.check()
  }

  @Test(arguments: codes)
  func `about codes find the cause and pass over its near miss`(example: DiagnosisCase) throws { try example.check() }

  @Test(arguments: monitoring)
  func `about metrics find the cause and pass over its near miss`(example: DiagnosisCase) throws { try example.check() }
}

extension `Rules of the diagnosis` {
  static let programs: [DiagnosisCase] = [
    DiagnosisCase("a node is not ready", .nodeNotReady) { $0.changeNode("node-1") { $0.isNotReady = true } },
    DiagnosisCase("nobody says whether a node is ready", nil) { $0.changeNode("node-1") { $0.isReady = false } },
    DiagnosisCase("a daemon is not ready", .daemonDown) { $0.changeDaemon("node-1") { $0.isReady = false } },
    DiagnosisCase("a daemon has just started", nil) {
      $0.changeDaemon("node-1") {
        $0.isReady = false
        $0.startTime = ClusterSnapshot.played - 20
      }
    },
    DiagnosisCase("a node of Terway has no daemon", .daemonDown) {
      $0.terwayPods = $0.terwayPods.map { $0.filter { $0.node != "node-1" } }
    },
    DiagnosisCase("there is no daemon at all", .daemonDown) {
      $0.terwayPods = $0.terwayPods.map { $0.filter { $0.role != .daemon } }
    },
    DiagnosisCase("a daemon's image cannot be pulled", .imagePullFailing) {
      $0.stop("node-1", waiting: "ImagePullBackOff")
    },
    DiagnosisCase("a daemon was killed for want of memory", .outOfMemory) {
      $0.stop("node-1", waiting: "CrashLoopBackOff", lastEnd: "OOMKilled", restarts: 7)
    },
    DiagnosisCase("a daemon was killed for want of memory long ago", nil, not: .outOfMemory) {
      $0.changeDaemon("node-1") {
        $0.containers[0].lastEnd = "OOMKilled"
        $0.containers[0].lastEndTime = ClusterSnapshot.played - 90_000
        $0.containers[0].restarts = 9
      }
    },
    DiagnosisCase("a daemon restarts again and again", .daemonCrashLooping) {
      $0.stop("node-1", waiting: "CrashLoopBackOff", lastEnd: "Error", restarts: 5)
    },
    DiagnosisCase("a daemon restarted once", nil) {
      $0.changeDaemon("node-1") {
        $0.containers[0].restarts = 1
        $0.containers[0].lastEndTime = ClusterSnapshot.played - 60
      }
    },
    DiagnosisCase("daemons of two versions run", .versionsMixed) {
      $0.changeDaemon("node-1") { $0.containers[0].image = "terway:v1.15.0" }
    },
    DiagnosisCase("the controlplane is not ready", .controlplaneUnavailable) {
      $0.changeControlplane { $0.isReady = false }
    },
    DiagnosisCase("the controlplane is elsewhere", nil, not: .controlplaneUnavailable) {
      $0.terwayPods = $0.terwayPods.map { $0.filter { $0.role == .daemon } }
    },
    DiagnosisCase("a daemon is at its limit of CPU", .daemonThrottled) { try $0.use(cpu: 0.099, memory: 1e6) },
    DiagnosisCase("a daemon is at its limit of memory", .daemonThrottled) { try $0.use(cpu: 0.01, memory: 2.6e8) },
    DiagnosisCase("a daemon is busy", nil) { try $0.use(cpu: 0.08, memory: 2e8) },
    DiagnosisCase("a daemon panicked", .panic) { $0.addLog("panic: runtime error: index out of range [3]") },
    DiagnosisCase("a daemon has addresses and hands none out", .daemonStuck) { $0.addWaitingPod() },
    DiagnosisCase("a pod waits for its volume", nil, not: .daemonStuck) {
      $0.addWaitingPod()
      $0.addEvent("FailedMount", "Pod", "waits")
    },
  ]

  static let configurations: [DiagnosisCase] = [
    DiagnosisCase("there is no configuration", .configMissing) { $0.configurations = .value([:]) },
    DiagnosisCase("eni_conf is no object", .configMalformed) { try $0.configure("{") },
    DiagnosisCase("the least pool is above the largest", .poolBoundsInverted) {
      try $0.configure(["min_pool_size": 9])
      $0.changeResources { $0.pool.minimum = 9 }
    },
    DiagnosisCase("the least pool is the largest", nil) {
      try $0.configure(["min_pool_size": 5])
      $0.changeResources { $0.pool.minimum = 5 }
    },
    DiagnosisCase("a zone has no vSwitch", .zoneWithoutVSwitch) {
      $0.changeNode("node-1") { $0.metadata.labels["topology.kubernetes.io/zone"] = "zone-c" }
    },
    DiagnosisCase("a zone's list of vSwitches is empty", .zoneWithoutVSwitch) {
      try $0.configure(["vswitches": ["zone-a": [], "zone-b": ["vsw-b"]]])
    },
    DiagnosisCase("no vSwitches are named, so that Terway takes those of the instances", nil) {
      try $0.configure(["vswitches": [:]])
    },
    DiagnosisCase("a key is mistyped", .configUnknownKey) { try $0.configure(["max_pol_size": 10]) },
    DiagnosisCase("a key is of the datapath", nil) { try $0.configure(["cilium_args": "x"]) },
    DiagnosisCase("a key is deprecated", .configDeprecatedKey) { try $0.configure(["hot_plug": "true"]) },
    DiagnosisCase("eni_conf holds keys", .credentialsInConfig) { try $0.configure(["access_secret": "geheim"]) },
    DiagnosisCase("the text of a key is empty", nil, not: .credentialsInConfig) {
      try $0.configure(["access_secret": ""])
    },
    DiagnosisCase("a node names a ConfigMap that is not there", .nodeConfigMissing) {
      $0.changeNode("node-1") { $0.metadata.labels["terway-config"] = "wide" }
    },
    DiagnosisCase("a node names a ConfigMap that is there", nil) {
      try $0.configure(["max_pool_size": 8], of: "wide")
      $0.changeNode("node-1") { $0.metadata.labels["terway-config"] = "wide" }
      $0.changeResource("node-1") { $0.pool.maximum = 8 }
    },
    DiagnosisCase("a node has another pool than it should", .configDrift) {
      $0.changeResource("node-1") { $0.pool.maximum = 50 }
    },
    DiagnosisCase("a configuration changed just now", nil) {
      try $0.configure(["max_pool_size": 8], changed: 30)
    },
    DiagnosisCase("the controlplane is degraded", .controlplaneDegraded) {
      var map = TerwayConfigMap()
      map.degradation = "l1"
      let file = ConfigurationFile(map)
      $0.configurations = $0.configurations.map { $0.merging(["terway-controlplane": file]) { $1 } }
    },
    DiagnosisCase("a daemon cannot use its configuration", .configError) {
      $0.addEvent("ConfigError", "Node", "node-1", "json: cannot unmarshal")
    },
    DiagnosisCase("a change of mode is refused", .configChangeRefused) {
      $0.addEvent("PrefixModeImmutable", "Node", "node-1")
    },
  ]

  static let legacy: [DiagnosisCase] = [
    DiagnosisCase("the configuration is newer than the daemons", .configNotLoaded) {
      try $0.configure(["max_pool_size": 8], changed: 600)
    },
    DiagnosisCase("the configuration is older than the daemons", nil) {
      try $0.configure(["max_pool_size": 8], changed: 7300)
    },
    DiagnosisCase("a pool that is clamped is no catastrophe, and said", .poolBoundsInverted) {
      try $0.configure(["min_pool_size": 9])
    },
    DiagnosisCase("there is no controlplane", nil, not: .controlplaneAbsent) {
      $0.terwayPods = $0.terwayPods.map { $0.filter { $0.role == .daemon } }
    },
  ]
}

extension ClusterSnapshot {
  fileprivate mutating func use(cpu: Double, memory: Double) throws {
    let key = ObjectKey(namespace: "kube-system", name: "terway-eniip-node-1")
    usage = .value([PodUsage(key: key, containers: ["terway": .init(cpu: cpu, memory: memory)])])
  }
}
