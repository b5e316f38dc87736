import TerwayModel

/// What keeps an action that is due from being taken.
extension RemediationPlan {
  func obstacle(
    to rung: Remedy.Rung, _ key: Key, _ current: Case, _ situation: Situation, at now: Double
  ) -> Obstacle? {
    let node = key.subject.node
    // Named by the policy, an action that needs approval still needs it: naming it only makes it possible.
    guard situation.actions.isEmpty ? !rung.needsApproval : situation.actions.contains(rung.action) else {
      return .notAllowed
    }
    if situation.isPaused { return .paused }
    if !situation.isInWindow { return .outsideWindow }
    if !current.sighting.isCertain { return .oneSource }
    if isStorm(key.fault, at: now) { return .storm }
    if rung.needsApproval, !situation.approved.contains(current.sighting.target) { return .needsApproval }
    if isOpen(rung.action, at: now) { return .breakerOpen }
    if rung.callsCloud, isCloudThrottled || !situation.isCloudHealthy { return .cloudUnhealthy }
    let busy = cases.filter { $0.key != key && $0.value.isVerifying && $0.key.fault != .vSwitchExhausted }
    if busy.keys.contains(where: { $0.subject.node == node }) { return .nodeBusy }
    if !node.isEmpty, Set(busy.keys.map(\.subject.node)).count >= situation.concurrentNodes { return .tooManyNodes }
    let last = taken.filter { $0.node == node && $0.action == rung.action }.map(\.time).max()
    if let last, now - last < rung.pause { return .tooSoon }
    return taken.count >= situation.actionsPerHour ? .overBudget : nil
  }

  mutating func noteStorms(_ situation: Situation, at now: Double) {
    let seen = cases.filter { $0.value.isSeen && $0.value.phase != .givenUp }.keys
    for (fault, keys) in Dictionary(grouping: seen, by: \.fault) {
      let nodes = Set(keys.map(\.subject.node)).count
      if nodes >= Self.leastStorm, Double(nodes) > Self.stormShare * Double(situation.nodes.count) {
        storms[fault] = now
      }
    }
  }

  private func isStorm(_ fault: Fault, at now: Double) -> Bool {
    storms[fault].map { now - $0 < Self.stormPause } ?? false
  }

  mutating func noteFailure(of action: Action, at now: Double) {
    failures[action, default: Failures()].count += 1
    failures[action]?.since = now
  }

  private func isOpen(_ action: Action, at now: Double) -> Bool {
    guard let failed = failures[action] else { return false }
    return failed.count >= Self.breakerLimit && now - failed.since < Self.hour
  }

  /// The cloud counts calls by account: what it refuses one node it refuses all.
  var isCloudThrottled: Bool { cases.contains { $0.key.fault == .cloudThrottled && $0.value.isSeen } }
}
