import KubernetesModel
import Serialization
import TerwayModel
import Testing

@testable import Insights

/// Several things are wrong at the same time, and one of them is the reason.
struct `Cascades` {
  struct Cascade: Sendable, CustomTestStringConvertible {
    var name: String
    var root: FindingID
    /// Each must be found, and be said to follow from the root.
    var symptoms: Set<FindingID>
    var change: @Sendable (inout ClusterSnapshot) throws -> Void

    init(
      _ name: String, _ root: FindingID, then symptoms: Set<FindingID>,
      _ change: @escaping @Sendable (inout ClusterSnapshot) throws -> Void
    ) {
      (self.name, self.root, self.symptoms, self.change) = (name, root, symptoms, change)
    }

    var testDescription: String { name }
  }

  @Test(arguments: cascades)
  func `have the root first, and the rest follows from it`(cascade: Cascade) throws {
    var snapshot = try ClusterSnapshot.healthy()
    try cascade.change(&snapshot)
    let findings = Diagnosis(of: snapshot).findings
    let seen = findings.map { "\($0.id.rawValue) \($0.object) <- \($0.cause)" }
    #expect(findings.first?.id == cascade.root && findings.first?.isRoot == true, "\(seen)")
    for symptom in cascade.symptoms {
      let found = findings.filter { $0.id == symptom }
      #expect(!found.isEmpty && found.allSatisfy { $0.causeID == cascade.root }, "\(symptom): \(seen)")
    }
  }

  static let cascades: [Cascade] = [
    Cascade("a node goes", .nodeNotReady, then: [.daemonDown, .podsWithoutNetwork, .nodeNotSynced]) {
      $0.changeNode("node-1") { $0.isNotReady = true }
      $0.stop("node-1")
      $0.changeResource("node-1") { $0.nextSync = ClusterSnapshot.played - 7200 }
      $0.addWaitingPod()
    },
    Cascade(
      "a vSwitch is exhausted", .vSwitchExhausted,
      then: [.ipAllocationFailing, .podsWithoutNetwork, .eniOperationErrors, .ipsLeaked]
    ) {
      $0.exhaust("node-1")
      $0.starve()
      $0.addEvent("CreateENIFailed", "Node", "node-1", "InvalidVSwitchId.IpNotEnough: vsw-a")
      $0.addEvent("AllocIPFailed", "Pod", "waits", "no address")
      $0.pods = $0.pods.map { $0.filter { $0.metadata.name != "web-node-1" } }
      $0.useAllAddresses()
    },
    Cascade(
      "a configuration is broken", .configMalformed, then: [.daemonCrashLooping, .daemonDown, .podsWithoutNetwork]
    ) {
      try $0.configure("{")
      $0.stop("node-1", waiting: "CrashLoopBackOff", lastEnd: "Error", restarts: 6)
      $0.starve()
    },
    Cascade("a daemon needs more memory", .outOfMemory, then: [.daemonCrashLooping, .daemonDown, .podsWithoutNetwork]) {
      $0.stop("node-1", waiting: "CrashLoopBackOff", lastEnd: "OOMKilled", restarts: 6)
      $0.starve()
    },
    Cascade("an image cannot be pulled", .imagePullFailing, then: [.daemonDown, .versionsMixed, .podsWithoutNetwork]) {
      $0.changeDaemon("node-1") { $0.containers[0].image = "terway:v1.17.0" }
      $0.stop("node-1", waiting: "ImagePullBackOff")
      $0.starve()
    },
    Cascade(
      "credentials expired", .credentialRejected,
      then: [.cloudAPIErrors, .eniOperationErrors, .nodeNotSynced, .podsWithoutNetwork]
    ) {
      for node in ["node-0", "node-1", "node-2"] {
        $0.addEvent("SyncOpenAPIFailed", "Node", node, "InvalidAccessKeyId.Inactive")
        $0.changeResource(node) { $0.nextSync = ClusterSnapshot.played - 7200 }
      }
      $0.useAllAddresses()
      $0.addEvent("CreateENIFailed", "Node", "node-1", "InvalidAccessKeyId.Inactive")
      $0.starve()
    },
    Cascade(
      "the controlplane does not run", .controlplaneUnavailable, then: [.nodeNotSynced, .eniStuck, .podsWithoutNetwork]
    ) {
      $0.changeControlplane { $0.isReady = false }
      $0.changeResources {
        $0.nextSync = ClusterSnapshot.played - 7200
        $0.interfaces[0].addresses.validUsed = 2
      }
      $0.changeResource("node-1") { $0.interfaces[0].status = "Attaching" }
      $0.starve()
    },
    Cascade(
      "pools are told to be larger than they may", .poolBoundsInverted, then: [.cloudThrottled, .eniOperationErrors]
    ) {
      try $0.configure(["min_pool_size": 20])
      $0.changeResources { $0.pool.minimum = 20 }
      $0.addEvent("CreateENIFailed", "Node", "node-1", "Throttling.User")
    },
    Cascade(
      "a zone was forgotten", .zoneWithoutVSwitch,
      then: [.ipAllocationFailing, .podsWithoutNetwork, .eniOperationErrors]
    ) {
      $0.changeNode("node-1") { $0.metadata.labels["topology.kubernetes.io/zone"] = "zone-c" }
      $0.changeResource("node-1") { $0.interfaces = [] }
      $0.addEvent("CreateENIFailed", "Node", "node-1", "no vSwitch")
      $0.addEvent("AllocIPFailed", "Pod", "waits", "no address")
      $0.starve()
    },
    Cascade("a daemon is wedged", .daemonStuck, then: [.podsWithoutNetwork, .ipsLeaked, .configDrift]) {
      $0.starve(note: "error alloc ip rpc error: code = DeadlineExceeded")
      $0.pods = $0.pods.map { $0.filter { $0.metadata.name != "web-node-1" } }
      $0.changeResource("node-1") { $0.pool.maximum = 9 }
    },
    Cascade("the cloud throttles the account", .cloudThrottled, then: [.eniOperationErrors, .nodeNotSynced, .eniStuck])
    {
      $0.addEvent("AttachENIFailed", "Node", "node-1", "Throttling")
      $0.changeResources { $0.nextSync = ClusterSnapshot.played - 7200 }
      $0.changeResource("node-1") { $0.interfaces[0].status = "Attaching" }
    },
    Cascade("a crash after an upgrade of some nodes", .versionsMixed, then: [.panic, .daemonCrashLooping, .daemonDown])
    {
      $0.changeDaemon("node-1") { $0.containers[0].image = "terway:v1.17.0" }
      $0.stop("node-1", waiting: "CrashLoopBackOff", lastEnd: "Error", restarts: 6)
      $0.addLog("panic: assignment to entry in nil map")
    },
  ]

  @Test func `of two places stay apart, each with its own root`() throws {
    var snapshot = try ClusterSnapshot.healthy()
    snapshot.useAllAddresses()
    snapshot.exhaust("node-0")
    snapshot.starve("a", on: "node-0")
    snapshot.stop("node-2", waiting: "ImagePullBackOff")
    snapshot.starve("b", on: "node-2")
    let findings = Diagnosis(of: snapshot).findings
    let causes = Dictionary(findings.map { ($0.object, $0.causeID) }) { first, _ in first }
    #expect(causes["Pod default/a"] == .vSwitchExhausted)
    #expect(causes["Pod default/b"] == .imagePullFailing)
    #expect(findings.first { $0.object == "Pod default/a" }?.isRoot == false)
  }

  @Test func `are less sure where what they expect was not seen, or could not be looked at`() throws {
    var snapshot = try ClusterSnapshot.healthy()
    snapshot.useAllAddresses()
    snapshot.exhaust("node-1")
    let alone = try #require(Diagnosis(of: snapshot).findings.first)
    snapshot.events = .unknown("forbidden")
    let blind = try #require(Diagnosis(of: snapshot).findings.first)
    snapshot.events = .value([])
    snapshot.starve()
    snapshot.addEvent("AllocIPFailed", "Pod", "waits")
    let sure = try #require(Diagnosis(of: snapshot).findings.first)
    #expect(alone.confidence < blind.confidence && blind.confidence < sure.confidence)
    #expect(sure.confidence <= 0.95)
    #expect(blind.expected.contains { $0.state == .unknown(because: "forbidden") })
  }
}
