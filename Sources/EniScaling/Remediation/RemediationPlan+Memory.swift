import TerwayModel

/// What outlives a process, and what is shown of it.
extension RemediationPlan {
  /// - Parameter history: of the policy's status, newest first, with times on the clock of `handle`.
  public init(history: [(entry: EniAutoscalePolicyStatus.Remediation, time: Double)]) {
    self.init()
    for (entry, time) in history.reversed() { take(entry, at: time) }
  }

  private mutating func take(_ entry: EniAutoscalePolicyStatus.Remediation, at time: Double) {
    guard let fault = Fault(rawValue: entry.fault) else { return }
    let key = Key(fault: fault, subject: Subject(node: entry.node, object: entry.object))
    let action = Action(rawValue: entry.action)
    let rungs = Remedy.of(fault).rungs(for: key.subject)
    let place = action.flatMap { action in rungs.firstIndex { $0.action == action } }
    if entry.outcome == .verifying, let action {
      taken.append(Taken(node: entry.node, action: action, time: time))
    } else if entry.outcome == .failed, let action {
      noteFailure(of: action, at: time)
    } else if entry.outcome == .healed, let action {
      failures[action] = nil
    }
    guard entry.outcome != .healed else { return cases[key] = nil }
    var known = cases[key] ?? Case(FaultSighting(fault, of: key.subject, [], target: entry.target), at: time)
    known.phase = entry.message == Remedy.of(fault).escalation ? .givenUp : .reported
    if let place {
      (known.rung, known.target) = (place + 1, entry.target)
      if entry.outcome == .verifying {
        (known.phase, known.isCarriedOut) = (.verifying(rungs[place], since: time), false)
      }
    }
    if entry.outcome == .awaitingApproval { known.obstacle = .needsApproval }
    cases[key] = known
  }

  /// A fault that has lasted, and what becomes of it.
  public struct OpenCase: Hashable, Sendable {
    public enum State: String, Hashable, Sendable, CaseIterable {
      case reported = "Reported"
      case verifying = "Verifying"
      /// An action is due, and waits.
      case waiting = "Waiting"
      /// It is left to a person.
      case givenUp = "GivenUp"
    }

    public var subject: Subject
    public var fault: Fault
    public var state: State
    public var obstacle: Obstacle?
  }

  /// All faults that have lasted, worst first.
  public var openCases: [OpenCase] {
    cases.sorted { $0.key < $1.key }.compactMap { key, value in
      let state: OpenCase.State
      switch value.phase {
      case .watched: return nil
      case .reported: state = value.obstacle == nil ? .reported : .waiting
      case .verifying: state = .verifying
      case .givenUp: state = .givenUp
      }
      return OpenCase(subject: key.subject, fault: key.fault, state: state, obstacle: value.obstacle)
    }
  }

  /// Whether anything may be due before something new is seen.
  public var isWatching: Bool { !cases.isEmpty }

  /// vSwitches whose addresses are to be spared, by all nodes.
  public var scarceVSwitches: Set<String> {
    Set(cases.filter { $0.key.fault == .vSwitchExhausted && $0.value.rung > 0 }.keys.map(\.subject.object))
  }
}
