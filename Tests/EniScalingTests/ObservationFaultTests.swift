import Testing

@testable import EniScaling

struct `An observation that cannot be trusted` {
  static let faults: [(String, @Sendable (inout NodeObservation) -> Void)] = [
    ("NoData", { $0.age = nil }), ("NoData", { $0.age = -.infinity }), ("NoData", { $0.podsAge = .nan }),
    ("StaleData", { $0.age = 121 }), ("StaleData", { $0.podsAge = 1e300 }), ("ContradictoryData", { $0.used = -1 }),
    ("ContradictoryData", { $0.idle = Int.max }), ("ContradictoryData", { $0.used = 301 }),
    ("ContradictoryData", { $0.waitingPods = Int.max }), ("ContradictoryData", { $0.enis.inUse = -3 }),
    ("UnknownLimits", { $0.limits.ipsPerENI = 0 }), ("UnknownLimits", { $0.limits.adapters = Int.min }),
    ("UnknownLimits", { $0.limits = InstanceLimits(adapters: .max, ipsPerENI: .max) }),
  ]

  @Test(arguments: faults.indices)
  func `holds the node, whatever was wanted, and says why`(index: Int) {
    let (name, spoil) = Self.faults[index]
    var scaler = NodeGroupScaler(at: 0)
    var node = ObedientNode(used: 10, idle: 200)
    for round in 0..<20 {
      node.follow(scaler.decide([Sample.node(used: 10, idle: node.idle)], at: Double(round) * 15)[0], capacity: 300)
    }
    let band = node.band
    for round in 20..<2000 {
      var observation = Sample.node(used: 10, idle: node.idle)
      spoil(&observation)
      let decision = scaler.decide([observation], at: Double(round) * 15)[0]
      #expect(!decision.isChange && decision.band == band && decision.reason.name == name)
      #expect(decision.sentence.hasSuffix(".") && decision.sentence.contains("node a".capitalized.prefix(4)))
    }
  }

  @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300])
  func `holds all nodes when the time is none`(now: Double) {
    var scaler = NodeGroupScaler(at: 0)
    let decision = scaler.decide([Sample.node(used: 10, idle: 200)], at: now)[0]
    #expect(!decision.isChange && decision.reason.name == "NoData")
  }

  @Test func `holds for a round when the clock goes back, and goes on from there`() {
    var scaler = NodeGroupScaler(at: 0)
    _ = scaler.decide([Sample.node(used: 10, idle: 5)], at: 100_000)
    let held = scaler.decide([Sample.node(used: 10, idle: 0)], at: 50_000)[0]
    #expect(held.reason.name == "ClockWentBack" && !held.isChange)
    #expect(scaler.decide([Sample.node(used: 10, idle: 5)], at: 50_015)[0].reason.name != "ClockWentBack")
  }

  @Test func `forgets a node an hour after it is gone`() {
    var scaler = NodeGroupScaler(at: 0)
    _ = scaler.decide([Sample.node("a", used: 1, idle: 1), Sample.node("b", used: 1, idle: 1)], at: 0)
    _ = scaler.decide([Sample.node("a", used: 1, idle: 1)], at: 3_000)
    #expect(scaler.count == 2)
    _ = scaler.decide([Sample.node("a", used: 1, idle: 1)], at: 3_700)
    #expect(scaler.count == 1)
  }
}
