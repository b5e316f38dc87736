import EniScaling
import Foundation
import Insights
import Testing

struct `Capacity planning` {
  static let day = 86_400.0

  static func node(_ name: String, used: Int = 20, pods: Int? = nil, maxENIs: Int? = nil) -> CapacityNode {
    var node = CapacityNode(
      name: name, zone: "z1", instanceType: "ecs.g7.2xlarge", used: used,
      limits: InstanceLimits(adapters: 4, ipsPerENI: 15))
    (node.allocatablePods, node.maxENIs) = (pods, maxENIs)
    return node
  }

  struct Bound: Sendable {
    var pods: Int?
    var maxENIs: Int?
    var assumed = CapacityAssumptions()
    var capacity: Capacity?
  }

  /// An instance has 3 · 15 addresses for pods.
  static func bounds() -> [Bound] {
    var few = CapacityAssumptions()
    few.podsPerNode = 10
    var larger = CapacityAssumptions()
    (larger.adapters, larger.ipsPerENI) = (8, 30)
    var wide = CapacityAssumptions()
    wide.maxENIs = 9
    var absurd = CapacityAssumptions()
    absurd.ipsPerENI = 0
    return [
      Bound(capacity: Capacity(pods: 45, bound: .instance, atMaxENIs: 45)),
      Bound(pods: 30, capacity: Capacity(pods: 30, bound: .pods, atMaxENIs: 45)),
      Bound(pods: 110, maxENIs: 3, capacity: Capacity(pods: 30, bound: .maxENIs, atMaxENIs: 30)),
      Bound(pods: 20, maxENIs: 3, capacity: Capacity(pods: 20, bound: .pods, atMaxENIs: 30)),
      Bound(pods: 110, maxENIs: 1, capacity: Capacity(pods: 0, bound: .maxENIs, atMaxENIs: 0)),
      Bound(pods: 110, assumed: few, capacity: Capacity(pods: 10, bound: .pods, atMaxENIs: 45)),
      Bound(pods: 250, assumed: larger, capacity: Capacity(pods: 210, bound: .instance, atMaxENIs: 210)),
      Bound(pods: 110, maxENIs: 2, assumed: wide, capacity: Capacity(pods: 45, bound: .instance, atMaxENIs: 45)),
      Bound(assumed: absurd, capacity: nil),
    ]
  }

  @Test(arguments: bounds())
  func `knows what bounds a node`(bound: Bound) {
    let node = Self.node("a", pods: bound.pods, maxENIs: bound.maxENIs)
    #expect(bound.assumed.capacity(of: node) == bound.capacity)
  }

  @Test func `does not count nodes that do not say what they can have`() {
    var node = Self.node("a")
    for (adapters, ips) in [(0, 15), (4, 0), (-1, 15), (Int.max, Int.max)] {
      node.limits = InstanceLimits(adapters: adapters, ipsPerENI: ips)
      #expect(CapacityAssumptions().capacity(of: node) == nil)
    }
  }

  /// Grows by `perDay` each day, until the moment 56 days after the beginning.
  static func growth(from level: Double, perDay: Double) -> History {
    History(Truth.hourly((0..<56).map { level + perDay * Double($0) }))
  }

  static func planner(horizon: Int = 30) -> CapacityPlanner { CapacityPlanner(horizon: horizon, now: 56 * day) }

  @Test func `says when a group is full, and when its policy's ENIs are`() throws {
    // 4 nodes for 30 pods each, of 45 addresses: 120 pods and 180 addresses. Day 56 has 100.
    let nodes = ["a", "b", "c", "d"].map { Self.node($0, used: 25, pods: 30) }
    let history = Self.growth(from: 44, perDay: 1)
    let assessment = Self.planner(horizon: 90).assess(CapacitySubject(.nodeGroup, "t"), nodes, history: history)
    #expect(assessment.used == 100 && assessment.capacity == Capacity(pods: 120, bound: .pods, atMaxENIs: 180))
    #expect(try (18...22).contains(#require(assessment.exhaustion?.expected)))
    #expect(try (75...85).contains(#require(assessment.maximum?.expected)))
    #expect(assessment.needsAction)

    var half = Self.planner(horizon: 90)
    half.assumptions.growth = 0.5
    let grown = half.assess(CapacitySubject(.nodeGroup, "t"), nodes, history: history)
    #expect(grown.exhaustion?.expected == 0)
    // 1.5 · (100 + day) reaches 180 in 20 days.
    #expect(try (18...22).contains(#require(grown.maximum?.expected)))
  }

  @Test func `adds nodes for what is coming, and none where there is room`() {
    let nodes = ["a", "b", "c", "d"].map { Self.node($0, used: 25, pods: 30) }
    func plan(perDay: Double, horizon: Int) -> NodeGroupPlan {
      let planner = Self.planner(horizon: horizon)
      let history = Self.growth(from: 100 - 56 * perDay, perDay: perDay)
      let assessment = planner.assess(CapacitySubject(.nodeGroup, "t"), nodes, history: history)
      return planner.plan(nodes, assessment, recent: [:])
    }
    let growing = plan(perDay: 1, horizon: 60)
    // 159 pods on nodes that take 30 less what is to be idle on each.
    let room = Double(30 - growing.band.min)
    let expected = Int((159 / room).rounded(.up)) - 4
    #expect((expected - 1...expected + 1).contains(growing.nodesToAdd?.expected ?? -1))
    #expect(growing.nodesToAdd?.cautious ?? 0 >= growing.nodesToAdd?.expected ?? 0)
    #expect(growing.enisPerNode == 3...3)
    #expect(plan(perDay: 0, horizon: 30).nodesToAdd?.cautious == 0)
  }

  @Test func `adds nodes where the kubelets take hardly any pods`() throws {
    let nodes = ["a", "b", "c", "d"].map { Self.node($0, used: 3, pods: 3) }
    let planner = Self.planner(horizon: 30)
    let assessment = planner.assess(
      CapacitySubject(.nodeGroup, "t"), nodes, history: Self.growth(from: 6.4, perDay: 0.1))
    #expect(assessment.capacity.bound == .pods)
    // About fifteen pods, three to a node.
    let added = try #require(planner.plan(nodes, assessment, recent: [:]).nodesToAdd)
    #expect((1...3).contains(added.expected))
  }

  @Test func `sizes pools by what the scaling engine would have learned`() {
    let nodes = (0..<6).map { Self.node("n\($0)", used: 10) }
    func recent(_ used: (Int, Int) -> Int) -> [String: History] {
      let histories = nodes.indices.map { node in
        History((0..<720).map { .init(time: Double($0) * 60, value: Double(used(node, $0))) })
      }
      return Dictionary(uniqueKeysWithValues: zip(nodes.map(\.name), histories))
    }
    func plan(_ recent: [String: History]) -> NodeGroupPlan {
      let planner = Self.planner()
      return planner.plan(nodes, planner.assess(CapacitySubject(.nodeGroup, "t"), nodes, history: nil), recent: recent)
    }
    #expect(plan([:]).basis == .defaults)
    #expect(plan([:]).nodesToAdd == nil)
    let quiet = plan(recent { _, _ in 10 })
    #expect(quiet.basis == .replay(rounds: 720, nodes: 6))
    // Twenty pods at once, on one node after the other, every ten minutes.
    let bursts = plan(recent { node, minute in minute / 10 % 6 == node && minute % 10 < 5 ? 30 : 10 })
    #expect(bursts.band.min + bursts.ahead > quiet.band.min + quiet.ahead)
    #expect(bursts.band.min <= bursts.band.max)
    // What cannot be is passed over.
    let absurd = plan(recent { _, minute in minute == 300 ? 1_000_000 : minute == 400 ? -5 : 10 })
    #expect(absurd.band == quiet.band)
  }

  @Test func `calls for action where pods would wait, not where the scheduler knows`() {
    func needsAction(_ kind: CapacitySubject.Kind, used: Int, pods: Int, perDay: Double) -> Bool {
      let node = Self.node("x", used: used, pods: pods)
      let history = Self.growth(from: Double(used) - 56 * perDay, perDay: perDay)
      return Self.planner().assess(CapacitySubject(kind, "x"), [node], history: history).needsAction
    }
    #expect(!needsAction(.node, used: 29, pods: 30, perDay: 0.3))
    #expect(needsAction(.node, used: 40, pods: 110, perDay: 0.5))
    #expect(!needsAction(.node, used: 20, pods: 110, perDay: 0))
    #expect(needsAction(.cluster, used: 29, pods: 30, perDay: 0.3))
    #expect(!needsAction(.cluster, used: 29, pods: 30, perDay: 0))
  }
}
