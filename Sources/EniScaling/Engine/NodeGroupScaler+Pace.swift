/// Whether a node's band is changed now, by how much, or why not.
extension NodeGroupScaler {
  func decision(
    _ observation: NodeObservation, _ target: NodeTarget, _ state: inout NodeState, at now: Double
  ) -> ScalingDecision {
    let band = state.band ?? observation.band ?? initialBand
    let idle = observation.idle + observation.arriving
    var decision = ScalingDecision(
      node: observation.name, currentENIs: observation.enis.held + 1, desiredENIs: 0, idleTarget: target.least,
      band: band, isChange: false, reason: .steady)
    if target.least > band.min, idle < target.least, isWorthwhile(target.least - idle, of: target) {
      grow(&decision, observation, target, &state, at: now)
    } else if idle > band.max, target.most > band.max {
      // Terway would release what is wanted.
      state.growth.reset()
      decision.band = PoolBand(min: min(target.least, max(band.min, idle)), max: target.most)
      decision.reason = target.reason
    } else if (band.min > target.least && idle > target.least && isWorthwhile(band.min - target.least, of: target))
      || (band.max > target.most && idle > target.most)
    {
      release(&decision, observation, target, &state, at: now)
    } else if let most = trimmed(observation, target, &state, at: now) {
      decision.band = PoolBand(min: band.min, max: most)
      decision.reason = .released(excess: state.surplus.extreme)
    } else {
      state.growth.reset()
      state.release.reset()
      if case .atMaximum = target.reason { decision.reason = target.reason }
    }
    if decision.band != band {
      let room = max(0, NodeTarget.limit(observation, policy.rails) - observation.demand)
      decision.band = PoolBand(min: min(decision.band.min, room), max: decision.band.max)
    }
    decision.isChange = decision.band != band || (state.band == nil && observation.band != decision.band)
    decision.desiredENIs = desiredENIs(observation, decision, target)
    return decision
  }

  /// Whether so many addresses are worth a change: a buffer that follows the room of nodes that are nearly full differs
  /// a little all the time.
  private func isWorthwhile(_ difference: Int, of target: NodeTarget) -> Bool {
    guard case .fillsNext = target.reason else {
      return policy.layers.guardRails || plan.everywhere > 0 || difference >= Self.leastChange
    }
    return difference >= max(Self.leastChange, target.least / 4)
  }

  private static var leastChange: Int { 4 }

  /// The most idle addresses of a node that lets be idle what it does not need, once it has not needed it for long.
  private func trimmed(
    _ observation: NodeObservation, _ target: NodeTarget, _ state: inout NodeState, at now: Double
  ) -> Int? {
    let surplus = observation.idle - target.least
    guard policy.layers.releaseHold, policy.layers.newsvendor, !policy.layers.guardRails, surplus > 1 else {
      state.surplus.reset()
      return nil
    }
    state.surplus.want(surplus, at: now, min)
    let patience = policy.costs.releaseAndReacquire * policy.costs.patience
    guard state.surplus.remaining(patience, at: now) <= 0 else { return nil }
    return max(target.least, observation.idle - state.surplus.extreme)
  }

  private func grow(
    _ decision: inout ScalingDecision, _ observation: NodeObservation, _ target: NodeTarget, _ state: inout NodeState,
    at now: Double
  ) {
    state.release.reset()
    state.growth.want(target.least, at: now, min)
    let pace = policy.scaleUp
    let wait = policy.layers.pace ? state.growth.remaining(pace.stabilizationWindow, at: now) : 0
    guard wait <= 0 else {
      decision.reason = .stabilizing(seconds: wait)
      return
    }
    var least = policy.layers.pace && pace.stabilizationWindow > 0 ? state.growth.extreme : target.least
    if policy.layers.pace {
      least = min(least, observation.idle + observation.arriving + pace.maxStepENIs * observation.limits.ipsPerENI)
    }
    guard least > decision.band.min else { return }
    decision.band = PoolBand(min: least, max: max(least, target.most))
    decision.reason = target.reason
  }

  private func release(
    _ decision: inout ScalingDecision, _ observation: NodeObservation, _ target: NodeTarget, _ state: inout NodeState,
    at now: Double
  ) {
    state.growth.reset()
    let idle = observation.idle + observation.arriving
    let excess = max(0, idle - target.most)
    state.release.want(target.least, at: now, max)
    if policy.layers.scarcity, observation.vSwitch == .exhausted {
      decision.band = PoolBand(min: target.least, max: target.most)
      decision.reason = .scarcity
      return
    }
    if let seconds = waitBeforeRelease(state, at: now) {
      decision.reason = .coolingDown(seconds: seconds)
      return
    }
    let least = policy.layers.pace ? max(target.least, state.release.extreme) : target.least
    var most = least + (target.most - target.least)
    if policy.layers.pace {
      most = max(most, idle - policy.scaleDown.maxStepENIs * observation.limits.ipsPerENI)
    }
    decision.band = PoolBand(min: min(least, decision.band.min), max: most)
    decision.reason = policy.layers.guardRails ? target.reason : .released(excess: excess)
  }

  /// In seconds; `nil` = it is time.
  private func waitBeforeRelease(_ state: NodeState, at now: Double) -> Double? {
    guard policy.layers.pace else { return nil }
    let pace = policy.scaleDown
    let wait = max(
      state.release.remaining(pace.stabilizationWindow, at: now), state.changedAt.map { $0 + pace.cooldown - now } ?? 0)
    return wait > 0 ? wait : nil
  }

  /// ENIs that the band comes to, the primary one included.
  private func desiredENIs(_ observation: NodeObservation, _ decision: ScalingDecision, _ target: NodeTarget) -> Int {
    let rails = policy.rails
    let size = max(1, observation.limits.ipsPerENI)
    let most = max(
      min(rails.minENIs, observation.limits.podENIs + 1), min(rails.maxENIs, observation.limits.podENIs + 1))
    let idle = observation.idle + observation.arriving
    let kept = min(max(idle, decision.band.min), max(decision.band.max, decision.band.min))
    let needed = (observation.demand + kept + size - 1) / size + 1
    return min(max(needed, min(rails.minENIs, most)), most)
  }
}
