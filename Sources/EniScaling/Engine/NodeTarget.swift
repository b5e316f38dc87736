/// What a node's idle addresses should be, before time and budgets have their say.
struct NodeTarget: Hashable, Sendable {
  /// At least.
  var least: Int
  /// At most.
  var most: Int
  var reason: ScalingDecision.Reason

  /// Addresses that the node may have in all.
  static func limit(_ observation: NodeObservation, _ rails: GuardRails) -> Int {
    min(observation.limits.addresses, max(0, rails.maxENIs - 1) * observation.limits.ipsPerENI)
  }

  /// Addresses that make Terway keep the least number of ENIs: it attaches the next one when those before are full.
  static func floor(_ observation: NodeObservation, _ rails: GuardRails) -> Int {
    let enis = min(rails.minENIs - 1, observation.limits.podENIs)
    return enis > 0 ? (enis - 1) * observation.limits.ipsPerENI + 1 : 0
  }

  /// Within the limits of the policy and the instance.
  func clamped(_ observation: NodeObservation, _ rails: GuardRails) -> NodeTarget {
    let room = max(0, Self.limit(observation, rails) - observation.demand)
    let needed = max(0, Self.floor(observation, rails) - observation.demand)
    var target = self
    if target.least > room {
      target.reason = .atMaximum(wanted: observation.demand + target.least)
      target.least = room
    }
    target.least = max(target.least, min(needed, room))
    target.most = max(target.least, min(target.most, max(room, observation.idle)))
    return target
  }
}

extension NodeTarget {
  /// As much as both want: another may ask for more than this, never for less.
  func raised(to other: NodeTarget) -> NodeTarget {
    NodeTarget(
      least: max(least, other.least), most: max(most, other.most), reason: other.least > least ? other.reason : reason)
  }

  /// The threshold rule's wish: a step of one ENI with all its addresses, or to stay.
  static func rails(_ observation: NodeObservation, _ rails: GuardRails) -> NodeTarget {
    let size = observation.limits.ipsPerENI
    let enis = observation.enis.held
    let (used, total) = (observation.demand, enis * size)
    switch rails.step(used: used, total: total, enis: enis + 1) {
    case .grow:
      let isBelow = enis + 1 < rails.minENIs
      return NodeTarget(
        least: max(0, total + size - used), most: .max,
        reason: isBelow ? .belowMinimum(enis: enis + 1) : .aboveScaleUp(used: used, total: total))
    case .hold:
      return NodeTarget(least: 0, most: .max, reason: .steady)
    case .shrink:
      let isAbove = enis + 1 > rails.maxENIs
      return NodeTarget(
        least: 0, most: max(0, total - size - used),
        reason: isAbove ? .aboveMaximum(enis: enis + 1) : .belowScaleDown(used: used, total: total))
    }
  }
}
