import TerwayModel

/// How one node's pool is given another band, a write at a time: what to do next follows from what the objects say, and
/// from nothing else, so that whoever comes after a crash goes on with it. Pure.
///
/// The steps of a change: the node's label names another class, together with a note of what it was and is (one write); the
/// Node resource is touched, so that the daemon looks (another); then its `spec.pool` follows, and then its status.
///
/// A daemon that owns its pool (Legacy IPAM) looks only when it starts, and there is no Node resource: it is restarted where
/// others are touched, its new pod gets ready, and then the addresses follow that it tells of in its metrics.
public struct NodeActuation: Sendable {
  /// What the objects say.
  public struct State: Hashable, Sendable {
    /// Label `terway-config` of the Kubernetes Node; empty = none.
    public var label = ""
    /// What it was before us; `nil` = it is not ours.
    public var original: String?
    public var change: PoolChange?
    /// `nil` = the node has no Node resource.
    public var resource: Resource?
    /// Addresses that the band asks for can be idle, at most: what the instance allows less what is used.
    public var room = 0
    public var idle = 0
    /// Of a node whose pool it owns; `nil` = the controlplane owns it.
    public var daemon: Daemon?

    /// A daemon that owns its pool.
    public struct Daemon: Hashable, Sendable {
      /// The uid of its pod; empty = there is none, or it is not certain which.
      public var pod = ""
      public var isReady = false
      /// When its container started, in seconds since 1970.
      public var start: Double?
      /// When the addresses were told of which some are idle; `nil` = nothing is known of them.
      public var sampled: Double?
      /// What its configuration says now, whether it has read it or not.
      public var band: PoolBand?

      public init() {}
    }

    /// What Terway's Node resource says.
    public struct Resource: Hashable, Sendable {
      /// The band that it works with.
      public var band: PoolBand?
      /// When and for which class it was touched last.
      public var touch: Touch?

      public init(band: PoolBand? = nil, touch: Touch? = nil) { (self.band, self.touch) = (band, touch) }
    }

    public init() {}
  }

  /// What is wanted.
  public enum Goal: Hashable, Sendable {
    /// Another class; the band is what it gives.
    case pool(String, PoolBand)
    /// What the node had before us.
    case original
    /// Nothing new: a change that was begun is ended.
    case keep
  }

  /// What is to be done next.
  public enum Step: Hashable, Sendable {
    /// The node has what it should, or what it had.
    case settled
    /// Label it with the class that is wanted, and note from where.
    case assign(former: String, failures: Int)
    case touch
    /// Delete the daemon's pod, so that it reads its configuration.
    case restart
    case wait(Phase)
    /// Label it with what it had before the change, and note the failure.
    case rollBack(to: String, failures: Int, phase: Phase)
    /// A change failed; the next one comes later.
    case backOff(until: Double)
    /// Somebody else changed the label: it stays.
    case taken
    /// Label it as before us, and take our notes off it.
    case restore
    /// Take our notes off it, and leave the label: somebody else's, or as it was.
    case letGo
    /// Take the mark of our touch off the Node resource, which is a touch too.
    case untouch
  }

  public enum Phase: String, Hashable, Sendable {
    /// `spec.pool` does not show the band.
    case pool = "PoolNotFollowing"
    /// There is no new daemon that answers.
    case daemon = "DaemonNotReady"
    /// The addresses do not.
    case status = "AddressesNotFollowing"
  }

  /// What a process remembers of a node's last change.
  public struct Memory: Hashable, Sendable {
    fileprivate var time = ""
    fileprivate var firstSeen = 0.0
    public fileprivate(set) var isVerified = false

    public init() {}
  }

  public struct Timing: Hashable, Sendable {
    /// How long the daemon may take to show a band, in seconds.
    public var pool = 90.0
    /// How long a new daemon may take to get ready, in seconds.
    public var daemon = 180.0
    /// How long the controlplane may take to have the addresses, from the change on, in seconds.
    public var status = 300.0
    /// After a first failure; doubled with each further one, in seconds.
    public var backOff = 300.0
    public var longestBackOff = 3600.0
    /// Pause between two touches while the daemon does not look, and later, in seconds.
    public var retouch = 30.0
    public var lateRetouch = 600.0

    /// - Parameter speed: how many times as fast as in life Terway is.
    public init(speed: Double = 1) {
      for path in [\Timing.pool, \.daemon, \.status, \.backOff, \.longestBackOff, \.retouch, \.lateRetouch] {
        self[keyPath: path] /= speed
      }
    }

    func limit(of phase: Phase) -> Double {
      switch phase {
      case .pool: pool
      case .daemon: daemon
      case .status: status
      }
    }

    func backOff(_ failures: Int) -> Double {
      var pause = backOff
      for _ in 1..<max(1, min(failures, 32)) { pause = min(longestBackOff, pause * 2) }
      return min(pause, longestBackOff)
    }
  }

  public var timing = Timing()

  /// - Parameter speed: how many times as fast as in life Terway is.
  public init(speed: Double = 1) { timing = Timing(speed: speed) }

  /// - Parameters:
  ///   - state: as the caches have it.
  ///   - memory: of this node; brought up to date.
  ///   - now: seconds since 1970.
  public func step(_ state: State, to goal: Goal, _ memory: inout Memory, at now: Double) -> Step {
    if goal == .original { return back(state) }
    guard let original = state.original else {
      // A restore that was cut short.
      if state.resource?.touch != nil, goal == .keep { return .untouch }
      guard case .pool(let label, let band) = goal else { return .settled }
      // A mark that was left behind tells that the band is not that of the node's own configuration.
      if state.resource?.band == band, state.resource?.touch == nil { return .settled }
      if state.daemon?.band == band { return .settled }
      if label == state.label { return .settled }
      return .assign(former: state.label, failures: 0)
    }
    guard let change = state.change else {
      // Our note was spoilt. What it said is lost, and what the node had before us is not.
      return goal == .keep ? .settled : .assign(former: original, failures: 1)
    }
    guard state.label == change.label else { return .taken }
    note(change, &memory, at: now)
    return follow(state, change, to: goal, &memory, at: now)
  }

  /// Whether a change of the node is under way.
  public func isInFlight(_ state: State, _ memory: inout Memory, at now: Double) -> Bool {
    guard state.original != nil, let change = state.change, state.label == change.label else { return false }
    note(change, &memory, at: now)
    return !isVerified(state, change, &memory, at: now) && now - start(change, memory) < timing.status
  }

  /// Whether a node's daemon was, or is to be, restarted for a change that has not shown yet to have gone well.
  public func isRestartOpen(_ state: State, _ memory: inout Memory, at now: Double) -> Bool {
    guard state.daemon != nil, state.original != nil, let change = state.change, state.label == change.label else {
      return false
    }
    note(change, &memory, at: now)
    return !isVerified(state, change, &memory, at: now)
  }

  // MARK: Forwards

  private func follow(
    _ state: State, _ change: PoolChange, to goal: Goal, _ memory: inout Memory, at now: Double
  ) -> Step {
    let isVerified = isVerified(state, change, &memory, at: now)
    if touchIsDue(state, change, at: now) { return .touch }
    if let daemon = state.daemon, !daemon.pod.isEmpty, daemon.pod == change.daemon { return .restart }
    let isTakenBack = change.label == change.former
    let phase: Phase = showsBand(state, change) ? .status : state.daemon == nil ? .pool : .daemon
    if !isVerified, !isTakenBack, goal != .keep, now - start(change, memory) >= timing.limit(of: phase) {
      return .rollBack(to: change.former, failures: change.failures + 1, phase: phase)
    }
    if case .pool(let label, _) = goal, label != change.label {
      let end = change.seconds + timing.backOff(change.failures)
      if change.failures > 0, isTakenBack, now < end { return .backOff(until: end) }
      return .assign(
        former: isVerified ? change.label : change.former, failures: isVerified && !isTakenBack ? 0 : change.failures)
    }
    return isVerified || isTakenBack ? .settled : .wait(phase)
  }

  private func note(_ change: PoolChange, _ memory: inout Memory, at now: Double) {
    guard memory.time != change.time else { return }
    memory = Memory()
    (memory.time, memory.firstSeen) = (change.time, now)
  }

  /// A process that comes later gives a change its whole time again: it did not see what was.
  private func start(_ change: PoolChange, _ memory: Memory) -> Double { max(change.seconds, memory.firstSeen) }

  private func showsBand(_ state: State, _ change: PoolChange) -> Bool {
    if let daemon = state.daemon { return daemon.hasRead(change) }
    guard change.maximum >= 0 else { return true }
    return state.resource?.band == PoolBand(min: change.minimum, max: change.maximum)
  }

  private func isVerified(_ state: State, _ change: PoolChange, _ memory: inout Memory, at now: Double) -> Bool {
    if memory.isVerified { return true }
    guard isSeen(state, change), showsBand(state, change), state.idle >= min(change.minimum, max(0, state.room)) else {
      return false
    }
    memory.isVerified = true
    return true
  }

  /// Whether what the state says is of a time after the daemon looked.
  private func isSeen(_ state: State, _ change: PoolChange) -> Bool {
    guard let daemon = state.daemon else { return state.resource?.touch?.label == change.label }
    // Of the start the fraction of a second is not known.
    guard let start = daemon.start, let sampled = daemon.sampled else { return false }
    return sampled > start + 1
  }

  private func touchIsDue(_ state: State, _ change: PoolChange, at now: Double) -> Bool {
    guard let resource = state.resource else { return false }
    guard let touch = resource.touch, touch.label == change.label, touch.policy == change.policy else { return true }
    guard !showsBand(state, change) else { return false }
    let pause = now - change.seconds < timing.pool ? timing.retouch : timing.lateRetouch
    return now - touch.time >= pause
  }

  // MARK: Back

  private func back(_ state: State) -> Step {
    if state.original != nil || state.change != nil {
      let isOurs = state.change.map { state.label == $0.label } ?? state.label.hasPrefix("eniap-")
      return isOurs && state.original != nil ? .restore : .letGo
    }
    return state.resource?.touch != nil ? .untouch : .settled
  }
}

extension NodeActuation.State.Daemon {
  /// Whether it is another one than when the change was made, and answers.
  fileprivate func hasRead(_ change: PoolChange) -> Bool { isReady && !pod.isEmpty && pod != change.daemon }
}
