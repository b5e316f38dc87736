import Insights
import KubernetesModel
import Monitoring
import Serialization
import TerwayModel

extension DiagnosisCase {
  /// Of ENIs and addresses.
  package static let addresses: [DiagnosisCase] = [
    DiagnosisCase("Terway's definitions are gone", .definitionMissing) {
      $0.resources = .absent
      $0.podENIs = .absent
    }.unitOnly(because: "the definitions are what all other states are written with"),
    DiagnosisCase("no node has a resource yet", .nodeResourceMissing, not: .definitionMissing) {
      $0.resources = .value([])
    },
    DiagnosisCase("a vSwitch has no address left", .vSwitchExhausted) { $0.exhaust("node-1") },
    DiagnosisCase("a vSwitch had no address left an hour ago", nil, not: .vSwitchExhausted) {
      $0.exhaust("node-1", ago: 3600)
    },
    DiagnosisCase("a node has all its ENIs and no idle address", .atMaximumENIs) { $0.fill("node-1", idle: 0) },
    DiagnosisCase("a node has all its ENIs and idle addresses", nil, not: .atMaximumENIs) {
      $0.fill("node-1", idle: 2)
    },
    DiagnosisCase("an ENI attaches for an hour", .eniStuck) {
      $0.changeResource("node-1") { $0.interfaces[0].status = "Attaching" }
    },
    DiagnosisCase("an ENI attaches", nil, not: .eniStuck) {
      $0.changeResource("node-1") {
        $0.interfaces[0].status = "Attaching"
        $0.lastModified = ClusterSnapshot.played - 10
      }
    },
    DiagnosisCase("a node is not compared with the cloud", .nodeNotSynced) {
      $0.changeResource("node-1") { $0.nextSync = ClusterSnapshot.played - 3600 }
    },
    DiagnosisCase("a comparison with the cloud is a little late", nil, not: .nodeNotSynced) {
      $0.changeResource("node-1") { $0.nextSync = ClusterSnapshot.played - 300 }
    },
    DiagnosisCase("an address belongs to a pod that is gone", .ipsLeaked) {
      $0.pods = $0.pods.map { $0.filter { $0.node != "node-1" } }
    },
    DiagnosisCase("pods are not known", nil, not: .ipsLeaked) { $0.pods = .unknown("forbidden") }
      .unitOnly(because: "what may not be read is of an account, not of the cluster"),
    DiagnosisCase("a pod has two addresses", nil, not: .ipsLeaked) {
      $0.changeResource("node-1") {
        $0.interfaces[0].addresses = .init(valid: 2, used: 2, validUsed: 2)
        $0.interfaces[0].pods += $0.interfaces[0].pods
      }
    },
    DiagnosisCase("the cloud does not know an address", .ipsInvalid) {
      $0.changeResource("node-1") { $0.interfaces[0].addresses.invalid = 1 }
    },
    DiagnosisCase("the cloud gives an address back", nil, not: .ipsInvalid) {
      $0.changeResource("node-1") { $0.interfaces[0].addresses.deleting = 1 }
    },
    DiagnosisCase("there are several security groups", nil, not: .securityGroupDrift) {
      try $0.configure(["security_groups": ["sg-2", "sg-1"]])
      $0.changeResources {
        $0.configuration.securityGroups = ["sg-1", "sg-2"]
        $0.interfaces[0].securityGroups = ["sg-1", "sg-2"]
      }
    },
    DiagnosisCase("security groups have changed", .securityGroupDrift) {
      $0.changeResource("node-1") { $0.configuration.securityGroups = ["sg-2"] }
    },
    DiagnosisCase("an operation on an ENI failed", .eniOperationErrors) {
      $0.changeResource("node-1") { $0.interfaces[0].operationError = ClusterSnapshot.played - 60 }
    },
    DiagnosisCase("an operation on an ENI failed yesterday", nil, not: .eniOperationErrors) {
      $0.changeResource("node-1") { $0.interfaces[0].operationError = ClusterSnapshot.played - 86_400 }
    },
    DiagnosisCase("Terway has no resource of a node", .nodeResourceMissing) {
      $0.resources = $0.resources.map { $0.filter { $0.metadata.name != "node-1" } }
    },
    DiagnosisCase("Terway has no resource of a node that has just come", nil, not: .nodeResourceMissing) {
      $0.resources = $0.resources.map { $0.filter { $0.metadata.name != "node-1" } }
      $0.changeNode("node-1") { $0.metadata.creationTimestamp = ClusterSnapshot.time(60) }
    },
    DiagnosisCase("a PodENI detaches for an hour", .podENIStuck) { $0.addPodENI("web-node-1", "Detaching", age: 3600) },
    DiagnosisCase("a PodENI detaches", nil, not: .podENIStuck) { $0.addPodENI("web-node-1", "Detaching", age: 10) },
    DiagnosisCase("a PodENI is of a pod that is gone", .podENILeaked) { $0.addPodENI("gone", "Bind", age: 3600) },
    DiagnosisCase("a PodENI is of a pod that is there", nil, not: .podENILeaked) {
      $0.addPodENI("web-node-1", "Bind", age: 3600)
    },
    DiagnosisCase("a pod waits and nothing says why", .podsWithoutNetwork) {
      $0.useAllAddresses()
      $0.addWaitingPod()
    },
    DiagnosisCase("a pod has just been made", nil, not: .podsWithoutNetwork) { $0.addWaitingPod(age: 10) },
  ]
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
}
