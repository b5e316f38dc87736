import KubernetesModel
import Serialization
import TerwayModel
import TestSupport
import Testing

extension EndToEnd {
  /// The same end, and no more done than once, whenever the operator is killed on its way through a remediation.
  struct `Fault replay of remediations` {
    /// As many ENIs as the node has: whether its pods wait for long enough to make it grow is a matter of moments.
    private static let spec: JSONValue = [
      "mode": "Apply", "evaluationInterval": "1s", "forecast": ["enabled": false], "remediation": ["mode": "Act"],
      "minENIs": 2, "maxENIs": 2,
      "budget": ["maxConcurrentNodes": "100%", "writesPerMinute": 6000],
    ]

    @Test func `ends as if nothing had been, with one new daemon`() async throws {
      let cluster = try await Cluster.clean()
      try await cluster.installTerwayNodes()
      let node = WedgedNode(cluster)
      let scenario = Scenario(
        description: "a wedged daemon is healed",
        steps: [
          Scenario.Step { cluster in
            try await node.begin()
            try await cluster.applyPolicy("p", Self.spec)
          } until: { cluster in
            let status = try await cluster.policy("p").status
            let isServed = try await node.isServed()
            return isServed && status?.remediations.first?.outcome == .healed
              && status?.conditions["NoFaults"]?.status == .yes && status?.conditions["Ready"]?.status == .yes
          }
        ])
      let replay = FaultReplay(scenario, on: cluster, arguments: ["--terway-speed", "60"])
      let undisturbed = try await replay.run(.none)
      let place = undisturbed.writes.firstIndex { $0.isDeletionOfPod }
      let deletion = try #require(place)
      #expect(undisturbed.state["policy p"]?["remediations"]?.array?.count == 3)
      // From the announcement, which is the write before it, to the last.
      let troubles: [FaultReplay.Trouble] =
        (deletion...min(deletion + 3, undisturbed.writes.count)).map { .crash(afterWrite: $0) }
        + [.frozenCache(step: 0), .rewoundCache(step: 0)]
      for trouble in troubles {
        let outcome = try await replay.run(trouble)
        for key in Set(outcome.state.keys).union(undisturbed.state.keys).sorted() {
          #expect(outcome.state[key] == undisturbed.state[key], "\(trouble): \(key)")
        }
        #expect(outcome.writes.count(where: \.isDeletionOfPod) == 1, "\(trouble)")
      }
      try await node.clear()
      try await cluster.clear()
      print("\(scenario): \(undisturbed.writes.count) writes, \(troubles.count) replays")
    }
  }
}

extension FaultProxy.Exchange {
  fileprivate var isDeletionOfPod: Bool { method == "DELETE" && path.contains("/pods/") }
}
