/// What the past says.
extension NodeGroupScaler {
  /// Time within which Terway itself puts an address in place of one that was taken, in seconds.
  private var replacementTime: Double { leadTimes.quantile(0.95) + 2 }

  /// Time that it takes to have addresses on a node that had no need of them, in seconds: a round, the way to Terway, an
  /// ENI, and further addresses on it.
  private var preparationTime: Double {
    policy.evaluationInterval + policy.actuationDelay + leadTimes.quantile(0.95)
  }

  mutating func learn(_ observations: [NodeObservation], _ faults: [ObservationFault?], at now: Double) {
    let (replacement, preparation) = (replacementTime, preparationTime)
    recent.removeAll { $0.time <= now - preparation }
    let before = recent.reduce(0) { $0 + $1.pods }
    var (came, late) = (0, 0)
    for (observation, fault) in zip(observations, faults) {
      guard fault == nil else {
        nodes[observation.name]?.trustedAt = nil
        nodes[observation.name]?.seenAt = now
        continue
      }
      for seconds in observation.leadTimes { leadTimes.add(seconds) }
      let new = learn(observation, groupBefore: before, window: replacement, at: now)
      came += new.pods
      late += new.late
    }
    guard came > 0 || positionShares.isEmpty else { return }
    recent.append(Recent(time: now, pods: came))
    if policy.layers.calibration { calibration.observe(pods: came, late: late, coverage: policy.coverage) }
    plan(nodes: observations.count, at: now)
  }

  /// Takes in one node; returns how many pods came to it, and how many of them found no idle address.
  private mutating func learn(
    _ observation: NodeObservation, groupBefore: Int, window: Double, at now: Double
  ) -> (pods: Int, late: Int) {
    let slot = nodes.index(forKey: observation.name)
    var state = slot.map { nodes.values[$0] } ?? NodeState(at: now)
    defer { if let slot { nodes.values[slot] = state } else { nodes[observation.name] = state } }
    let demand = policy.layers.exactDemand ? observation.demand : observation.used
    let rise = state.rises.add(demand, at: now, length: window)
    let isKnown = state.trustedAt != nil
    let pods = isKnown ? max(0, demand - state.demand) : 0
    let late = max(0, pods - state.idle)
    let level = demand - rise + heldAddresses(state, above: demand - rise)
    for index in 0..<min(pods, 1024) {
      let position = max(1, demand - pods + index + 1 - level)
      let depth =
        state.ahead == ArrivalHistogram.unknownDepth
        ? ArrivalHistogram.unknownDepth : state.ahead + groupBefore + index + 1
      arrivals.add(position: position, depth: depth, at: now)
      if position > 0 { state.positions.add(position) }
    }
    if pods > 0, policy.layers.seasonal, groupBefore + pods > plan.ahead, rise > 2 * plan.everywhere {
      seasonal.add(rise, at: now)
    }
    if policy.layers.releaseHold {
      state.hold.add(demand: demand, at: now, seconds: policy.costs.releaseAndReacquire)
    }
    state.demand = demand
    state.idle = observation.idle
    state.seenAt = now
    state.trustedAt = now
    return (pods, late)
  }

  /// What was needed a short time ago is still there, as far as the band lets it be: pods up to that level need no more
  /// than any buffer.
  private func heldAddresses(_ state: NodeState, above demand: Int) -> Int {
    guard policy.layers.releaseHold else { return 0 }
    let slack = state.band.map { $0.max - $0.min } ?? policy.slack
    return max(0, min(state.hold.peak - demand, slack))
  }

  func planner(nodes count: Int, at now: Double) -> BufferPlanner {
    let isMissed = calibration.isMissed(policy.coverage)
    return BufferPlanner(
      coverage: policy.layers.calibration ? calibration.level : policy.coverage,
      latePodCost: policy.costs.latePod / max(arrivals.exposure(at: now), 86_400), nodes: count,
      mostEverywhere: isMissed ? policy.mostEverywhere : policy.usualEverywhere,
      mostAhead: Int(policy.mostAheadPerNode * Double(count)))
  }

  private mutating func plan(nodes count: Int, at now: Double) {
    let pods = arrivals.uncovered(at: now)
    plan = planner(nodes: count, at: now).plan(pods, current: plan)
    let total = max(pods.total, 1)
    positionShares = (1...NodePositions.count).map { position in
      1 - pods.beyond(positionEdge: CountScale.bucket(position), depthEdge: 0) / total
    }
  }
}
