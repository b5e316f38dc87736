import HTTPTransport
import KubernetesClient
import KubernetesModel
import TerwayModel
import TestSupport
import Testing

extension EndToEnd {
  /// The operator behind a proxy that breaks what passes. Whatever breaks, the cluster ends as it must, no object is
  /// written twice, and nothing is listed more often than the fault makes necessary.
  struct `An operator whose connection to the API server` {
    struct Row: Sendable, CustomStringConvertible {
      var description: String
      var faults: [Fault]
      /// How often a collection may be listed. Once is never a storm: a watch that is broken again and again before it
      /// brings anything falls out of the server's history by itself.
      var lists = 1
    }

    static let watches = "watch=true"
    static let writes = ["POST", "PUT", "PATCH", "DELETE"]

    /// While it runs: its caches are in step, and the faults meet watches and writes.
    static let running: [Row] =
      [0, 1, 20, 300, 380, 420, 600, 1_200, 5_000].map { count in
        Row(
          description: "is cut after \(count) bytes of a watch",
          faults: [.cut(afterBytes: count).on(query: watches, times: 10)])
      } + [
        Row(description: "brings a byte at a time", faults: [.split(bytes: 1).on()]),
        Row(description: "brings seven bytes at a time", faults: [.split(bytes: 7).on()]),
        Row(description: "is slow", faults: [.delayed(seconds: 0.3).on()]),
        Row(
          description: "is cut, and every watch is from too long ago",
          faults: [.answered(410).on(query: watches, times: 12)], lists: 3),
        Row(
          description: "brings the end of the history as an event",
          faults: [.expired(afterEvents: 0).on(query: watches, times: 12)], lists: 3),
        Row(
          description: "loses requests to write", faults: [.requestLost.on(methods: writes, skip: 1, times: 3)]),
        Row(
          description: "loses answers to writes", faults: [.answerLost.on(methods: writes, skip: 1, times: 3)]),
        Row(
          description: "cuts answers to writes short",
          faults: [0, 10, 300, 500, 900].map { .cut(afterBytes: $0).on(methods: writes, skip: 1, times: 1) }),
        Row(
          description: "leads to a server that asks for a pause",
          faults: [
            .answered(429, headers: ["Retry-After": "1"]).on(path: "^/api", skip: 1, times: 4),
            .answered(503, headers: ["Retry-After": "1"]).on(path: "^/api", skip: 1, times: 4),
          ]),
        Row(
          description: "leads to a server that fails",
          faults: [
            .answered(500).on(path: "^/api", times: 4), .answered(503).on(path: "^/api", times: 4),
            .answered(502, body: "<html>bad gateway</html>").on(path: "^/api", times: 4),
            .answered(504).on(path: "^/api", times: 4),
          ]),
      ]

    /// Before it runs: the faults meet lists and the first requests of all.
    static let starting: [Row] =
      [0, 100, 380, 450, 700].map { count in
        Row(
          description: "is cut after \(count) bytes of a list",
          faults: [.cut(afterBytes: count).on(query: Fault.lists, times: 4)], lists: 5)
      } + [
        Row(description: "brings a byte at a time", faults: [.split(bytes: 1).on()]),
        Row(
          description: "leads to a server that asks for a pause, whatever is asked",
          faults: [.answered(429, headers: ["Retry-After": "1"]).on(times: 9)], lists: 4),
        Row(
          description: "leads to a server that fails, whatever is asked",
          faults: [.answered(500).on(query: Fault.lists, times: 10), .answered(503).on(query: Fault.lists, times: 10)],
          lists: 6),
        Row(
          description: "leads to a server whose cache is behind",
          faults: [.answered(504).on(query: Fault.lists, times: 6)], lists: 4),
        Row(
          description: "breaks at the first word",
          faults: [.requestLost.on(times: 3)], lists: 4),
      ]

    /// One operator for all of them, so that what one leaves behind meets the next.
    @Test func `gets over every fault while it runs`() async throws {
      let cluster = try await Cluster.clean()
      let proxy = try await FaultProxy(before: cluster.plane)
      let process = try await cluster.startOperator(behind: proxy)
      for (number, row) in Self.running.enumerated() {
        let turmoil = try await Turmoil(cluster, number: number)
        try await proxy.forget()
        try await proxy.add(row.faults)
        try await proxy.hangUp()
        try await turmoil.happen()
        try await turmoil.settle(process)
        let proof = try await JournalProof(proxy)
        #expect(proof.lists.values.max() ?? 0 <= row.lists, "\(row): \(proof.lists)")
        #expect(proof.writtenTwice.isEmpty, "\(row): \(proof.writtenTwice)")
        #expect(try await proxy.journal().contains { !$0.faults.isEmpty }, "\(row): the fault was met")
        try await proxy.lift()
        try await turmoil.clear()
      }
      #expect(try await process.stop() == 0)
    }

    @Test func `gets over a time without connection, after which its history is gone, with one list of each kind`()
      async throws
    {
      let cluster = try await Cluster.clean()
      let proxy = try await FaultProxy(before: cluster.plane)
      let process = try await cluster.startOperator(behind: proxy)
      let turmoil = try await Turmoil(cluster)
      try await proxy.set(network: .cut)
      try await turmoil.happen()
      try await cluster.plane.script("compact")
      try await proxy.forget()
      try await proxy.set(network: .up)
      try await turmoil.settle(process)
      let proof = try await JournalProof(proxy)
      #expect(proof.lists.count > 5, "every cache begins anew")
      #expect(proof.lists.values.max() == 1, "\(proof.lists)")
      #expect(proof.writtenTwice.isEmpty, "\(proof.writtenTwice)")
      #expect(try await process.stop() == 0)
    }

    @Test(arguments: [FaultProxy.Identity.token, .certificate])
    func `gets over the rotation of what it proves itself by, or the server does`(
      _ identity: FaultProxy.Identity
    )
      async throws
    {
      let cluster = try await Cluster.clean()
      let proxy = try await FaultProxy(before: cluster.plane)
      let process = try await cluster.startOperator(behind: proxy)
      for number in 1...2 {
        let turmoil = try await Turmoil(cluster, number: number)
        try await proxy.rotate(identity)
        try await turmoil.happen()
        try await turmoil.settle(process)
        try await turmoil.clear()
      }
      #expect(try await process.stop() == 0)
    }

    @Test func `may be half open, which a watch finds out by the silence`() async throws {
      let cluster = try await Cluster.clean()
      let proxy = try await FaultProxy(before: cluster.plane)
      let configuration = try ClusterConfiguration.detect(kubeconfig: proxy.kubeconfig, context: nil, environment: [:])
      let client = KubernetesClient(
        configuration: configuration, http: CurlTransport(), userAgent: "terway-operator-tests")
      var timing = WatchProtocol.Timing()
      (timing.silenceLimit, timing.headLimit) = (.seconds(3), .seconds(3))
      let seen = WatchedState()
      let selection = ResourceSelection(MonitoringProfile.resource)
      let watch = Task { [timing] in
        await client.watch(selection, timing: timing, as: MetadataOnly.self) { seen.take($0) }
      }
      defer { watch.cancel() }
      try await cluster.apply("before")
      try await eventually("the watch is open") { seen.names == ["before"] }
      try await proxy.forget()
      try await proxy.set(network: .blackhole)
      try await cluster.apply("during")
      try await eventually("the event is lost") { try await proxy.swallowed() > 0 }
      try await proxy.set(network: .up)
      try await eventually("what was lost comes again") { seen.names == ["before", "during"] }
      let journal = try await proxy.journal()
      #expect(journal.contains { $0.isWatch }, "it took another watch")
      #expect(!journal.contains { $0.isList }, "which goes on from where the first one was")
    }

    @Test(arguments: starting) func `gets over every fault when it starts`(_ row: Row) async throws {
      let cluster = try await Cluster.clean()
      let proxy = try await FaultProxy(before: cluster.plane)
      try await proxy.add(row.faults)
      try await cluster.apply("terway")
      let process = try await cluster.startOperator(behind: proxy)
      try await cluster.waitUntilReady("terway")
      #expect(try await Set(cluster.generated(by: "terway").keys) == cluster.expected("terway", [:]))
      try await process.waitUntilQuiet()
      let proof = try await JournalProof(proxy)
      #expect(proof.lists.values.max() ?? 0 <= row.lists, "\(proof.lists)")
      #expect(proof.writtenTwice.isEmpty, "\(proof.writtenTwice)")
      #expect(try await proxy.journal().contains { !$0.faults.isEmpty }, "the fault was met")
      #expect(try await process.stop() == 0)
    }
  }
}

extension Cluster {
  /// Starts the operator with all rights, on the far side of a proxy, and waits until it is ready.
  func startOperator(behind proxy: FaultProxy, _ arguments: String...) async throws -> OperatorProcess {
    let process = try OperatorProcess(kubeconfig: proxy.kubeconfig, arguments: arguments)
    try await process.waitUntilReady()
    return process
  }
}
