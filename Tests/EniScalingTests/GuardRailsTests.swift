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

  @Test func `that somebody names hold beside the forecast, which asks for more only`() {
    var policy = ScalingPolicy()
    policy.layers.guardRails = true
    func decide(_ node: NodeObservation, at now: Double = 0) -> ScalingDecision {
      var scaler = NodeGroupScaler(policy: policy, at: 0)
      return scaler.decide([node], at: now)[0]
    }
    let above = decide(Sample.node(used: 49, idle: 11, enis: 2))
    #expect(above.desiredENIs == 4 && above.reason == .aboveScaleUp(used: 49, total: 60))
    // The forecast is content with far fewer idle addresses, at which nothing is released.
    let within = decide(Sample.node(used: 48, idle: 12, enis: 2))
    #expect(within.desiredENIs == 3 && within.band.max >= 12)
    // A minimum of one address is enough for the rule, and not for the forecast.
    policy.rails.scaleUp = 0.99
    let raised = decide(Sample.node(used: 29, idle: 1, enis: 1))
    #expect(raised.band.min > 1 && raised.desiredENIs == 3)
    policy.layers.guardRails = false
    policy.rails.scaleUp = 0.8
    #expect(decide(Sample.node(used: 49, idle: 11, enis: 2)).desiredENIs == 3)
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
