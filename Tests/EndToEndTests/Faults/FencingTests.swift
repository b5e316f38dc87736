import Foundation
import KubernetesModel
import TestSupport
import Testing

extension EndToEnd {
  /// A leader that cannot renew its lease and could still write.
  struct `A leader that is cut off from its lease` {
    /// Between deadline and lease, work has its time to end; a process whose work has not ended by then exits, as it should,
    /// and a busy machine takes a second for what is under way.
    private static let arguments = [
      "--leader-elect", "--leader-election-namespace", "terway-operator-system",
      "--leader-election-lease-duration", "8s", "--leader-election-renew-deadline", "3s",
      "--leader-election-retry-period", "500ms",
    ]
    /// Of an audit log's time, which has microseconds.
    private static func date(_ text: String) -> Date? {
      try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    private static let status = #"leader_election_master_status{name="terway-operator"}"#

    @Test(arguments: [
      Fault.stalled(afterBytes: 0), .requestLost, .answered(503), .answered(500),
    ])
    func `writes nothing after its deadline, and another takes over after that`(_ fault: Fault) async throws {
      let cluster = try await Cluster.clean()
      try await cluster.client.delete(
        ResourceType("coordination.k8s.io/v1", "Lease", plural: "leases", namespaced: true),
        ObjectKey(namespace: "terway-operator-system", name: "terway-operator"))
      let audit = try AuditLog(cluster.plane)
      let proxies = (
        try await FaultProxy(before: cluster.plane, user: "first"),
        try await FaultProxy(before: cluster.plane, user: "second")
      )
      let first = try OperatorProcess(kubeconfig: proxies.0.kubeconfig, arguments: Self.arguments)
      try await eventually("the first one leads") { try await first.metric(Self.status) == 1 }
      let second = try OperatorProcess(kubeconfig: proxies.1.kubeconfig, arguments: Self.arguments)
      try await second.waitUntilReady()
      try await cluster.apply("terway")
      try await cluster.waitUntilReady("terway")

      #expect(try await first.metric(Self.status) == 1)
      try await proxies.0.add([fault.on(path: "/leases")])
      // Work without end, for whoever leads.
      let person = Task {
        while !Task.isCancelled {
          _ = try? await cluster.spoilConfigMap(of: "terway")
          try? await Task.sleep(for: .milliseconds(100))
        }
      }
      defer { person.cancel() }
      try await eventually("the second one leads") { try await second.metric(Self.status) == 1 }
      try await eventually("and works") {
        try audit.entries().contains { $0.user == "second" && $0.isProfileWork }
      }
      // Long enough for anything that the first one has under way.
      try await Task.sleep(for: .seconds(3))
      person.cancel()
      await person.value

      let entries = try audit.entries()
      let renewals = entries.filter { $0.user == "first" && $0.resource == "leases" && $0.isAcceptedWrite }
      let takeover = try #require(
        entries.first { $0.user == "second" && $0.resource == "leases" && $0.isAcceptedWrite })
      let writes = entries.filter { $0.user == "first" && $0.isProfileWork }
      let lastRenewal = try #require(renewals.last.flatMap { Self.date($0.time) })
      let lastWrite = try #require(writes.last.flatMap { Self.date($0.time) })
      // The server received the renewal after it was sent, from when the deadline of 3 s counts.
      #expect(lastWrite.timeIntervalSince(lastRenewal) <= 3, "the first one wrote after its deadline")
      #expect(writes.allSatisfy { $0.time < takeover.time }, "the first one wrote beside the second")
      #expect(try await first.metric(Self.status) == 0)
      try await proxies.0.lift()
      #expect(try await second.stop() == 0)
      try await eventually("the first one leads again") { try await first.metric(Self.status) == 1 }
      #expect(try await first.stop() == 0)
    }
  }
}

extension AuditLog.Entry {
  fileprivate var isAcceptedWrite: Bool { isWrite && (200..<300).contains(code) }

  /// A change of anything but what elections and events are kept in.
  fileprivate var isProfileWork: Bool {
    isAcceptedWrite && !["leases", "events"].contains(resource) && !resource.hasPrefix("selfsubject")
  }
}
