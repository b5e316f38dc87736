/// What every node should have, and which of them are changed now.
extension NodeGroupScaler {
  mutating func wishes(
    _ observations: [NodeObservation], _ faults: [ObservationFault?], pendingPods: Int, at now: Double
  ) -> [ScalingDecision] {
    let order = FillOrder(
      pods: zip(observations, faults).map { $1 == nil ? $0.demand : 0 },
      headroom: zip(observations, faults).map { $1 == nil ? podRoom($0) : nil })
    let ahead = plan.ahead > 0 || pendingPods > 0 ? plan.ahead + (policy.layers.exactDemand ? pendingPods : 0) : 0
    let seasonalPeak =
      policy.layers.seasonal && plan.ahead == 0 && plan.everywhere > 0
      ? seasonal.expected(at: now) : 0
    var decisions: [ScalingDecision] = []
    decisions.reserveCapacity(observations.count)
    var changes: [Int] = []
    for index in observations.indices {
      let observation = observations[index]
      if let fault = faults[index] {
        decisions.append(held(observation, nodes[observation.name]?.band, .unknown(fault)))
        continue
      }
      guard let slot = nodes.index(forKey: observation.name) else { continue }
      var state = nodes.values[slot]
      state.ahead = order.ahead[index]
      let target = target(observation, state, ahead: ahead, seasonalPeak: seasonalPeak)
        .clamped(observation, policy.rails)
      decisions.append(decision(observation, target, &state, at: now))
      nodes.values[slot] = state
      if decisions[index].isChange { changes.append(index) }
    }
    spend(on: changes, observations, &decisions, order, at: now)
    return decisions
  }

  /// Pods that the node still takes, as far as that is known.
  private func podRoom(_ observation: NodeObservation) -> Int {
    min(observation.podHeadroom ?? .max, max(0, observation.limits.addresses - observation.demand))
  }

  private func target(
    _ observation: NodeObservation, _ state: NodeState, ahead: Int, seasonalPeak: Int
  ) -> NodeTarget {
    if policy.layers.scarcity, observation.vSwitch == .exhausted {
      return NodeTarget(least: 0, most: 1, reason: .scarcity)
    }
    let rails = policy.layers.guardRails ? NodeTarget.rails(observation, policy.rails) : nil
    guard policy.layers.newsvendor else {
      return rails ?? NodeTarget(least: 0, most: policy.slack, reason: .steady)
    }
    let room = podRoom(observation)
    var target = NodeTarget(
      least: everywhere(state), most: 0, reason: .buffer(everywhere: plan.everywhere))
    if seasonalPeak > target.least {
      target = NodeTarget(least: seasonalPeak, most: 0, reason: .seasonal(pods: seasonalPeak))
    }
    if state.ahead != ArrivalHistogram.unknownDepth, ahead - state.ahead > target.least {
      target = NodeTarget(least: ahead - state.ahead, most: 0, reason: .fillsNext(pods: ahead))
    }
    target.least = min(CountScale.roundedUp(target.least), room)
    if plan.everywhere == 0, observation.demand > 0 {
      target.least = max(target.least, min(policy.occupiedBuffer, room + state.hold.range))
    }
    target.most = target.least + slack(state, above: target.least)
    return rails?.raised(to: target) ?? target
  }

  /// How many more addresses than the least may be idle. Where pods may come to any node it is the same for all; where
  /// they come to the fullest, the others keep what they needed of late.
  private func slack(_ state: NodeState, above least: Int) -> Int {
    guard policy.layers.releaseHold, plan.everywhere == 0 else {
      return policy.slack(above: least)
    }
    return min(max(state.hold.range, state.demand > 0 ? policy.heldSlack : 1), policy.mostHeld)
  }

  /// The group's buffer, adjusted to the node.
  private func everywhere(_ state: NodeState) -> Int {
    guard plan.everywhere > BufferPlanner.leastEverywhere, !positionShares.isEmpty else { return plan.everywhere }
    let buffer = plan.everywhere - BufferPlanner.safetyStock
    return state.positions.buffer(group: positionShares, buffer: buffer) + BufferPlanner.safetyStock
  }

  /// Lets through as many changes as the budgets allow: growth before release, and what fills first before what fills
  /// later.
  private mutating func spend(
    on changes: [Int], _ observations: [NodeObservation], _ decisions: inout [ScalingDecision], _ order: FillOrder,
    at now: Double
  ) {
    // Looked up once for each, not in each comparison.
    let ranks = changes.map { index in
      (isRelease: grows(decisions[index]) ? 0 : 1, ahead: order.ahead[index], index: index)
    }
    for (_, _, index) in ranks.sorted(by: { ($0.isRelease, $0.ahead, $0.index) < ($1.isRelease, $1.ahead, $1.index) }) {
      let name = observations[index].name
      guard var state = nodes[name] else { continue }
      if let budget = exceeded(observations[index], decisions[index], &state, at: now) {
        let reason = ScalingDecision.Reason.overBudget(budget)
        decisions[index] = held(observations[index], state.band, reason)
      } else {
        state.band = decisions[index].band
        state.changedAt = now
        state.growth.reset()
        state.release.reset()
        state.surplus.reset()
      }
      nodes[name] = state
    }
  }

  private func grows(_ decision: ScalingDecision) -> Bool {
    nodes[decision.node]?.band.map { decision.band.min > $0.min } ?? true
  }

  /// The budget that a change would exceed; otherwise it is paid.
  private mutating func exceeded(
    _ observation: NodeObservation, _ decision: ScalingDecision, _ state: inout NodeState, at now: Double
  ) -> ScalingDecision.Budget? {
    let perDay = policy.budget.changesPerNodeAndDay
    state.changes.refill(perSecond: perDay / 86_400, capacity: NodeState.changeBurst, at: now)
    let growth = max(0, decision.band.min - observation.idle - observation.arriving)
    let cost = Double((growth + 9) / 10)
    guard policy.layers.pace else { return nil }
    guard state.changes.tokens >= 1 else { return .nodeChanges }
    guard writes.tokens >= Double(policy.budget.writesPerChange) else { return .apiWrites }
    guard calls.take(cost) else { return .cloudCalls }
    _ = state.changes.take(1)
    _ = writes.take(Double(policy.budget.writesPerChange))
    return nil
  }
}
