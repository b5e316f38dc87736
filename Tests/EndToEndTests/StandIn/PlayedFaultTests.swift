import KubernetesClient
import KubernetesModel
import Serialization
import TerwayModel
import TestSupport
import Testing

extension EndToEnd {
  /// One cluster, and a node for each fault.
  struct `Faults of the stand-in` {
    @Test func `show on the API server, and end as they would in life`() async throws {
      let played = try await PlayedCluster.start(nodes: 9)
      for node in 0..<9 { try await played.createPod("first-\(node)", on: "node-000\(node)") }
      try await played.waitUntilRunning((0..<9).map { "first-\($0)" })
      try await wedgedDaemon(played, "node-0000")
      try await stuckAttach(played, "node-0001")
      try await leakedAddress(played, "node-0002")
      try await stuckPodENI(played, "node-0003")
      try await drift(played, "node-0004")
      try await frozen(played, "node-0005")
      try await exhausted(played, "node-0006", neighbour: "node-0007")
      try await throttling(played, "node-0007")
      try await played.stop()
    }

    private func wedgedDaemon(_ played: PlayedCluster, _ node: String) async throws {
      try await played.standIn.fault("wedged-daemon", on: node)
      try await played.createPod("wedged", on: node)
      try await eventually("the kubelet says that it gets no network") {
        try await played.events(about: "wedged").contains("FailedCreatePodSandBox")
      }
      let waiting = try await played.pod("wedged").at("status", "containerStatuses")?[0]
      #expect(waiting?.at("state", "waiting", "reason") == "ContainerCreating")
      try await played.patchResource(node, ["spec": ["pool": ["maxPoolSize": 7]]])

      let former = try #require(try await played.daemon(of: node)?.at("metadata", "name")?.string)
      try await played.client.delete(PlayedCluster.pods, ObjectKey(namespace: "kube-system", name: former))
      try await played.waitUntilRunning(["wedged"])
      #expect(try await played.standIn.faults(of: node).isEmpty)
      #expect(try await played.daemon(of: node)?.at("metadata", "name")?.string != former)
      try await eventually("the patch by hand is undone") { try await played.resource(node).pool.maximum == 5 }
    }

    private func stuckAttach(_ played: PlayedCluster, _ node: String) async throws {
      try await played.standIn.fault("stuck-attach", on: node)
      try await eventually("an ENI attaches") {
        try await played.resource(node).interfaces.contains { $0.status == "Attaching" }
      }
      try await resync(played, node)
      #expect(try await played.resource(node).interfaces.allSatisfy { $0.status == "InUse" })
    }

    private func leakedAddress(_ played: PlayedCluster, _ node: String) async throws {
      try await played.standIn.fault("leaked-ip", on: node)
      try await eventually("an address is held by nobody") {
        try await played.resource(node).interfaces.reduce(0) { $0 + $1.addresses.used } == 2
      }
      try await resync(played, node)
      #expect(try await played.resource(node).interfaces.reduce(0) { $0 + $1.addresses.used } == 1)
    }

    /// As an operator forces it.
    private func resync(_ played: PlayedCluster, _ node: String) async throws {
      try await played.patchResource(
        node, subresource: "status", ["status": ["nextSyncOpenAPITime": "2020-01-01T00:00:00Z"]])
      try await eventually("a resync heals \(node)") { try await played.standIn.faults(of: node).isEmpty }
      try await eventually("its time is written") { (try await played.resource(node).nextSync ?? 0) > 1_600_000_000 }
    }

    private func stuckPodENI(_ played: PlayedCluster, _ node: String) async throws {
      let key = ObjectKey(namespace: "default", name: "stuck-on-\(node)")
      try await played.standIn.fault("stuck-podeni", on: node)
      try await eventually("a PodENI detaches") {
        try await played.client.get(PodENI.self, key).phase == "Detaching"
      }
      try await played.client.delete(PodENI.resource, key)
      try await eventually("its deletion heals") { try await played.standIn.faults(of: node).isEmpty }
    }

    private func drift(_ played: PlayedCluster, _ node: String) async throws {
      try await played.standIn.fault("security-group-drift", on: node)
      try await eventually("security groups differ") { try await !played.resource(node).driftedInterfaces.isEmpty }
      try await played.standIn.fault("", on: node)
      try await eventually("they are the same again") { try await played.resource(node).driftedInterfaces.isEmpty }
    }

    private func frozen(_ played: PlayedCluster, _ node: String) async throws {
      try await played.standIn.fault("frozen", on: node)
      try await Task.sleep(for: .milliseconds(500))
      let before = try await played.resource(node)
      try await played.patchResource(node, ["spec": ["pool": ["maxPoolSize": 7]]])
      try await played.createPod("frozen", on: node)
      try await eventually("the daemon has no address for a pod") {
        try await played.events(about: "frozen").contains("AllocIPFailed")
      }
      let after = try await played.resource(node)
      #expect(after.pool.maximum == 7)
      #expect(after.interfaces == before.interfaces)
      try await played.standIn.fault("", on: node)
      try await played.waitUntilRunning(["frozen"])
    }

    private func exhausted(_ played: PlayedCluster, _ node: String, neighbour: String) async throws {
      try await played.standIn.fault("vswitch-exhausted", on: node)
      try await played.createPods(9, named: "exhausted", on: node)
      try await eventually("the node says that it has no addresses") {
        let conditions = try await played.client.get(PlayedCluster.nodes, ObjectKey(name: node), as: JSONValue.self)
          .at("status", "conditions")?.array
        return conditions?.contains { $0["type"] == "SufficientIP" && $0["reason"] == "InsufficientIP" } == true
      }
      #expect(try await played.events(about: node).intersection(["CreateENIFailed", "AllocIPFailed"]).isEmpty == false)
      #expect(try await played.resource(node).interfaces.contains { $0.insufficientIP != nil })
      try await played.createPods(3, named: "neighbour", on: neighbour)
      try await played.waitUntilRunning((0..<3).map { "neighbour-\($0)" })
      try await played.standIn.fault("", on: node)
      try await played.waitUntilRunning((0..<9).map { "exhausted-\($0)" })
    }

    private func throttling(_ played: PlayedCluster, _ node: String) async throws {
      try await played.standIn.fault("throttling", on: node)
      // Another node: it is the account that is throttled.
      try await played.createPods(9, named: "throttled", on: "node-0008")
      try await eventually("an operation has failed") {
        try await played.resource("node-0008").interfaces.contains { $0.operationError != nil }
      }
      try await played.standIn.fault("", on: node)
      try await played.waitUntilRunning((0..<9).map { "throttled-\($0)" })
    }

    @Test func `leave a pod where it is when the stand-in is killed and started again`() async throws {
      let played = try await PlayedCluster.start(nodes: 2)
      try await played.createPods(3, named: "kept", on: "node-0001")
      try await played.waitUntilRunning((0..<3).map { "kept-\($0)" })
      try await played.standIn.fault("wedged-daemon", on: "node-0000")
      let former = try await played.resource("node-0001").interfaces
      try await played.standIn.end(by: 9)
      try await played.deletePod("kept-2")

      let again = PlayedCluster(
        cluster: played.cluster,
        standIn: try await StandIn.restart(
          on: played.cluster.plane, nodes: 2, arguments: ["--addresses-per-adapter", "10"]))
      try await eventually("the address of the pod that went is free") {
        try await again.resource("node-0001").interfaces.reduce(0) { $0 + $1.addresses.used } == 2
      }
      let now = try await again.resource("node-0001").interfaces
      #expect(now.map(\.id) == former.map(\.id))
      #expect(try await again.standIn.faults(of: "node-0000") == "wedged-daemon")
      try await again.createPod("wedged", on: "node-0000")
      try await eventually("the fault is still there") {
        try await again.events(about: "wedged").contains("FailedCreatePodSandBox")
      }
      try await again.stop()
    }
  }
}
