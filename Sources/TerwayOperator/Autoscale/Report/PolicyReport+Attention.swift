import EniScaling
import TerwayModel

extension PolicyReport {
  /// The ten nodes that need it most, worst first. Pure.
  var attention: [EniAutoscalePolicyStatus.Attention] {
    let entries = verdicts.compactMap { verdict in Concern(verdict).map { (verdict, $0) } }
    let sorted = entries.sorted { left, right in
      (left.1.rank, -left.1.weight, left.0.name) < (right.1.rank, -right.1.weight, right.0.name)
    }
    return sorted.prefix(10).map { verdict, concern in
      EniAutoscalePolicyStatus.Attention(
        node: verdict.name, reason: concern.reason, message: "The node \(concern.message).".truncated(to: 1_024),
        currentENIs: verdict.decision?.currentENIs ?? 0, desiredENIs: verdict.decision?.desiredENIs ?? 0)
    }
  }
}

/// Why somebody should look at a node.
private struct Concern {
  /// The worst is 0.
  var rank: Int
  /// Among those of a rank, more is worse.
  var weight = 0
  var reason: String
  /// After "The node".
  var message: String

  init?(_ verdict: NodeVerdict) {
    if let skip = verdict.skip {
      guard skip.needsAPerson else { return nil }
      self.init(rank: 3, reason: skip.rawValue, message: skip.sentence)
      return
    }
    guard let decision = verdict.decision else { return nil }
    if let concern = Self(progress: verdict.progress) ?? Self(decision) ?? Self(wish: verdict, decision) {
      self = concern
    } else {
      return nil
    }
  }

  private init(rank: Int, weight: Int = 0, reason: String, message: String) {
    (self.rank, self.weight, self.reason, self.message) = (rank, weight, reason, message)
  }

  private init?(progress: NodeVerdict.Progress) {
    switch progress {
    case .rolledBack(let phase):
      self.init(
        rank: 0, reason: phase.rawValue, message: "was given back its former pool: Terway did not follow in time")
    case .backingOff:
      self.init(
        rank: 0, reason: "BackingOff", message: "is left alone for a while: Terway did not follow its last change")
    case .blocked(let obstacle): self.init(rank: 4, reason: obstacle.rawValue, message: obstacle.sentence)
    case .none, .changing, .changed, .queued: return nil
    }
  }

  private init?(_ decision: ScalingDecision) {
    switch decision.reason {
    case .scarcity:
      self.init(
        rank: 1, reason: decision.reason.name, message: "keeps no idle addresses: its vSwitch has run out of them")
    case .atMaximum(let wanted):
      self.init(
        rank: 2, weight: wanted, reason: decision.reason.name,
        message: "has as many ENIs as it may, \(decision.desiredENIs), and would need more addresses")
    case .unknown(let fault):
      self.init(
        rank: 3, reason: fault.name, message: "is held and not shrunk: what is known of it is old or contradicts itself"
      )
    default: return nil
    }
  }

  private init?(wish verdict: NodeVerdict, _ decision: ScalingDecision) {
    guard verdict.isToChange else { return nil }
    let has = verdict.observation?.band.map { "\($0.min) to \($0.max)" } ?? "none that are known"
    self.init(
      rank: 5, weight: abs(decision.desiredENIs - decision.currentENIs), reason: "AnotherPoolWanted",
      message: "should keep \(decision.band.min) to \(decision.band.max) idle addresses, and is told to keep \(has)")
  }
}

extension SkipReason {
  /// Whether it stays until somebody does something, and may be a mistake.
  fileprivate var needsAPerson: Bool {
    switch self {
    case .missingNodeConfig, .malformedNodeConfig, .credentialsInNodeConfig, .labelTaken, .conflict: true
    case .noNodeResource, .unmanaged, .legacyIPAM, .prefixMode, .exclusiveENI, .lingJun, .singleAdapter, .unknownLimits,
      .beingDeleted, .otherPolicy:
      false
    }
  }
}
