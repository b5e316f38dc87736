import Serialization
import Testing

@testable import EniScaling

struct `The sizing engine` {
  /// Bursts of pods that all come to the fullest node that has room, as under a scheduler that packs.
  private func packed(_ bursts: Int, of size: Int) -> (scaler: NodeGroupScaler, used: [Int]) {
    var scaler = NodeGroupScaler(at: 0)
    var used = [Int](repeating: 0, count: 20)
    var now = 0.0
    func observe() -> [NodeObservation] {
      used.enumerated().map { Sample.node("n\($0)", used: $1, idle: 5, enis: 10) }
    }
    for _ in 0..<bursts {
      for _ in 0..<8 {
        now += 60
        _ = scaler.decide(observe(), at: now)
      }
      var left = size
      while left > 0, let node = used.indices.filter({ used[$0] < 290 }).max(by: { used[$0] < used[$1] }) {
        let part = min(left, 290 - used[node])
        used[node] += part
        left -= part
      }
      if used.reduce(0, +) > 5000 { used = used.map { $0 >= 290 ? 0 : $0 } }
    }
    return (scaler, used)
  }

  @Test func `learns that pods come to the fullest nodes, and keeps its buffer there`() {
    let (scaler, _) = packed(60, of: 40)
    #expect(scaler.plan.everywhere == 0 && scaler.plan.ahead >= 40)
  }

  @Test func `keeps a small buffer on every node when pods come one by one to all`() {
    var scaler = NodeGroupScaler(at: 0)
    var used = [Int](repeating: 20, count: 20)
    for round in 0..<3000 {
      used[round % 20] += round / 20 % 2 == 0 ? 1 : -1
      let nodes = used.enumerated().map { Sample.node("n\($0)", used: $1, idle: 6) }
      _ = scaler.decide(nodes, at: Double(round) * 60)
    }
    #expect((1...4).contains(scaler.plan.everywhere) && scaler.plan.ahead == 0)
  }

  /// What one node is asked to keep at ten to ten on the third day, after two days on which twenty pods came to it at ten.
  private func beforeTheDailyRise(_ policy: ScalingPolicy) -> [ScalingDecision] {
    var scaler = NodeGroupScaler(policy: policy, at: 0)
    var used = [Int](repeating: 20, count: 20)
    var decisions: [ScalingDecision] = []
    for round in 0..<(2 * 1440 + 590) {
      let minute = round % 1440
      // Pods come one by one to all nodes, which is what the usual buffer is for.
      used[round % 20] += round / 20 % 2 == 0 ? 1 : -1
      used[3] += minute == 600 ? 20 : minute == 660 ? -20 : 0
      let nodes = used.enumerated().map { Sample.node("n\($0)", used: $1, idle: 6) }
      decisions = scaler.decide(nodes, at: Double(round) * 60)
    }
    return decisions
  }

  @Test func `expects at a time of the day what came on the last two, and without the seasonal layer does not`() {
    var policy = ScalingPolicy()
    policy.budget.changesPerNodeAndDay = 1e6
    #expect(beforeTheDailyRise(policy).allSatisfy { $0.idleTarget >= 20 })
    policy.layers.seasonal = false
    #expect(beforeTheDailyRise(policy).allSatisfy { $0.idleTarget < 10 })
  }

  @Test func `goes on after a restart as if there had been none`() throws {
    var (scaler, used) = packed(30, of: 25)
    let saved = try scaler.snapshot().jsonText()
    var restored = try NodeGroupScaler(
      policy: ScalingPolicy(), snapshot: JSONValue(jsonBytes: Array(saved.utf8)))
    for round in 0..<50 {
      used[round % 20] += round % 3
      let nodes = used.enumerated().map { Sample.node("n\($0)", used: min($1, 300), idle: 5) }
      let now = 100_000 + Double(round) * 15
      #expect(scaler.decide(nodes, at: now) == restored.decide(nodes, at: now))
    }
  }

  @Test func `reads no snapshot of another version and none that is damaged`() throws {
    var value = try NodeGroupScaler(at: 0).snapshot()
    value["plan"] = ["everywhere": -1, "ahead": 0]
    #expect(throws: NodeGroupScaler.SnapshotError.damaged) {
      try NodeGroupScaler(policy: ScalingPolicy(), snapshot: value)
    }
    value["version"] = 2
    #expect(throws: NodeGroupScaler.SnapshotError.version(2)) {
      try NodeGroupScaler(policy: ScalingPolicy(), snapshot: value)
    }
    #expect(throws: NodeGroupScaler.SnapshotError.version(nil)) {
      try NodeGroupScaler(policy: ScalingPolicy(), snapshot: "text")
    }
  }

  @Test func `remembers less than 2 KiB of a node`() {
    let samples = RiseWindow.capacity * MemoryLayout<RiseWindow.Sample>.stride
    let peaks = (ReleaseHold.parts + 1) * MemoryLayout<ReleaseHold.Part>.stride
    let positions = NodePositions.count * MemoryLayout<Float>.stride
    // Arrays have a header of 32 bytes and up to twice the room that they need.
    #expect(MemoryLayout<NodeState>.stride + 2 * (samples + peaks + positions) + 3 * 32 <= 2048)
  }

  @Test func `keeps no buffers where the vSwitch has no addresses`() {
    var scaler = NodeGroupScaler(at: 0)
    var node = Sample.node(used: 10, idle: 40)
    node.vSwitch = .exhausted
    let decision = scaler.decide([node], at: 0)[0]
    #expect(decision.reason == .scarcity && decision.band.min == 0 && decision.band.max <= 1)
  }

  @Test func `writes no more than its budget in a minute`() {
    var policy = ScalingPolicy()
    policy.budget.writesPerMinute = 10
    var scaler = NodeGroupScaler(policy: policy, at: 0)
    let nodes = (0..<100).map { Sample.node("n\($0)", used: 10, idle: 0) }.map { node in
      var node = node
      node.band = PoolBand(min: 0, max: 0)
      return node
    }
    let decisions = scaler.decide(nodes, at: 0)
    #expect(decisions.filter(\.isChange).count == 5)
    #expect(decisions.contains { $0.reason == .overBudget(.apiWrites) })
  }

  @Test func `grows when demand has lasted for the window, and begins anew when it went away between`() {
    var policy = ScalingPolicy()
    policy.layers.newsvendor = false
    policy.layers.guardRails = true
    policy.scaleUp.stabilizationWindow = 60
    var scaler = NodeGroupScaler(policy: policy, at: 0)
    func reason(_ used: Int, at now: Double) -> ScalingDecision.Reason {
      var node = Sample.node(used: used, idle: 60 - used)
      node.band = PoolBand(min: 0, max: 60)
      return scaler.decide([node], at: now)[0].reason
    }
    _ = reason(20, at: 0)
    #expect(reason(55, at: 15) == .stabilizing(seconds: 60))
    #expect(reason(55, at: 60) == .stabilizing(seconds: 15))
    _ = reason(20, at: 65)
    #expect(reason(55, at: 70) == .stabilizing(seconds: 60))
    #expect(reason(55, at: 129) == .stabilizing(seconds: 1))
    let grown = reason(55, at: 130)
    if case .stabilizing = grown { Issue.record("still waiting after the window") }
  }
}
