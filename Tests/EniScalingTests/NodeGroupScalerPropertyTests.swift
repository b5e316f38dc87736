import Testing

@testable import EniScaling

/// Random demand on random nodes, with Terway following at once.
struct `Sizing a node group` {
  static let seeds = Array(UInt64(6)...9)

  private func walk(
    seed: UInt64, rounds: Int = 200,
    _ check: (_ round: Int, _ before: NodeObservation, _ decision: ScalingDecision) -> Void
  ) {
    var random = SeededGenerator(seed: seed)
    let adapters = Int.random(in: 2...12, using: &random)
    let capacity = (adapters - 1) * 30
    var scaler = NodeGroupScaler(at: 0)
    var nodes = [ObedientNode](repeating: ObedientNode(), count: 5)
    var now = 0.0
    for round in 0..<rounds {
      now += Double(Int.random(in: 5...300, using: &random))
      var observations: [NodeObservation] = []
      for index in nodes.indices {
        if Int.random(in: 0..<4, using: &random) == 0 {
          nodes[index].setUsed(Int.random(in: 0...capacity, using: &random), capacity: capacity)
        }
        observations.append(
          Sample.node("n\(index)", used: nodes[index].used, idle: nodes[index].idle, adapters: adapters))
      }
      let decisions = scaler.decide(observations, pendingPods: Int.random(in: 0...40, using: &random), at: now)
      for index in nodes.indices {
        check(round, observations[index], decisions[index])
        nodes[index].follow(decisions[index], capacity: capacity)
      }
    }
  }

  @Test(arguments: seeds)
  func `never inverts a band and never leaves the limits`(seed: UInt64) {
    let rails = ScalingPolicy().rails
    walk(seed: seed) { _, node, decision in
      #expect(0 <= decision.band.min && decision.band.min <= decision.band.max)
      #expect(decision.desiredENIs <= max(min(rails.maxENIs, node.limits.podENIs + 1), 1))
      #expect(decision.desiredENIs >= min(rails.minENIs, node.limits.podENIs + 1))
      if decision.isChange { #expect(decision.band.min <= max(0, min(270, node.limits.addresses) - node.demand)) }
    }
  }

  @Test(arguments: seeds)
  func `never shrinks a node below its use and its buffer`(seed: UInt64) {
    walk(seed: seed) { _, node, decision in
      guard decision.isChange else { return }
      #expect(decision.band.max >= min(decision.idleTarget, max(0, node.limits.addresses - node.demand)))
    }
  }

  @Test(arguments: seeds)
  func `decides the same on the same observations`(seed: UInt64) {
    var (first, second): ([ScalingDecision], [ScalingDecision]) = ([], [])
    walk(seed: seed, rounds: 50) { first.append($2) }
    walk(seed: seed, rounds: 50) { second.append($2) }
    #expect(first == second)
  }

  @Test(arguments: [0, 1, 17, 60, 149, 250])
  func `settles under constant demand and then changes nothing`(used: Int) {
    var scaler = NodeGroupScaler(at: 0)
    var node = ObedientNode(used: used, idle: 200)
    var changes: [Int] = []
    for round in 0..<4000 {
      let decision = scaler.decide(
        [Sample.node(used: node.used, idle: node.idle, adapters: 20)], at: Double(round) * 15)[0]
      if decision.isChange { changes.append(round) }
      node.follow(decision, capacity: 570)
    }
    #expect((changes.last ?? 0) < 3000 && changes.count <= 20, "\(changes)")
  }

  @Test func `asks for no fewer ENIs when more is used`() {
    var last = 0
    for used in 0...300 {
      var scaler = NodeGroupScaler(at: 0)
      let desired = scaler.decide([Sample.node(used: used, idle: 0)], at: 0)[0].desiredENIs
      #expect(desired >= last)
      last = desired
    }
    #expect(last == 10)
  }

  @Test(arguments: seeds)
  func `ends in the same state after any spell of faults`(seed: UInt64) {
    func end(faulty: Bool) -> PoolBand? {
      var random = SeededGenerator(seed: seed)
      var scaler = NodeGroupScaler(at: 0)
      var node = ObedientNode(used: 40, idle: 5)
      for round in 0..<3000 {
        var observation = Sample.node(used: node.used, idle: node.idle)
        if faulty, round < 200, Bool.random(using: &random) {
          observation.age = Bool.random(using: &random) ? nil : 900
        }
        if faulty, round < 200, Int.random(in: 0..<5, using: &random) == 0 { observation.idle = -1 }
        node.follow(scaler.decide([observation], at: Double(round) * 15)[0], capacity: 300)
      }
      return node.band
    }
    #expect(end(faulty: true) == end(faulty: false))
  }
}
