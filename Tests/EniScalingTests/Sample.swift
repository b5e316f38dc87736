import TestSupport

@testable import EniScaling

typealias SeededGenerator = TestSupport.SeededGenerator

/// Observations as tests need them.
enum Sample {
  static func node(
    _ name: String = "a", used: Int, idle: Int, enis: Int? = nil, waiting: Int = 0, adapters: Int = 11
  ) -> NodeObservation {
    var node = NodeObservation(
      name: name, used: used, idle: idle, limits: InstanceLimits(adapters: adapters, ipsPerENI: 30))
    node.enis = .init(inUse: enis ?? max(1, (used + idle + 29) / 30))
    node.waitingPods = waiting
    node.podHeadroom = max(0, (adapters - 1) * 30 - used - waiting)
    return node
  }
}

/// A node on which Terway follows its band at once: what a decision comes to.
struct ObedientNode {
  var used = 0
  var idle = 0
  var band = PoolBand(min: 0, max: 5)

  mutating func follow(_ decision: ScalingDecision, capacity: Int) {
    band = decision.band
    idle = min(max(idle, band.min), max(band.max, band.min))
    idle = min(idle, max(0, capacity - used))
  }

  mutating func setUsed(_ count: Int, capacity: Int) {
    idle = max(0, min(idle + used - count, capacity - count))
    used = count
  }
}
