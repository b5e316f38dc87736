import KubernetesModel
import Serialization
import TerwayModel
import TestSupport
import Testing

extension EndToEnd {
  /// A leader that is cut off while it changes nodes one after another.
  struct `A rollout whose leader is cut off` {
    private static let arguments = [
      "--leader-elect", "--leader-election-namespace", "terway-operator-system",
      "--leader-election-lease-duration", "8s", "--leader-election-renew-deadline", "3s",
      "--leader-election-retry-period", "500ms",
    ]
    private static let leads = #"leader_election_master_status{name="terway-operator"}"#
    private static let names = (1...8).map { "n\($0)" }
    private static let spec: JSONValue = [
      "mode": "Apply", "evaluationInterval": "1s", "forecast": ["enabled": false],
      "budget": ["maxConcurrentNodes": 1, "writesPerMinute": 6000],
    ]

    @Test func `is ended by the next one, and no node is changed twice`() async throws {
      let cluster = try await Cluster.clean()
      try await cluster.installTerwayNodes()
      try await cluster.client.delete(
        ResourceType("coordination.k8s.io/v1", "Lease", plural: "leases", namespaced: true),
        ObjectKey(namespace: "terway-operator-system", name: "terway-operator"))
      let terway = TerwayStandIn(cluster)
      for name in Self.names {
        terway.setUsed(9, on: name)
        try await cluster.addNode(name)
      }
      try await terway.catchUp(cluster)
      let audit = try AuditLog(cluster.plane)
      let proxies = (
        try await FaultProxy(before: cluster.plane, user: "first"),
        try await FaultProxy(before: cluster.plane, user: "second")
      )
      let first = try OperatorProcess(kubeconfig: proxies.0.kubeconfig, arguments: Self.arguments)
      try await eventually("the first one leads") { try await first.metric(Self.leads) == 1 }
      let second = try OperatorProcess(kubeconfig: proxies.1.kubeconfig, arguments: Self.arguments)
      try await second.waitUntilReady()

      try await cluster.applyPolicy("p", Self.spec)
      try await eventually("some nodes are changed") { try await labelled(cluster) >= 2 }
      try await proxies.0.set(network: .cut)
      #expect(try await labelled(cluster) < Self.names.count)
      try await eventually("the second one leads") { try await second.metric(Self.leads) == 1 }
      try await eventually("all nodes are changed") {
        for name in Self.names {
          let pool = try await cluster.terwayNode(name).pool
          if pool != TerwayNode.Pool(minimum: 10, maximum: 28) { return false }
        }
        return true
      }
      try await proxies.0.set(network: .up)
      try await cluster.waitForPolicy("the end of it", "p", second) { $0.conditions["Reconciling"]?.status == .no }
      #expect(try await first.metric(Self.leads) == 0)

      let writes = try audit.entries().filter { $0.isWrite && (200..<300).contains($0.code) }
      let takeover = try #require(writes.first { $0.user == "second" && $0.resource == "leases" }?.time)
      let changes = writes.filter {
        $0.group.isEmpty && $0.resource == "nodes" && ["first", "second"].contains($0.user)
      }
      for name in Self.names { #expect(changes.count { $0.name == name } == 1, "\(name)") }
      #expect(Set(changes.map(\.user)) == ["first", "second"])
      let late = writes.filter {
        $0.user == "first" && $0.time > takeover && !["leases", "events"].contains($0.resource)
      }
      #expect(late.allSatisfy { $0.resource.hasPrefix("selfsubject") }, "\(late)")
      terway.stop()
      #expect(try await second.stop() == 0)
      #expect(try await first.stop() == 0)
    }

    private func labelled(_ cluster: Cluster) async throws -> Int {
      var count = 0
      for name in Self.names where try await cluster.node(name).configurationName != nil { count += 1 }
      return count
    }
  }
}
