import EniScaling

/// Our policy as an autoscaler of the simulation: the same engine that the operator runs, shown what the operator sees.
public struct PolicyTuner: BandTuner {
  private var scaler: NodeGroupScaler
  private let fleet: FleetConfiguration
  private let names: [String]

  public init(policy: ScalingPolicy = ScalingPolicy(), fleet: FleetConfiguration) {
    scaler = NodeGroupScaler(policy: policy, at: 0)
    self.fleet = fleet
    names = (0..<fleet.nodes).map { "node-\($0)" }
  }

  public var interval: Double { scaler.policy.evaluationInterval }
  public var initialBand: PoolBand { scaler.initialBand }
  public var writesPerChange: Int { scaler.policy.budget.writesPerChange }

  public mutating func round(_ nodes: [TunedNode], pendingPods: Int, at now: Double) -> [BandChange] {
    let observations = zip(names, nodes).map(observation)
    let decisions = scaler.decide(observations, pendingPods: pendingPods, at: now)
    return decisions.indices.compactMap { index in
      decisions[index].isChange ? BandChange(node: index, band: decisions[index].band) : nil
    }
  }

  private func observation(_ name: String, _ node: TunedNode) -> NodeObservation {
    var observation = NodeObservation(
      name: name, used: node.pool.used, idle: node.pool.idle,
      limits: InstanceLimits(adapters: fleet.adapters, ipsPerENI: fleet.ipsPerENI))
    observation.arriving = node.pool.arriving
    observation.waitingPods = node.pool.waiting
    observation.podHeadroom = max(0, fleet.podsPerNode - node.pods)
    observation.enis = .init(inUse: node.pool.enis - node.attachingENIs, attaching: node.attachingENIs)
    observation.vSwitch = node.vSwitchHasAddresses ? .available : .exhausted
    observation.leadTimes = node.leadTime.map { [$0] } ?? []
    observation.band = initialBand
    return observation
  }
}
