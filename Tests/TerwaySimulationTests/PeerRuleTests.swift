import Testing

@testable import TerwaySimulation

struct `Peers' rules` {
  @Test(arguments: [(2, 5, 2, 7), (0, 5, 0, 5), (5, 5, 0, 0), (0, 0, 3, 6), (9, 5, 1, 1), (0, 10, 4, 18)])
  func `of Terway counts waiting pods twice`(idle: Int, minPool: Int, pods: Int, demand: Int) {
    #expect(TerwayControlplane.demand(waiting: pods, idle: idle, minPool: minPool) == demand)
  }

  @Test(arguments: [
    (5, 0, 3, 10, 2, 0), (5, 0, 8, 20, 0, 3), (5, 16, 8, 12, 4, 0), (5, 16, 8, 17, 0, 1), (0, 0, 0, 0, 0, 0),
  ])
  func `of AWS keep a number of addresses warm`(
    warm: Int, least: Int, available: Int, total: Int, short: Int, over: Int
  ) {
    #expect(WarmIPController.short(warm: warm, minimum: least, available: available, total: total) == short)
    #expect(WarmIPController.over(warm: warm, minimum: least, available: available, total: total) == over)
  }

  @Test(arguments: [(29, true, false), (30, false, false), (59, false, false), (60, false, true)])
  func `of AWS keep an ENI warm`(available: Int, grows: Bool, shrinks: Bool) {
    #expect(WarmENIController.grows(warm: 1, available: available, ipsPerENI: 30) == grows)
    #expect(WarmENIController.shrinks(warm: 1, available: available, ipsPerENI: 30) == shrinks)
  }

  @Test(arguments: [(8, 0, 100, 10, 4, 2), (8, 20, 100, 10, 0, 10), (8, 0, 12, 10, 10, 2), (8, 0, 100, 30, 4, 0)])
  func `of Cilium allocate ahead`(pre: Int, least: Int, most: Int, available: Int, used: Int, needed: Int) {
    let count = CiliumController.needed(
      pre: pre, minAllocate: least, maxAllocate: most, available: available, used: used)
    #expect(count == needed)
  }

  @Test func `of Cilium surge for pending pods and release an excess`() {
    #expect(CiliumController.surge(needed: 3, pendingPods: 10) == 10)
    #expect(CiliumController.surge(needed: 8, pendingPods: 2) == 8)
    #expect(CiliumController.excess(pre: 8, maxAboveWatermark: 0, available: 30, used: 20) == 2)
    #expect(CiliumController.excess(pre: 8, maxAboveWatermark: 4, available: 30, used: 20) == 0)
  }

  @Test(arguments: [(0, 16), (8, 16), (9, 32), (24, 32), (25, 48), (100, 100)])
  func `of Azure take whole batches`(demand: Int, target: Int) {
    #expect(AzureController.target(demand: demand, batch: 16, buffer: 0.5, maximum: 100) == target)
  }

  @Test func `of Terway swings when the minimum is above the maximum`() {
    var controller = TerwayControlplane(minPool: 10, maxPool: 5)
    var (idle, actions) = (0, [Int]())
    for second in stride(from: 0.0, to: 1200, by: 10) {
      let decision = controller.check(PoolState(idle: idle, freePlaces: 7), at: second)
      idle += decision.grow - decision.release
      if decision.grow > 0 { actions.append(1) } else if decision.release > 0 { actions.append(-1) }
    }
    #expect(actions.count >= 10 && zip(actions, actions.dropFirst()).allSatisfy { $0 == -$1 })
  }

  @Test func `of Terway release only at the pool sync`() {
    var controller = TerwayControlplane(minPool: 0, maxPool: 5)
    #expect(controller.check(PoolState(idle: 9), at: 130) == PoolDecision(nextCheck: 240))
    #expect(controller.check(PoolState(idle: 9), at: 240).release == 4)
  }
}
