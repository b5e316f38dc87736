import Testing

@testable import EniScaling

struct `Guard rails` {
  @Test(arguments: [
    (24, 30, 2, GuardRails.Step.hold), (25, 30, 2, .grow), (9, 30, 3, .hold), (8, 30, 3, .shrink),
    (8, 30, 2, .hold), (30, 30, 10, .hold), (0, 0, 1, .grow), (0, 330, 11, .shrink), (240, 300, 9, .hold),
    (241, 300, 9, .grow),
  ])
  func `step by one ENI strictly beyond the thresholds and within the limits`(
    used: Int, total: Int, enis: Int, step: GuardRails.Step
  ) {
    #expect(GuardRails().step(used: used, total: total, enis: enis) == step)
  }

  @Test func `alone are the rule that the project began with`() {
    var policy = ScalingPolicy()
    policy.layers = .guardRailsOnly
    for enis in 1...9 {
      for used in stride(from: 0, through: enis * 30, by: 1) {
        var scaler = NodeGroupScaler(policy: policy, at: 0)
        let decision = scaler.decide([Sample.node(used: used, idle: enis * 30 - used, enis: enis)], at: 0)[0]
        let ratio = Double(used) / Double(enis * 30)
        let wanted = ratio > 0.8 ? enis + 2 : ratio < 0.3 ? enis : enis + 1
        // A node keeps the ENIs that its addresses with pods are on, and Terway's policy limits.
        #expect(decision.desiredENIs == min(max(wanted, 2), 10), "\(used) of \(enis * 30)")
      }
    }
  }
}
