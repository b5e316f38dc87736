import EniScaling
import TerwayModel

/// What one evaluation found about a node that a policy selects, and what became of it.
struct NodeVerdict: Sendable {
  var name: String
  var mode: NodeMode
  /// Why it is not sized; `nil` = it is.
  var skip: SkipReason?
  /// Those that are sized have both.
  var observation: NodeObservation?
  var decision: ScalingDecision?
  /// Since when nothing certain is known, in seconds since 1970.
  var staleSince: Double?
  /// The configuration that it had before us.
  var own: EniConfiguration?
  var progress = Progress.none

  /// How the change of its pool goes.
  enum Progress: Hashable, Sendable {
    case none
    /// A change is under way.
    case changing
    /// It was changed in this round.
    case changed
    /// It should change, and must not now.
    case blocked(Preflight)
    /// It should change, and its turn has not come.
    case queued
    /// A change failed, and the next one comes later.
    case backingOff
    /// It was just taken back.
    case rolledBack(NodeActuation.Phase)
  }

  /// The band that it should have, and works with.
  var wanted: PoolBand? { decision?.band }

  var isStale: Bool { staleSince != nil }

  var isTrusted: Bool { if case .unknown? = decision?.reason { false } else { decision != nil } }

  /// Another band than the one it has is wanted.
  var isToChange: Bool { decision.map { $0.band != observation?.band } ?? false }

  /// It needs more now: pods wait.
  var isUrgent: Bool { grows && (observation?.waitingPods ?? 0) > 0 }

  var grows: Bool { decision.map { $0.band.min > observation?.band?.min ?? 0 } ?? false }

  /// The most ENIs that it may have, the primary one included.
  func mostENIs(_ spec: EniAutoscalePolicySpec) -> Int {
    min(spec.maxENIs, (observation?.limits.podENIs ?? 0) + 1)
  }
}
