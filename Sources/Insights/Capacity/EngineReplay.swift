import EniScaling

/// What the scaling engine learns from the last hours of a node group, had it been there.
struct EngineReplay: Sendable {
  var band: PoolBand
  var ahead = 0
  var basis = NodeGroupPlan.Basis.defaults

  /// Idle addresses of each node are those that the engine asked for a round before.
  init(
    _ group: [CapacityNode], _ assumptions: CapacityAssumptions, _ recent: [String: History], _ policy: ScalingPolicy
  ) {
    let nodes = group.filter { recent[$0.name]?.readings.isEmpty == false && assumptions.capacity(of: $0) != nil }
    let rounds = Set(nodes.flatMap { recent[$0.name]?.readings.map(\.time) ?? [] }).sorted()
    var policy = policy
    if let interval = nodes.first.flatMap({ recent[$0.name]?.interval }) { policy.evaluationInterval = interval }
    var scaler = NodeGroupScaler(policy: policy, at: rounds.first ?? 0)
    band = scaler.initialBand
    guard rounds.count > 1 else { return }
    var played = nodes.map { PlayedNode($0, assumptions, recent[$0.name]?.readings ?? []) }
    for time in rounds {
      let seen = played.indices.compactMap { index in played[index].observe(at: time).map { (index, $0) } }
      for ((index, observation), decision) in zip(seen, scaler.decide(seen.map(\.1), at: time)) {
        played[index].held =
          observation.used + min(max(observation.idle, decision.band.min), decision.band.max)
      }
    }
    (band, ahead) = (scaler.initialBand, scaler.plan.ahead)
    basis = .replay(rounds: rounds.count, nodes: nodes.count)
  }
}

/// A node as it would be if the engine had sized it.
private struct PlayedNode {
  /// Addresses that it has.
  var held = 0
  private let node: CapacityNode
  private let limits: InstanceLimits
  private let pods: Int
  private let readings: [History.Reading]
  private var next = 0

  init(_ node: CapacityNode, _ assumptions: CapacityAssumptions, _ readings: [History.Reading]) {
    (self.node, self.readings) = (node, readings)
    limits = assumptions.limits(of: node)
    pods = assumptions.capacity(of: node)?.pods ?? 0
  }

  /// What the last reading until then says; `nil` where there is none, or none that can be of this instance.
  mutating func observe(at time: Double) -> NodeObservation? {
    while next < readings.count, readings[next].time <= time { next += 1 }
    guard next > 0, (0...Double(limits.addresses)).contains(readings[next - 1].value) else { return nil }
    let used = Int(readings[next - 1].value.rounded())
    held = min(max(held, used), limits.addresses)
    var observation = NodeObservation(name: node.name, used: used, idle: held - used, limits: limits)
    observation.podHeadroom = max(0, pods - used)
    observation.enis = .init(inUse: (held + limits.ipsPerENI - 1) / max(1, limits.ipsPerENI))
    return observation
  }
}
