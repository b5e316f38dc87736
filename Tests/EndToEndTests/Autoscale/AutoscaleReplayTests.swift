import KubernetesModel
import Serialization
import TerwayModel
import TestSupport
import Testing

extension EndToEnd {
  /// The same end, whenever the operator is killed and however old what it sees is, also for pools.
  struct `Fault replay of pools` {
    private static func spec(_ mode: String) -> JSONValue {
      [
        "mode": .string(mode), "evaluationInterval": "1s", "forecast": ["enabled": false],
        "behavior": ["scaleDown": ["stabilizationWindow": "1s", "cooldown": "0s"]],
        "budget": ["maxConcurrentNodes": "100%", "writesPerMinute": 6000],
      ]
    }

    /// A node with its own configuration, once Terway has filled its resource.
    private static func begin(_ cluster: Cluster, _ terway: TerwayStandIn, used: Int, _ own: JSONValue) async throws {
      try await cluster.putConfiguration("mine", own)
      terway.setUsed(used, on: "n1")
      try await cluster.addNode("n1", labels: ["terway-config": "mine"])
      try await terway.catchUp(cluster)
      try await cluster.applyPolicy("p", spec("Apply"))
    }

    private static func scenarios(_ terway: TerwayStandIn) -> [Scenario] {
      let grow = Scenario.Step { cluster in
        try await begin(cluster, terway, used: 9, ["vswitches": ["h": ["vsw-1"]]])
      } until: {
        try await $0.isSettled(0, 28, enis: 3)
      }
      let shrink = Scenario.Step { cluster in
        try await begin(cluster, terway, used: 5, ["min_pool_size": 10, "max_pool_size": 28])
      } until: {
        try await $0.isSettled(0, 5, enis: 2)
      }
      let recommend = Scenario.Step { cluster in
        try await cluster.applyPolicy("p", spec("Recommend"))
      } until: { cluster in
        let policy = try await cluster.policy("p")
        let classes = try await cluster.poolClasses()
        let isRestored = try await cluster.isRestored()
        return policy.metadata.finalizers.isEmpty && classes.isEmpty && isRestored
          && policy.status?.conditions["Ready"]?.reason == "Recommending"
          && policy.status?.conditions["Reconciling"]?.status == .no && policy.status?.desiredENIs == 2
      }
      let delete = Scenario.Step { cluster in
        try await cluster.deletePolicy("p")
      } until: { cluster in
        let policy = ObjectReference(EniAutoscalePolicy.resource, ObjectKey(name: "p"))
        let classes = try await cluster.poolClasses()
        let (live, isRestored) = (try await cluster.object(policy), try await cluster.isRestored())
        return live == nil && classes.isEmpty && isRestored
      }
      return [
        Scenario(description: "a pool grows, and the policy goes", steps: [grow, delete]),
        Scenario(description: "a pool shrinks, and the policy only recommends", steps: [shrink, recommend]),
      ]
    }

    @Test(arguments: [0, 1]) func `ends as if nothing had been`(_ number: Int) async throws {
      let cluster = try await Cluster.clean()
      try await cluster.installTerwayNodes()
      let mine = ObjectReference(Cluster.configMaps, ObjectKey(namespace: "kube-system", name: "mine"))
      let terway = TerwayStandIn(cluster)
      let scenario = Self.scenarios(terway)[number]
      let replay = FaultReplay(scenario, on: cluster)
      let undisturbed = try await replay.run(.none)
      let before = try await cluster.object(mine)
      #expect(!undisturbed.writes.isEmpty)
      let troubles: [FaultReplay.Trouble] =
        (1...undisturbed.writes.count).map { .crash(afterWrite: $0) }
        + scenario.steps.indices.flatMap { [.frozenCache(step: $0), .rewoundCache(step: $0)] }
      var crashes = 0
      for trouble in troubles {
        let outcome = try await replay.run(trouble)
        crashes += outcome.crashes
        for key in Set(outcome.state.keys).union(undisturbed.state.keys).sorted() {
          #expect(outcome.state[key] == undisturbed.state[key], "\(scenario), \(trouble): \(key)")
        }
        let twice = outcome.made(moreOftenThan: undisturbed)
        #expect(twice.isEmpty, "\(scenario), \(trouble): made twice: \(twice)")
      }
      // Statuses are written more or less often, as what they say meets.
      #expect(crashes > undisturbed.writes.count / 2, "\(scenario): \(crashes) crashes")
      #expect(try await cluster.object(mine) == before)
      terway.stop()
      print("\(scenario): \(undisturbed.writes.count) writes, \(troubles.count) replays, \(crashes) crashes")
    }
  }
}

extension Cluster {
  /// Whether the node has the pool, and the policy says that nothing is under way.
  fileprivate func isSettled(_ minimum: Int, _ maximum: Int, enis: Int) async throws -> Bool {
    let (status, pool) = (try await policy("p").status, try await terwayNode("n1").pool)
    return pool == TerwayNode.Pool(minimum: minimum, maximum: maximum) && status?.currentENIs == enis
      && status?.desiredENIs == enis && status?.conditions["Reconciling"]?.status == .no
      && status?.conditions["Ready"]?.status == .yes
  }

  fileprivate func isRestored() async throws -> Bool {
    let (node, resource) = (try await node("n1"), try await terwayNode("n1"))
    // Whatever its own configuration says.
    let pool = [TerwayNode.Pool(minimum: 0, maximum: 5), TerwayNode.Pool(minimum: 10, maximum: 28)]
    return node.configurationName == "mine" && node.originalConfiguration == nil && node.poolChange == nil
      && resource.metadata.annotations.isEmpty && pool.contains(resource.pool)
  }
}
