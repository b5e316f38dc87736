import Insights
import KubernetesModel
import Serialization
import TerwayModel

/// Several things are wrong at the same time, and one of them is the reason.
package struct Cascade: Sendable, CustomStringConvertible {
  package var name: String
  package var root: FindingID
  /// Each must be found, and be said to follow from the root.
  package var symptoms: Set<FindingID>
  private var change: @Sendable (inout ClusterSnapshot) throws -> Void

  package init(
    _ name: String, _ root: FindingID, then symptoms: Set<FindingID>,
    _ change: @escaping @Sendable (inout ClusterSnapshot) throws -> Void
  ) {
    (self.name, self.root, self.symptoms, self.change) = (name, root, symptoms, change)
  }

  package var description: String { name }

  package func snapshot() throws -> ClusterSnapshot {
    var snapshot = try ClusterSnapshot.healthy()
    try change(&snapshot)
    return snapshot
  }

  /// What a diagnosis of the state says that it should not, or does not say; empty = all is well.
  package func complaints(_ diagnosis: Diagnosis) -> [String] {
    let findings = diagnosis.findings
    let found = findings.map { "\($0.id.rawValue) of \($0.object) <- \($0.causeID.rawValue)" }
    var complaints: [String] = []
    if findings.first?.id != root || findings.first?.isRoot != true {
      complaints.append("\(root.rawValue) is not first of \(found)")
    }
    for symptom in symptoms.sorted() {
      let followers = findings.filter { $0.id == symptom }
      if followers.isEmpty || !followers.allSatisfy({ $0.causeID == root }) {
        complaints.append("\(symptom.rawValue) does not follow from it: \(found)")
      }
    }
    return complaints
  }
}

extension Cascade {
  package static let all: [Cascade] = [
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
}
