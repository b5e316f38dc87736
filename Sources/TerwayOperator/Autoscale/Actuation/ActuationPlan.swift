import EniScaling
import KubernetesModel
import TerwayModel

/// What is to be done to which nodes for one policy, in the order of urgency. Pure.
struct ActuationPlan {
  /// A node with its next step.
  struct Item {
    var node: ClusterNode
    /// `nil` also where the daemon owns the pool.
    var resource: TerwayNode?
    /// Of a node whose pool it owns.
    var daemon: ClusterPod?
    var state: NodeActuation.State
    var step: NodeActuation.Step
    /// The class that is wanted; `nil` where the node is to have what it had.
    var pool: PoolClass?
    /// Of the verdict about the node, where there is one.
    var verdict: Int?
  }

  /// What is wanted of nodes in general.
  enum Aim: Hashable {
    /// Sizes what the policy has, and gives back what it does not have any more.
    case apply
    /// Begins nothing and ends nothing.
    case pause
    /// Gives everything back.
    case release
  }

  let policy: String
  let aim: Aim
  let fleet: Fleet
  let now: Double
  /// Whether another policy sizes a node.
  let belongsToOther: (ClusterNode) -> Bool
  var actuation = NodeActuation()

  /// Nodes with something to do, or under way. Brings up to date what is remembered of them.
  func items(_ verdicts: [NodeVerdict], _ memory: inout [String: NodeMemory]) -> [Item] {
    guard aim != .pause else { return [] }
    let indices = Dictionary(uniqueKeysWithValues: verdicts.enumerated().map { ($1.name, $0) })
    var items: [Item] = []
    for node in fleet.nodes {
      let name = node.metadata.name
      let state = fleet.state(of: node)
      let resource = state.daemon == nil ? fleet.resources[node.key] : nil
      let daemon = state.daemon == nil ? nil : fleet.daemon(of: name)
      let index = indices[name]
      guard let (goal, pool) = goal(node, state, index.map { verdicts[$0] }) else { continue }
      let step = actuation.step(state, to: goal, &memory[name, default: NodeMemory()].actuation, at: now)
      if step == .settled { continue }
      items.append(
        Item(node: node, resource: resource, daemon: daemon, state: state, step: step, pool: pool, verdict: index))
    }
    return items.enumerated().sorted { left, right in
      let ranks = (rank(left.element, verdicts), rank(right.element, verdicts))
      return ranks.0 == ranks.1 ? left.offset < right.offset : ranks.0 < ranks.1
    }.map(\.element)
  }

  /// What was begun comes first, then growth that pods wait for, other growth, and release.
  private func rank(_ item: Item, _ verdicts: [NodeVerdict]) -> Int {
    guard case .assign = item.step, let verdict = item.verdict.map({ verdicts[$0] }) else { return 0 }
    return verdict.isUrgent ? 1 : verdict.grows ? 2 : 3
  }

  private func goal(
    _ node: ClusterNode, _ state: NodeActuation.State, _ verdict: NodeVerdict?
  ) -> (NodeActuation.Goal, PoolClass?)? {
    let isMine = state.isNoted(for: policy)
    if aim == .apply, let verdict {
      switch verdict.skip {
      case nil:
        guard let decision = verdict.decision else { return isMine ? (.keep, nil) : nil }
        let pool = PoolClass(
          policy: policy, minimum: decision.band.min, maximum: decision.band.max, own: verdict.own)
        // What is not trusted is a reason to end a change, and none to begin one.
        return verdict.isTrusted ? (.pool(pool.name, decision.band), pool) : isMine ? (.keep, nil) : nil
      case .labelTaken, .beingDeleted: return nil
      case .conflict, .missingNodeConfig, .malformedNodeConfig, .credentialsInNodeConfig, .unknownLimits:
        return isMine ? (.keep, nil) : nil
      case .otherPolicy, .noNodeResource, .unmanaged, .legacyIPAM, .prefixMode, .exclusiveENI, .lingJun, .singleAdapter:
        break
      }
    }
    guard isMine, !node.metadata.isBeingDeleted, !belongsToOther(node) else { return nil }
    return (.original, nil)
  }

  /// How many nodes of all policies change at the moment.
  func nodesInFlight(_ memory: inout [String: NodeMemory]) -> Set<String> {
    var names: Set<String> = []
    for node in fleet.nodes where node.originalConfiguration != nil {
      let name = node.metadata.name
      let state = fleet.state(of: node)
      if actuation.isInFlight(state, &memory[name, default: NodeMemory()].actuation, at: now) { names.insert(name) }
    }
    return names
  }
}

extension ActuationPlan {
  /// Nodes of all policies whose daemon was restarted, or is to be, for a change that has not shown yet to have gone well.
  func openRestarts(_ memory: inout [String: NodeMemory]) -> Set<String> {
    var names: Set<String> = []
    for node in fleet.nodes where node.originalConfiguration != nil && node.poolChange?.daemon != nil {
      let name = node.metadata.name
      let state = fleet.state(of: node)
      if actuation.isRestartOpen(state, &memory[name, default: NodeMemory()].actuation, at: now) { names.insert(name) }
    }
    return names
  }
}

extension Fleet {
  /// What the objects say of the change of a node's pool.
  func state(of node: ClusterNode) -> NodeActuation.State {
    if isLegacy(node) { return legacyState(of: node) }
    let resource = resources[node.key]
    let interfaces = resource?.podInterfaces ?? []
    let used = interfaces.reduce(0) { $0 + $1.addresses.used }
    let limit = resource?.addressLimit(maxAvailable: node.maxAvailableIPs) ?? 0
    return node.actuationState(
      resource, room: max(0, limit - used), idle: interfaces.reduce(0) { $0 + ($1.isUsable ? $1.addresses.idle : 0) })
  }
}

extension Fleet {
  /// There is no Node resource, or none that counts: the addresses are what a Prometheus tells.
  private func legacyState(of node: ClusterNode) -> NodeActuation.State {
    let (pod, reading) = (daemon(of: node.metadata.name), readings[node.metadata.name])
    let total = reading?.total ?? 0
    let used = Int(((reading?.ratio ?? 0) * Double(total)).rounded())
    var state = node.actuationState(nil, room: max(0, (node.maxAvailableIPs ?? 0) - used), idle: total - used)
    var daemon = NodeActuation.State.Daemon()
    (daemon.pod, daemon.start) = (pod?.metadata.uid ?? "", pod?.daemonStart)
    daemon.isReady = pod?.isDaemonReady ?? false
    daemon.sampled = reading?.total == nil ? nil : reading?.time
    daemon.band = node.legacyBand(own: own(of: node).configuration, base: base)
    state.daemon = daemon
    return state
  }
}

extension ClusterNode {
  /// What the configuration of a daemon that owns its pool comes to: it clamps the minimum.
  func legacyBand(own: EniConfiguration?, base: EniConfiguration?) -> PoolBand {
    let (minimum, maximum) = EniConfiguration.poolBounds(own: own, base: base)
    return PoolBand(min: min(max(0, minimum), max(0, maximum)), max: max(0, maximum))
  }
}

extension NodeActuation.State {
  /// Whether a policy changed the node, and has not taken everything back.
  func isNoted(for policy: String) -> Bool {
    if let change { return change.policy == policy }
    return resource?.touch?.policy == policy
  }
}
