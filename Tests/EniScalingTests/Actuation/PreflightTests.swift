import Testing

@testable import EniScaling

struct `Before a change` {
  @Test func `a node must be in a state that bears it`() {
    var node = Sample.node(used: 20, idle: 5, enis: 1, adapters: 3)
    let (growth, release) = (PoolBand(min: 20, max: 40), PoolBand(min: 2, max: 8))
    func obstacle(
      _ band: PoolBand, _ node: NodeObservation, degradation: String = "", isReady: Bool = true, isTrusted: Bool = true,
      isThrottled: Bool = false
    ) -> Preflight? {
      Preflight.obstacle(
        to: band, replacing: PoolBand(min: 4, max: 12), on: node, degradation: degradation, isReady: isReady,
        isTrusted: isTrusted, isThrottled: isThrottled)
    }
    #expect(obstacle(growth, node) == nil && obstacle(release, node) == nil)
    #expect(
      obstacle(release, node, degradation: "l0") == .degraded && obstacle(release, node, degradation: "l1") == .degraded
    )
    #expect(obstacle(release, node, degradation: "none") == nil)
    #expect(obstacle(release, node, isReady: false) == .notReady)
    #expect(obstacle(release, node, isTrusted: false) == .untrusted)

    // Growth calls the cloud, which would refuse; what is idle already is not asked for, and release can wait in the cloud.
    #expect(
      obstacle(growth, node, isThrottled: true) == .throttled && obstacle(release, node, isThrottled: true) == nil)
    #expect(obstacle(PoolBand(min: 5, max: 40), node, isThrottled: true) == nil)

    node.vSwitch = .exhausted
    #expect(obstacle(growth, node) == .exhaustedVSwitch && obstacle(release, node) == nil)
    node.vSwitch = .available
    node.enis.attaching = 1
    #expect(obstacle(growth, node) == .changingENI && obstacle(release, node) == .changingENI)
    var full = Sample.node(used: 50, idle: 10, enis: 2, adapters: 3)
    #expect(obstacle(growth, full) == .noFurtherENI && obstacle(release, full) == nil)
    // Addresses can still be added to the ENIs that are there.
    full.idle = 3
    #expect(obstacle(growth, full) == nil)
  }
}
