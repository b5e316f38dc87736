/// Sizes the pools of a group of like nodes: one zone's nodes of one instance type, or a whole cluster.
///
/// A value: give it what is observed, and it says what every node should have, and why. It reads no clock, draws no random
/// numbers, and the same observations at the same times give the same decisions.
///
/// # Guarantees
/// - A band is never inverted, and what is desired is within the policy's and the instance's limits.
/// - A node of which nothing certain is known is not shrunk.
/// - Decisions depend on times, not on the number of rounds: a round more or less does no harm.
///
/// # Caveats
/// It cannot make Terway attach an ENI that its addresses do not need, nor move pods: see `docs/benchmarks.md`.
public struct NodeGroupScaler: Hashable, Sendable {
  public var policy: ScalingPolicy
  var lastRound: Double?
  var arrivals: ArrivalHistogram
  var leadTimes = LeadTimes()
  var calibration: CoverageCalibration
  var seasonal = SeasonalPeaks()
  /// What the group's past asks for.
  public internal(set) var plan: BufferPlan
  /// Share of the group's pods at positions of at most 1, 2, ….
  var positionShares: [Double] = []
  /// Pods that came in the rounds of the last lead time.
  var recent: [Recent] = []
  var writes: TokenBudget
  var calls: TokenBudget
  var nodes: [String: NodeState] = [:]

  struct Recent: Hashable, Codable, Sendable {
    var time: Double
    var pods: Int
  }

  /// A node that was not observed for so long is forgotten, in seconds.
  static let forgetAfter = 3_600.0
  /// Times beyond this are no times, in seconds.
  static let latest = 1e12

  public init(policy: ScalingPolicy = ScalingPolicy(), at now: Double) {
    self.policy = policy
    arrivals = ArrivalHistogram(reference: now)
    calibration = CoverageCalibration(coverage: policy.coverage)
    writes = TokenBudget(capacity: Double(policy.budget.writesPerMinute), at: now)
    calls = TokenBudget(capacity: Double(policy.budget.cloudCallsPerMinute), at: now)
    plan = BufferPlan(everywhere: 0, ahead: 0)
    plan = planner(nodes: 1, at: now).plan(arrivals.uncovered(at: now), current: nil)
  }

  /// The band of a node before anything is known: what a small group keeps for good.
  public var initialBand: PoolBand {
    PoolBand(min: plan.everywhere, max: plan.everywhere + policy.slack(above: plan.everywhere))
  }

  /// Nodes that are remembered.
  public var count: Int { nodes.count }

  /// Decides for every node.
  ///
  /// - Parameters:
  ///   - observations: one for each node, of whatever age. A node that is missing is held and in time forgotten.
  ///   - pendingPods: pods of the group that no node has room for.
  ///   - now: in seconds since any moment that stays the same.
  /// - Returns: a decision for each observation, in the same order.
  public mutating func decide(
    _ observations: [NodeObservation], pendingPods: Int = 0, at now: Double
  ) -> [ScalingDecision] {
    let elapsed = lastRound.map { now - $0 }
    let isTime = now.isFinite && abs(now) < Self.latest
    let faults = observations.map { observation in
      isTime ? observation.fault(maxStaleness: policy.maxStaleness, elapsed: elapsed) : .missing
    }
    guard isTime else { return hold(observations, faults) }
    if let elapsed, elapsed < 0 { rebase(by: elapsed) }
    lastRound = now
    writes.refill(
      perSecond: Double(policy.budget.writesPerMinute) / 60, capacity: Double(policy.budget.writesPerMinute), at: now)
    calls.refill(
      perSecond: Double(policy.budget.cloudCallsPerMinute) / 60, capacity: Double(policy.budget.cloudCallsPerMinute),
      at: now)
    learn(observations, faults, at: now)
    let decisions = wishes(observations, faults, pendingPods: max(0, pendingPods), at: now)
    forget(at: now)
    return decisions
  }

  /// Takes a band for the one that a node was asked for last: the class that was chosen for it, or what its label says
  /// after a restart.
  ///
  /// - Parameter changedAt: when it was asked for, on the clock of `decide`; `nil` = the cooldown goes on as it did.
  public mutating func adopt(_ band: PoolBand, for node: String, changedAt: Double? = nil, at now: Double) {
    var state = nodes[node] ?? NodeState(at: now)
    state.band = band
    if let changedAt { state.changedAt = max(state.changedAt ?? changedAt, min(changedAt, now)) }
    nodes[node] = state
  }

  /// Nothing can be said but that what is stays.
  private func hold(_ observations: [NodeObservation], _ faults: [ObservationFault?]) -> [ScalingDecision] {
    zip(observations, faults).map { observation, fault in
      held(observation, nodes[observation.name]?.band, .unknown(fault ?? .missing))
    }
  }

  func held(_ observation: NodeObservation, _ band: PoolBand?, _ reason: ScalingDecision.Reason) -> ScalingDecision {
    let enis = min(max(0, observation.enis.held), 1 << 20) + 1
    let most = max(policy.rails.minENIs, min(policy.rails.maxENIs, max(1, observation.limits.adapters)))
    let band = band ?? observation.band ?? initialBand
    return ScalingDecision(
      node: observation.name, currentENIs: enis, desiredENIs: min(max(enis, policy.rails.minENIs), most),
      idleTarget: band.min, band: band, isChange: false, reason: reason)
  }

  /// The clock was set back: what was remembered of times goes with it.
  private mutating func rebase(by seconds: Double) {
    recent = []
    for name in nodes.keys {
      nodes[name]?.rises = RiseWindow()
      if let changed = nodes[name]?.changedAt { nodes[name]?.changedAt = changed + seconds }
      nodes[name]?.seenAt += seconds
      nodes[name]?.hold = ReleaseHold()
      nodes[name]?.surplus.reset()
      nodes[name]?.growth.reset()
      nodes[name]?.release.reset()
      nodes[name]?.trustedAt = nil
    }
  }

  /// Looks for nodes that are gone only when there are some.
  private mutating func forget(at now: Double) {
    guard nodes.count > 0, nodes.values.contains(where: { now - $0.seenAt > Self.forgetAfter }) else { return }
    nodes = nodes.filter { now - $0.value.seenAt <= Self.forgetAfter }
  }
}
