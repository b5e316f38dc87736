import EniScaling
import KubernetesModel
import TerwayModel

/// Looks at every node that a policy selects: whether it can be sized, what is known of it, and what it should have. Pure.
struct PolicyEvaluation {
  let policy: EniAutoscalePolicy
  let spec: EniAutoscalePolicySpec
  let fleet: Fleet
  let assignment: PolicyAssignment
  let now: Double
  /// All nodes on them do without idle addresses.
  let scarceVSwitches: Set<String>
  private let base: EniConfiguration?

  /// - Parameter defaults: for what policies leave out.
  init(
    _ policy: EniAutoscalePolicy, _ spec: EniAutoscalePolicySpec, in fleet: Fleet, defaults: EniAutoscaleDefaults,
    scarceVSwitches: Set<String> = [], now: Double
  ) {
    (self.policy, self.spec, self.fleet, self.now) = (policy, spec, fleet, now)
    self.scarceVSwitches = scarceVSwitches
    assignment = Self.assignment(of: fleet.policies, defaults: defaults)
    base = fleet.base
  }

  /// Policies that are invalid or go claim nothing.
  static func assignment(of policies: [EniAutoscalePolicy], defaults: EniAutoscaleDefaults) -> PolicyAssignment {
    PolicyAssignment(
      policies.compactMap { policy in
        guard !policy.metadata.isBeingDeleted, case .success(let spec) = policy.spec(defaults: defaults) else {
          return nil
        }
        return PolicyAssignment.Claim(
          policy: policy.metadata.name, priority: spec.priority, selector: spec.nodeSelector.labelSelector)
      })
  }

  /// - Returns: a verdict for each node that the policy selects, sorted by name.
  func verdicts(_ memory: inout PolicyMemory, _ nodes: inout [String: NodeMemory]) -> [NodeVerdict] {
    var verdicts: [NodeVerdict] = []
    let selector = spec.nodeSelector.labelSelector
    for node in fleet.nodes where selector.matches(node.metadata.labels) {
      let resource = fleet.resources[node.key]
      // An empty selector selects what has a pool that can be sized.
      if resource == nil, selector.isEmpty, !(spec.sizesLegacyNodes && fleet.isLegacy(node)) { continue }
      verdicts.append(look(at: node, resource, &memory, &nodes))
    }
    decide(&verdicts, &memory)
    return verdicts
  }

  private func look(
    at node: ClusterNode, _ resource: TerwayNode?, _ memory: inout PolicyMemory, _ nodes: inout [String: NodeMemory]
  ) -> NodeVerdict {
    let name = node.metadata.name
    let own = fleet.own(of: node)
    let mode = NodeMode(node, resource: resource, base: base, own: own.configuration)
    var verdict = NodeVerdict(name: name, mode: mode, own: own.configuration)
    verdict.skip = skip(node, resource, mode, own)
    guard verdict.skip == nil else { return verdict }
    if mode == .legacy {
      verdict.observation = adopted(legacyObservation(of: node, own, fleet.readings[name]), node, &memory)
      return verdict
    }
    guard let resource else { return verdict }
    let pods = fleet.pods(name)
    if fleet.podsAge.map({ $0 < spec.signal.maxStaleness.seconds }) ?? false {
      nodes[name, default: NodeMemory()].lag.observe(resource, pods: pods, hasOwnENI: fleet.hasOwnENI, now: now)
    }
    let lag = nodes[name]?.lag.age(at: now) ?? 0
    var observation = NodeObservation(
      resource, node, pods: pods, age: fleet.resourcesAge.map { max($0, lag) }, podsAge: fleet.podsAge, now: now)
    let vSwitches = Set(resource.podInterfaces.map(\.vSwitch))
    if !vSwitches.isEmpty, vSwitches.isSubset(of: scarceVSwitches) { observation.vSwitch = .exhausted }
    if spec.signal.source == .prometheus { observation = observation.using(memory.readings.nodes[name], now: now) }
    verdict.observation = adopted(observation, node, &memory)
    return verdict
  }

  /// With the band that a node was given, of which the scaler hears once.
  private func adopted(
    _ observation: NodeObservation, _ node: ClusterNode, _ memory: inout PolicyMemory
  ) -> NodeObservation {
    guard let change = node.poolChange, change.label == node.label, let band = change.band else { return observation }
    let name = node.metadata.name
    if memory.adopted[name] != change.time {
      memory.scaler.adopt(band, for: name, changedAt: change.seconds, at: now)
      memory.adopted[name] = change.time
    }
    var observation = observation
    observation.band = band
    return observation
  }

  /// Of a node whose daemon owns the pool: what a Prometheus tells, and never less than the pods that are there.
  private func legacyObservation(
    of node: ClusterNode, _ own: Fleet.OwnConfiguration, _ reading: UtilisationReadings.Reading?
  ) -> NodeObservation {
    let pods = fleet.pods(node.metadata.name).filter(\.isAlive)
    let held = pods.count { !$0.usesHostNetwork && $0.hasAddress }
    let total = reading?.total ?? 0
    let used = max(held, Int(((reading?.ratio ?? 0) * Double(total)).rounded()))
    var observation = NodeObservation(
      name: node.metadata.name, used: used, idle: max(0, total - used), limits: legacyLimits(of: node))
    observation.enis.inUse = enis(for: max(total, used))
    observation.waitingPods = pods.count { !$0.usesHostNetwork && !$0.hasAddress }
    observation.podHeadroom = node.isUnschedulable ? 0 : node.allocatablePods.map { max(0, $0 - pods.count) }
    observation.age = reading.flatMap { $0.total == nil ? nil : max(0, now - $0.time) }
    observation.podsAge = fleet.podsAge
    observation.band = node.legacyBand(own: own.configuration, base: base)
    return observation
  }

  private func legacyLimits(of node: ClusterNode) -> InstanceLimits {
    InstanceLimits(
      adapters: enis(for: node.maxAvailableIPs ?? 0) + 1, ipsPerENI: spec.legacy.ipsPerENI,
      maxAvailableIPs: node.maxAvailableIPs)
  }

  private func enis(for addresses: Int) -> Int {
    let size = max(1, spec.legacy.ipsPerENI)
    return (max(0, min(addresses, 1 << 20)) + size - 1) / size
  }

  private func skip(
    _ node: ClusterNode, _ resource: TerwayNode?, _ mode: NodeMode, _ own: Fleet.OwnConfiguration
  ) -> SkipReason? {
    switch assignment.outcome(for: node.metadata.labels) {
    case .conflict: return .conflict
    case .policy(policy.metadata.name): break
    case .none, .policy: return .otherPolicy
    }
    if node.metadata.isBeingDeleted { return .beingDeleted }
    switch mode {
    case .lingJun: return .lingJun
    case .exclusive: return .exclusiveENI
    case .prefix: return .prefixMode
    case .legacy:
      guard spec.sizesLegacyNodes else { return .legacyIPAM }
      if node.isLabelTaken { return .labelTaken }
      guard let limit = node.maxAvailableIPs else { return own.obstacle ?? .unknownLimits }
      return own.obstacle ?? (limit > 0 ? nil : .singleAdapter)
    case .unmanaged: return resource == nil ? .noNodeResource : .unmanaged
    case .crd: break
    }
    guard let resource else { return .noNodeResource }
    if node.isLabelTaken { return .labelTaken }
    if let obstacle = own.obstacle { return obstacle }
    if resource.capacity.adapters <= 0 || resource.capacity.addressesPerAdapter <= 0 { return .unknownLimits }
    return resource.eniLimit == 0 ? .singleAdapter : nil
  }

  private func decide(_ verdicts: inout [NodeVerdict], _ memory: inout PolicyMemory) {
    let sized = verdicts.indices.filter { verdicts[$0].observation != nil }
    let observations = sized.compactMap { verdicts[$0].observation }
    memory.scaler.policy = ScalingPolicy(spec)
    let decisions = memory.scaler.decide(observations, pendingPods: fleet.pendingPods, at: now)
    for (index, decision) in zip(sized, decisions) {
      var decision = decision
      if let observation = verdicts[index].observation {
        let band = decision.isChange ? rounded(decision.band, observation) : decision.band
        decision.band = worthARestart(bounded(band, decision, observation), decision, verdicts[index])
        if decision.isChange || decision.band != band {
          memory.scaler.adopt(decision.band, for: decision.node, at: now)
        }
      }
      verdicts[index].decision = decision
      note(decision, &verdicts[index], &memory)
    }
    let names = Set(verdicts.map(\.name))
    memory.staleSince = memory.staleSince.filter { names.contains($0.key) }
    memory.adopted = memory.adopted.filter { names.contains($0.key) }
  }

  private func note(_ decision: ScalingDecision, _ verdict: inout NodeVerdict, _ memory: inout PolicyMemory) {
    guard case .unknown = decision.reason else {
      memory.staleSince[verdict.name] = nil
      return
    }
    // What is known is older than when we noticed.
    let age = max(verdict.observation?.age ?? 0, verdict.observation?.podsAge ?? 0)
    memory.staleSince[verdict.name] = min(memory.staleSince[verdict.name] ?? now, now - min(max(0, age), now))
    verdict.staleSince = memory.staleSince[verdict.name]
  }

  private func rounded(_ band: PoolBand, _ node: NodeObservation) -> PoolBand {
    PoolClassLadder.band(band, demand: node.demand, ipsPerENI: node.limits.ipsPerENI, limit: limit(node))
  }

  /// With no more idle addresses asked for than maxENIs leave room for: Terway knows no maximum but that of the instance, and
  /// would keep as many idle however many are used. Nothing is taken from the node by it.
  private func bounded(_ band: PoolBand, _ decision: ScalingDecision, _ node: NodeObservation) -> PoolBand {
    guard spec.maxENIs - 1 < node.limits.podENIs else { return band }
    if case .unknown = decision.reason { return band }
    let room = max(0, limit(node) - node.demand)
    return band.min > room ? PoolBand(min: CountScale.roundedDown(room), max: band.max) : band
  }

  /// A daemon that owns its pool is restarted for another number of ENIs, and for no less.
  private func worthARestart(_ band: PoolBand, _ decision: ScalingDecision, _ verdict: NodeVerdict) -> PoolBand {
    guard verdict.mode == .legacy, decision.desiredENIs == decision.currentENIs else { return band }
    return verdict.observation?.band ?? band
  }

  private func limit(_ node: NodeObservation) -> Int {
    min(node.limits.addresses, max(0, spec.maxENIs - 1) * node.limits.ipsPerENI)
  }
}
