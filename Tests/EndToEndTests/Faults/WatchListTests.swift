import TestSupport
import Testing

extension EndToEnd {
  /// Kubernetes 1.32 and later stream lists as the beginning of a watch. The proxy makes that of any server.
  struct `A server that streams lists` {
    private func start(
      _ watchList: FaultProxy.WatchList, _ faults: [Fault] = []
    ) async throws -> (Cluster, FaultProxy, OperatorProcess) {
      let cluster = try await Cluster.clean()
      let proxy = try await FaultProxy(before: cluster.plane)
      try await proxy.set(watchList: watchList)
      try await proxy.add(faults)
      let process = try await cluster.startOperator(behind: proxy)
      return (cluster, proxy, process)
    }

    @Test func `is never asked for a list`() async throws {
      let (cluster, proxy, process) = try await start(.served)
      let turmoil = try await Turmoil(cluster)
      try await proxy.hangUp()
      try await turmoil.happen()
      try await turmoil.settle(process)
      let journal = try await proxy.journal()
      #expect(journal.contains { $0.isWatch && $0.query.contains("sendInitialEvents=true") })
      #expect(!journal.contains { $0.isList })
      #expect(try await process.stop() == 0)
    }

    @Test(arguments: [nil, .bookmarksStripped, .bookmarksDropped] as [Fault?])
    func `is asked for one list of each kind when the end of the stream is not to be seen`(
      _ fault: Fault?
    )
      async throws
    {
      let faults = fault.map { [$0.on(query: "sendInitialEvents=true")] } ?? []
      let (cluster, proxy, process) = try await start(fault == nil ? .claimed : .served, faults)
      let turmoil = try await Turmoil(cluster)
      try await turmoil.happen()
      try await turmoil.settle(process)
      let proof = try await JournalProof(proxy)
      #expect(proof.lists.count > 5, "it fell back")
      // Profiles once more, where their definition is seen before themselves.
      let others = proof.lists.filter { !$0.key.contains("terwaymonitoringprofiles") }
      #expect(others.values.max() == 1, "\(proof.lists)")
      #expect(try await process.stop() == 0)
    }

    @Test(arguments: [
      Fault.answered(400), .answered(422), .cut(afterBytes: 500), .answered(504), .expired(afterEvents: 0),
    ])
    func `may refuse to, or break in the middle`(_ fault: Fault) async throws {
      let (cluster, proxy, process) = try await start(.served, [fault.on(query: "sendInitialEvents=true", times: 30)])
      try await cluster.apply("terway")
      do {
        try await cluster.waitUntilReady("terway")
      } catch {
        throw NeverHappened(description: "\(error)\n\(process.logText.suffix(6_000))")
      }
      #expect(try await proxy.journal().contains { !$0.faults.isEmpty }, "the fault was met")
      #expect(try await process.stop() == 0)
    }
  }
}
