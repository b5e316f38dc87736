import TerwayModel

/// Which faults are reported, acted on, verified and given up. A value that is given what is seen and the time, and says what
/// to do; whoever uses it does that and nothing else.
///
/// # Guarantees
/// - Nothing is done about what was not seen without a break for the time of its remedy, nor on the word of one source.
/// - Nothing is done, and nothing is taken to be healed, while what is seen cannot be trusted.
/// - One action at a time on a node; no more in an hour than the policy allows; none of a kind whose last ones did not help;
///   none while so many nodes have the fault that its cause must be elsewhere.
/// - What a process before this one did counts: it is read from the policy's status.
public struct RemediationPlan: Sendable {
  public typealias Action = Remedy.Action
  public typealias Subject = FaultSighting.Subject
  public typealias Outcome = EniAutoscalePolicyStatus.Remediation.Outcome

  /// What is to be done or said.
  public struct Step: Hashable, Sendable {
    public var subject: Subject
    public var fault: Fault
    /// To be carried out; `nil` = only said.
    public var action: Action?
    public var outcome: Outcome
    public var message: String
  }

  /// Why an action that is due waits.
  public enum Obstacle: Hashable, Sendable {
    case notAllowed, paused, outsideWindow, oneSource, nodeBusy, tooSoon, overBudget, breakerOpen, cloudUnhealthy
    /// So many nodes have it.
    case storm(Int)
    case needsApproval
  }

  /// What the policy and the cluster allow at the moment.
  public struct Situation: Sendable {
    public var mode = EniAutoscalePolicySpec.Remediation.Mode.report
    /// Empty = everything that needs no approval.
    public var actions: Set<Action> = []
    public var actionsPerHour = 6
    /// That the policy selects.
    public var nodes = 0
    public var isPaused = false
    public var isInWindow = true
    /// False while what is seen may be old.
    public var isTrusted = true
    /// Nodes and objects for which somebody approved what disturbs, or cannot be taken back.
    public var approved: Set<String> = []

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
    var firstSeen: Double
    var lastSeen: Double
    var phase = Phase.watched
    /// The next one.
    var rung = 0
    var obstacle: Obstacle?

    init(_ sighting: FaultSighting, at now: Double) { (self.sighting, firstSeen, lastSeen) = (sighting, now, now) }
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

  private(set) var cases: [Key: Case] = [:]
  private var taken: [Taken] = []
  private var storms: [Fault: Double] = [:]
  private var failures: [Action: (count: Int, since: Double)] = [:]
  /// What a process before this one has said already.
  private var saidBefore: Set<Key> = []

  /// - Parameter history: the policy's status, with times as seconds since 1970.
  public init(history: [(entry: EniAutoscalePolicyStatus.Remediation, time: Double)] = []) {
    for (entry, time) in history {
      if let action = Action(rawValue: entry.action), entry.outcome == .verifying {
        taken.append(Taken(node: entry.node, action: action, time: time))
      }
      guard let fault = Fault(rawValue: entry.fault) else { continue }
      let key = Key(fault: fault, subject: Subject(node: entry.node))
      if entry.outcome != .healed { saidBefore.insert(key) }
    }
  }

  /// Takes a look at the cluster, and says what follows from it.
  public mutating func handle(_ sightings: [FaultSighting], _ situation: Situation, at now: Double) -> [Step] {
    guard situation.mode != .off else {
      cases = [:]
      return []
    }
    guard situation.isTrusted else { return [] }
    taken.removeAll { now - $0.time >= Self.hour }
    for sighting in sightings {
      let key = Key(fault: sighting.fault, subject: sighting.subject)
      cases[key, default: Case(sighting, at: now)].sighting = sighting
      cases[key]?.lastSeen = now
    }
    noteStorms(situation, at: now)
    return cases.keys.sorted().flatMap { step($0, situation, at: now) }
  }

  /// Whether a node should be asked for nothing that the cloud would have to do.
  public func holdsGrowth(of node: String) -> Bool {
    cases[Key(fault: .cloudThrottled, subject: Subject(node: node))] != nil
  }

  /// What is waiting, and for what: for the policy's conditions and metrics.
  public var obstacles: [(subject: Subject, fault: Fault, obstacle: Obstacle)] {
    cases.sorted { $0.key < $1.key }.compactMap { key, value in
      value.obstacle.map { (key.subject, key.fault, $0) }
    }
  }

  // MARK: One fault

  private mutating func step(_ key: Key, _ situation: Situation, at now: Double) -> [Step] {
    guard var current = cases[key] else { return [] }
    defer { if cases[key] != nil { cases[key] = current } }
    let remedy = Remedy.of(key.fault)
    guard current.lastSeen == now else {
      guard now - current.lastSeen >= Self.healthyDelay else { return [] }
      cases[key] = nil
      return healed(key, current)
    }
    guard now - current.firstSeen >= remedy.persistence else { return [] }
    var steps: [Step] = []
    if current.phase == .watched {
      current.phase = .reported
      if saidBefore.remove(key) == nil { steps.append(said(key, .reported, Self.text(current.sighting.evidence))) }
    }
    if case .verifying(let rung, let since) = current.phase {
      guard now - since >= rung.verification else { return steps }
      steps.append(said(key, .failed, "\(rung.action.rawValue) did not help"))
      noteFailure(of: rung.action, at: now)
      current.phase = .reported
    }
    guard current.phase == .reported else { return steps }
    guard current.rung < remedy.rungs.count else {
      current.phase = .givenUp
      return steps + [said(key, remedy.rungs.isEmpty ? .reported : .failed, remedy.escalation)]
    }
    guard situation.mode == .act else { return steps }
    let rung = remedy.rungs[current.rung]
    let obstacle = obstacle(to: rung, key, current, situation, at: now)
    defer { current.obstacle = obstacle }
    if let obstacle {
      if obstacle == .needsApproval, current.obstacle != obstacle {
        steps.append(said(key, .awaitingApproval, "\(rung.action.rawValue) waits for approval"))
      }
      return steps
    }
    taken.append(Taken(node: key.subject.node, action: rung.action, time: now))
    current.phase = .verifying(rung, since: now)
    current.rung += 1
    let why = Self.text(current.sighting.evidence)
    return steps
      + [Step(subject: key.subject, fault: key.fault, action: rung.action, outcome: .verifying, message: why)]
  }

  private mutating func healed(_ key: Key, _ former: Case) -> [Step] {
    switch former.phase {
    case .watched: return []
    case .verifying(let rung, _):
      failures[rung.action] = nil
      return [said(key, .healed, "after \(rung.action.rawValue)")]
    case .reported, .givenUp: return [said(key, .healed, "is not seen any more")]
    }
  }

  private func said(_ key: Key, _ outcome: Outcome, _ message: String) -> Step {
    Step(subject: key.subject, fault: key.fault, action: nil, outcome: outcome, message: message)
  }

  private static func text(_ evidence: [FaultSighting.Evidence]) -> String {
    evidence.map { "\($0.source.rawValue): \($0.text)" }.joined(separator: "; ")
  }

  // MARK: Rails

  private func obstacle(
    to rung: Remedy.Rung, _ key: Key, _ current: Case, _ situation: Situation, at now: Double
  ) -> Obstacle? {
    let node = key.subject.node
    // Named by the policy, an action that needs approval still needs it: naming it only makes it possible.
    guard situation.actions.isEmpty ? !rung.needsApproval : situation.actions.contains(rung.action) else {
      return .notAllowed
    }
    if situation.isPaused { return .paused }
    if !situation.isInWindow { return .outsideWindow }
    if !current.sighting.hasTwoSources { return .oneSource }
    if let storm = storm(key.fault, at: now) { return storm }
    if isOpen(rung.action, at: now) { return .breakerOpen }
    if rung.callsCloud, holdsGrowth(of: node) { return .cloudUnhealthy }
    let isBusy = cases.contains { other, value in
      if other.subject.node == node, other != key, case .verifying = value.phase { true } else { false }
    }
    if isBusy { return .nodeBusy }
    let last = taken.filter { $0.node == node && $0.action == rung.action }.map(\.time).max()
    if let last, now - last < rung.pause { return .tooSoon }
    if taken.count >= situation.actionsPerHour { return .overBudget }
    return rung.needsApproval && !situation.approved.contains(key.subject.object.isEmpty ? node : key.subject.object)
      ? .needsApproval : nil
  }

  private mutating func noteStorms(_ situation: Situation, at now: Double) {
    let seen = cases.filter { $0.value.lastSeen == now && $0.value.phase != .givenUp }.keys
    for (fault, keys) in Dictionary(grouping: seen, by: \.fault) {
      let nodes = Set(keys.map(\.subject.node)).count
      if nodes >= Self.leastStorm, Double(nodes) > Self.stormShare * Double(situation.nodes) { storms[fault] = now }
    }
  }

  private func storm(_ fault: Fault, at now: Double) -> Obstacle? {
    // Scarcity is of the cluster, and sparing addresses is right however many nodes lack them.
    guard fault != .vSwitchExhausted, let last = storms[fault], now - last < Self.stormPause else { return nil }
    return .storm(Set(cases.keys.filter { $0.fault == fault }.map(\.subject.node)).count)
  }

  private mutating func noteFailure(of action: Action, at now: Double) {
    failures[action] = ((failures[action]?.count ?? 0) + 1, now)
  }

  private func isOpen(_ action: Action, at now: Double) -> Bool {
    guard let failed = failures[action] else { return false }
    return failed.count >= Self.breakerLimit && now - failed.since < Self.hour
  }
}
