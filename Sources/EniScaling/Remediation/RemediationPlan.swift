import TerwayModel

/// Which faults are reported, acted on, verified and given up. A value that is given what is seen and the time, and says what
/// to do; whoever uses it does that and nothing else.
///
/// # Guarantees
/// - Nothing is done about what was not seen without a break for the time of its remedy, nor on the word of one source.
/// - Nothing is done, and nothing is taken to be healed, while what is seen cannot be trusted.
/// - One action at a time on a node; no more in an hour than the policy allows; none of a kind whose last ones did not help;
///   none while so many nodes have the fault that its cause must be elsewhere.
/// - What a process before this one did counts: it is read from the policy's status, and what it had begun is ended.
public struct RemediationPlan: Hashable, Sendable {
  public typealias Action = Remedy.Action
  public typealias Subject = FaultSighting.Subject
  public typealias Outcome = EniAutoscalePolicyStatus.Remediation.Outcome

  /// What is to be done or said.
  public struct Step: Hashable, Sendable {
    public var subject: Subject
    public var fault: Fault
    /// To be carried out; `nil` = only said.
    public var action: Action?
    /// The action that the outcome is of; `nil` = none was taken.
    public var taken: Action?
    /// What the action is done to; see `FaultSighting.target`.
    public var target = ""
    public var outcome: Outcome
    public var message: String
    /// When the action was decided on.
    public var time: Double
    /// It was said before, by this process or one before it, and is not known to have been done.
    public var isRepeated = false
  }

  /// Why an action that is due waits. The words are those of conditions and metrics.
  public enum Obstacle: String, Hashable, Sendable, CaseIterable {
    case notAllowed = "NotAllowed"
    case paused = "Paused"
    case outsideWindow = "OutsideWindow"
    case oneSource = "OneSource"
    /// So many nodes have it.
    case storm = "Storm"
    case needsApproval = "NeedsApproval"
    case breakerOpen = "BreakerOpen"
    case cloudUnhealthy = "CloudUnhealthy"
    case nodeBusy = "NodeBusy"
    case tooManyNodes = "TooManyNodes"
    case tooSoon = "TooSoon"
    case overBudget = "OverBudget"
  }

  /// What the policy and the cluster allow at the moment.
  public struct Situation: Sendable {
    public var mode = EniAutoscalePolicySpec.Remediation.Mode.report
    /// Empty = everything that needs no approval.
    public var actions: Set<Action> = []
    public var actionsPerHour = 6
    /// On which something may be under way at the same time.
    public var concurrentNodes = Int.max
    /// That the policy has.
    public var nodes: Set<String> = []
    public var isPaused = false
    public var isInWindow = true
    /// False while what is seen may be old.
    public var isTrusted = true
    /// Nodes of which what is seen may be old.
    public var doubtful: Set<String> = []
    /// False while the controlplane does nothing in the cloud.
    public var isCloudHealthy = true
    /// Targets for which somebody approved what disturbs, or cannot be taken back.
    public var approved: Set<String> = []
    /// The longest pause between two looks that is no break, in seconds.
    public var longestGap = 300.0

    public init() {}
  }

  /// From the share of nodes on that have a fault, its cause is taken to be elsewhere (Karpenter's breaker), if there are as
  /// many as `leastStorm`.
  static let stormShare = 0.2
  static let leastStorm = 3
  /// How long after a storm nothing is done, in seconds.
  static let stormPause = 600.0
  /// How long a fault must be away to be healed, in seconds.
  static let healthyDelay = 60.0
  /// So many actions of a kind in a row that did not help stop the kind, for an hour.
  static let breakerLimit = 3
  static let hour = 3600.0

  struct Case: Hashable, Sendable {
    enum Phase: Hashable, Sendable {
      case watched, reported
      case verifying(Remedy.Rung, since: Double)
      case givenUp
    }

    var sighting: FaultSighting
    /// By this process, without a break.
    var firstSeen: Double
    var awaySince: Double?
    var isSeen = false
    var phase = Phase.watched
    /// The next one.
    var rung = 0
    /// Of the last action.
    var target = ""
    /// Whether the last action is known to have been done.
    var isCarriedOut = true
    var obstacle: Obstacle?

    init(_ sighting: FaultSighting, at now: Double) { (self.sighting, firstSeen) = (sighting, now) }

    var isVerifying: Bool { if case .verifying = phase { true } else { false } }

    mutating func beginLook(isBreak: Bool, at now: Double) {
      isSeen = false
      if isBreak { (firstSeen, awaySince) = (now, nil) }
    }

    mutating func miss(at now: Double) { if awaySince == nil { awaySince = now } }

    mutating func see(_ sighting: FaultSighting) { (self.sighting, isSeen, awaySince) = (sighting, true, nil) }
  }

  struct Key: Hashable, Comparable, Sendable {
    var fault: Fault
    var subject: Subject

    static func < (first: Self, second: Self) -> Bool {
      if first.fault == second.fault { return first.subject < second.subject }
      let order = Fault.allCases
      return (order.firstIndex(of: first.fault) ?? 0) < (order.firstIndex(of: second.fault) ?? 0)
    }
  }

  /// An action that was taken.
  struct Taken: Hashable, Sendable {
    var node: String
    var action: Action
    var time: Double
  }

  /// Actions of a kind in a row that did not help.
  struct Failures: Hashable, Sendable {
    var count = 0
    var since = 0.0
  }

  var cases: [Key: Case] = [:]
  var taken: [Taken] = []
  var storms: [Fault: Double] = [:]
  var failures: [Action: Failures] = [:]
  private var lastLook: Double?

  public init() {}

  /// Takes a look at the cluster, and says what follows from it.
  ///
  /// - Parameter now: in seconds since any moment that stays the same.
  public mutating func handle(_ sightings: [FaultSighting], _ situation: Situation, at now: Double) -> [Step] {
    guard situation.mode != .off else {
      cases = [:]
      return []
    }
    guard situation.isTrusted else { return [] }
    taken.removeAll { now - $0.time >= Self.hour }
    see(sightings, situation, at: now)
    noteStorms(situation, at: now)
    return cases.keys.sorted().flatMap { step($0, situation, at: now) }
  }

  /// An action was carried out, or had been before. From now on it has its time to help.
  public mutating func carriedOut(_ step: Step, at now: Double) {
    let key = Key(fault: step.fault, subject: step.subject)
    guard case .verifying(let rung, _)? = cases[key]?.phase else { return }
    cases[key]?.isCarriedOut = true
    cases[key]?.phase = .verifying(rung, since: now)
  }

  private mutating func see(_ sightings: [FaultSighting], _ situation: Situation, at now: Double) {
    let isBreak = lastLook.map { now - $0 > situation.longestGap || now < $0 } ?? true
    lastLook = now
    // A node that is gone takes its faults along.
    cases = cases.filter { $0.key.subject.node.isEmpty || situation.nodes.contains($0.key.subject.node) }
    for key in cases.keys { cases[key]?.beginLook(isBreak: isBreak, at: now) }
    for sighting in sightings {
      let key = Key(fault: sighting.fault, subject: sighting.subject)
      cases[key, default: Case(sighting, at: now)].see(sighting)
    }
    for key in cases.keys where cases[key]?.isSeen == false && !situation.doubtful.contains(key.subject.node) {
      cases[key]?.miss(at: now)
    }
  }

  // MARK: One fault

  private mutating func step(_ key: Key, _ situation: Situation, at now: Double) -> [Step] {
    guard var current = cases[key], !situation.doubtful.contains(key.subject.node) else { return [] }
    defer { if cases[key] != nil { cases[key] = current } }
    let remedy = Remedy.of(key.fault)
    guard current.isSeen else {
      guard now - (current.awaySince ?? now) >= Self.healthyDelay else { return [] }
      cases[key] = nil
      return healed(key, current, at: now)
    }
    var steps: [Step] = []
    if case .verifying(let rung, let since) = current.phase {
      guard current.isCarriedOut else { return repeated(key, current, rung, since, situation) }
      guard now - since >= rung.verification else { return [] }
      steps.append(said(key, .failed, "\(rung.action.rawValue) did not help", of: rung.action, current, at: now))
      noteFailure(of: rung.action, at: now)
      current.phase = .reported
    }
    guard now - current.firstSeen >= remedy.persistence else { return steps }
    if current.phase == .watched {
      current.phase = .reported
      steps.append(said(key, .reported, current.sighting.text, current, at: now))
    }
    guard current.phase == .reported else { return steps }
    let rungs = remedy.rungs(for: key.subject)
    guard current.rung < rungs.count else {
      (current.phase, current.obstacle) = (.givenUp, nil)
      let outcome = rungs.isEmpty ? Outcome.reported : .failed
      return steps + [said(key, outcome, remedy.escalation, current, at: now)]
    }
    guard situation.mode == .act else {
      current.obstacle = nil
      return steps
    }
    return steps + act(rungs[current.rung], key, &current, situation, at: now)
  }

  private mutating func act(
    _ rung: Remedy.Rung, _ key: Key, _ current: inout Case, _ situation: Situation, at now: Double
  ) -> [Step] {
    let former = current.obstacle
    current.obstacle = obstacle(to: rung, key, current, situation, at: now)
    if let obstacle = current.obstacle {
      guard obstacle == .needsApproval, former != obstacle else { return [] }
      return [
        said(key, .awaitingApproval, "\(rung.action.rawValue) waits for approval", current, at: now)
      ]
    }
    taken.append(Taken(node: key.subject.node, action: rung.action, time: now))
    (current.phase, current.rung) = (.verifying(rung, since: now), current.rung + 1)
    (current.target, current.isCarriedOut) = (current.sighting.target, false)
    return [action(key, current, rung, since: now)]
  }

  private func action(_ key: Key, _ current: Case, _ rung: Remedy.Rung, since time: Double) -> Step {
    Step(
      subject: key.subject, fault: key.fault, action: rung.action, taken: rung.action, target: current.target,
      outcome: .verifying, message: current.sighting.text, time: time)
  }

  private func repeated(
    _ key: Key, _ current: Case, _ rung: Remedy.Rung, _ since: Double, _ situation: Situation
  ) -> [Step] {
    guard !current.isCarriedOut, situation.mode == .act, !situation.isPaused else { return [] }
    var step = action(key, current, rung, since: since)
    step.isRepeated = true
    return [step]
  }

  private mutating func healed(_ key: Key, _ former: Case, at now: Double) -> [Step] {
    switch former.phase {
    case .watched: return []
    case .verifying(let rung, _):
      failures[rung.action] = nil
      return [said(key, .healed, "after \(rung.action.rawValue)", of: rung.action, former, at: now)]
    case .reported, .givenUp: return [said(key, .healed, "is not seen any more", former, at: now)]
    }
  }

  private func said(
    _ key: Key, _ outcome: Outcome, _ message: String, of action: Action? = nil, _ current: Case, at now: Double
  ) -> Step {
    Step(
      subject: key.subject, fault: key.fault, taken: action,
      target: action == nil ? current.sighting.target : current.target, outcome: outcome, message: message, time: now)
  }
}
