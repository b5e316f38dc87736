import ControllerRuntime
import EniScaling
import KubernetesModel
import TerwayModel

/// Carries out a plan, as far as budgets and windows allow, and tells what became of each node.
struct PoolActuation {
  let policy: EniAutoscalePolicy
  let plan: ActuationPlan
  let limits: Limits
  let writer: PoolWriter
  /// Called before a write: throws where the policy is not what our cache says, and tells how many writes it took itself.
  let confirm: () async throws -> Int
  /// Seconds since 1970. A round with many writes takes its time, and the budget counts from when they were made.
  let clock: () -> Double
  let logger: Logger

  struct Limits {
    /// Nodes of all policies that may change at the same time.
    var concurrentNodes: Int
    /// Those of all policies count.
    var writesPerMinute: Int
    /// Whether changes are allowed that no pod waits for.
    var isWindowOpen = true
    var degradation = ""
    var isThrottled = false
    /// Between two starts of a daemon that owns its pool, in seconds.
    var restartInterval = 1800.0
  }

  /// What is under way, of all policies.
  private struct Traffic {
    var nodes: Set<String>
    var restarts: RestartGate
  }

  /// What was done.
  struct Report {
    var grown: [String] = []
    var shrunk: [String] = []
    var restored: [String] = []
    var rolledBack: [(node: String, phase: NodeActuation.Phase)] = []
    var failures: [String] = []
    /// Something is left to do that only time allows.
    var isWaitingForBudget = false
    /// Nodes of this policy that were changed, or are still changing.
    var changing: Set<String> = []
    /// Something is to be given back yet.
    var isReleasing = false
    /// An object was not what our cache said.
    var sawOutdated = false

    var didChange: Bool { !grown.isEmpty || !shrunk.isEmpty || !restored.isEmpty || !rolledBack.isEmpty }
  }

  func carryOut(_ verdicts: inout [NodeVerdict], _ memory: inout AutoscaleMemory) async throws -> Report {
    var report = Report()
    var traffic = Traffic(
      nodes: plan.nodesInFlight(&memory.nodes),
      restarts: RestartGate(interval: limits.restartInterval, open: plan.openRestarts(&memory.nodes)))
    for item in plan.items(verdicts, &memory.nodes) {
      let name = item.node.metadata.name
      var progress = NodeVerdict.Progress.none
      switch item.step {
      case .settled, .taken: break
      case .wait: progress = .changing
      case .backOff: progress = .backingOff
      case .assign(let former, let failures):
        progress = try await assign(item, former, failures, verdicts, &traffic, &memory, &report)
      case .restart: progress = try await restart(item, &traffic, &memory, &report)
      case .touch:
        if let resource = item.resource {
          let touch = Touch(policy: item.noted(or: policy.metadata.name), label: item.state.label, time: plan.now)
          try await write(&memory, &report) { try await writer.touch(resource, touch) }
        }
        progress = .changing
      case .rollBack(let label, let failures, let phase):
        if try await rollBack(item, to: label, failures, &memory, &report) {
          report.rolledBack.append((name, phase))
          progress = .rolledBack(phase)
        }
      case .restore, .letGo, .untouch: try await release(item, &memory, &report)
      }
      if let index = item.verdict { verdicts[index].progress = progress }
      if progress == .changing || progress == .changed { report.changing.insert(name) }
    }
    for index in verdicts.indices
    where verdicts[index].progress == .none && traffic.nodes.contains(verdicts[index].name) {
      verdicts[index].progress = .changing
    }
    return report
  }

  // MARK: Single steps

  private func assign(
    _ item: ActuationPlan.Item, _ former: String, _ failures: Int, _ verdicts: [NodeVerdict],
    _ traffic: inout Traffic, _ memory: inout AutoscaleMemory, _ report: inout Report
  ) async throws -> NodeVerdict.Progress {
    guard let pool = item.pool, let verdict = item.verdict.map({ verdicts[$0] }), let observation = verdict.observation
    else { return .none }
    let name = item.node.metadata.name
    let band = PoolBand(min: pool.minimum, max: pool.maximum)
    let obstacle = Preflight.obstacle(
      to: band, replacing: observation.band, on: observation,
      // A daemon that owns its pool needs no controlplane.
      degradation: item.state.daemon == nil ? limits.degradation : "",
      isReady: !item.node.isNotReady, isTrusted: verdict.isTrusted, isThrottled: limits.isThrottled)
    if let obstacle { return .blocked(obstacle) }
    guard limits.isWindowOpen || verdict.isUrgent else { return .queued }
    if let daemon = item.state.daemon {
      if traffic.restarts.open.contains(name) { return .changing }
      if let obstacle = traffic.restarts.obstacle(toRestart: daemon, of: name, at: plan.now) {
        return .blocked(obstacle)
      }
    }
    guard traffic.nodes.contains(name) || traffic.nodes.count < limits.concurrentNodes else {
      report.isWaitingForBudget = true
      return .queued
    }
    let isNew = plan.fleet.configurations[pool.key].map { !$0.holds(pool) } ?? true
    // Where a minute has not enough for all of it, what is left is gone on with in the next one.
    let needed = min(isNew ? 3 : 2, limits.writesPerMinute)
    guard memory.ledger.allows(needed, perMinute: limits.writesPerMinute, at: clock()) else {
      report.isWaitingForBudget = true
      return .queued
    }
    let change = PoolChange(
      policy: policy.metadata.name, label: pool.name, minimum: pool.minimum, maximum: pool.maximum, former: former,
      time: Timestamp(microseconds: Int64(plan.now * 1e6)).rfc3339, failures: failures,
      daemon: item.state.daemon?.pod)
    do {
      if isNew {
        try await confirm(noting: &memory)
        defer { memory.ledger.note(at: clock()) }
        try await writer.ensure(pool)
      }
    } catch let error as ForeignClass {
      report.failures.append("\(error)")
      return .none
    }
    let original = item.state.original == nil ? item.node.originalLabel : nil
    guard try await write(&memory, &report, { try await writer.label(item.node, change, original: original) }) else {
      return .none
    }
    traffic.nodes.insert(name)
    memory.policies[policy.metadata.name]?.adopted[name] = change.time
    if let resource = item.resource {
      let touch = Touch(policy: policy.metadata.name, label: pool.name, time: plan.now)
      try await write(&memory, &report) { try await writer.touch(resource, touch) }
    }
    if item.state.daemon != nil { _ = try await restart(item, &traffic, &memory, &report) }
    if verdict.grows { report.grown.append(name) } else { report.shrunk.append(name) }
    logger.info(
      "gave a node another pool",
      [
        "node": name, "class": pool.name, "former": former.isEmpty ? "none" : former,
        "reason": verdict.decision?.reason.name ?? "",
      ])
    return .changed
  }

  private func restart(
    _ item: ActuationPlan.Item, _ traffic: inout Traffic, _ memory: inout AutoscaleMemory, _ report: inout Report
  ) async throws -> NodeVerdict.Progress {
    guard let daemon = item.state.daemon, let pod = item.daemon else { return .changing }
    let name = item.node.metadata.name
    if let obstacle = traffic.restarts.obstacle(toRestart: daemon, of: name, at: plan.now) { return .blocked(obstacle) }
    traffic.restarts.open.insert(name)
    if try await write(&memory, &report, { try await writer.restart(pod) }) {
      logger.info("restarted a daemon, so that it reads its configuration", ["node": name, "pod": "\(pod.key)"])
    }
    return .changing
  }

  private func rollBack(
    _ item: ActuationPlan.Item, to label: String, _ failures: Int, _ memory: inout AutoscaleMemory,
    _ report: inout Report
  ) async throws -> Bool {
    let original = item.state.original ?? ""
    // A class that is gone meanwhile cannot be gone back to.
    let former =
      label == original ? nil : plan.fleet.configurations[ObjectKey(namespace: TerwayConfigMap.namespace, name: label)]
    let band = former.flatMap(\.poolBand)
    let target = band == nil ? original : label
    let change = PoolChange(
      policy: policy.metadata.name, label: target, minimum: band?.min ?? -1, maximum: band?.max ?? -1, former: target,
      time: Timestamp(microseconds: Int64(plan.now * 1e6)).rfc3339, failures: failures,
      daemon: item.state.daemon?.pod)
    guard try await write(&memory, &report, { try await writer.label(item.node, change, original: nil) }) else {
      return false
    }
    if let resource = item.resource {
      let touch = Touch(policy: policy.metadata.name, label: target, time: plan.now)
      try await write(&memory, &report) { try await writer.touch(resource, touch) }
    }
    logger.warning(
      "took back a pool that Terway did not follow",
      ["node": item.node.metadata.name, "class": item.state.label, "now": target, "failures": "\(failures)"])
    return true
  }

  private func release(
    _ item: ActuationPlan.Item, _ memory: inout AutoscaleMemory, _ report: inout Report
  ) async throws {
    report.isReleasing = true
    let needsTwo = item.step != .untouch && item.state.resource?.touch != nil
    let needed = min(needsTwo ? 2 : 1, limits.writesPerMinute)
    guard memory.ledger.allows(needed, perMinute: limits.writesPerMinute, at: clock()) else {
      report.isWaitingForBudget = true
      return
    }
    if item.step != .untouch {
      let label = item.step == .restore ? item.state.original ?? "" : nil
      guard try await write(&memory, &report, { try await writer.release(item.node, label: label) }) else { return }
      memory.policies[policy.metadata.name]?.adopted[item.node.metadata.name] = nil
      report.restored.append(item.node.metadata.name)
      logger.info(
        "gave a node back", ["node": item.node.metadata.name, "label": label ?? item.state.label])
    }
    if item.state.resource?.touch != nil, let resource = item.resource {
      try await write(&memory, &report) { try await writer.touch(resource, nil) }
    }
  }

  /// - Returns: whether it was written.
  @discardableResult
  private func write(
    _ memory: inout AutoscaleMemory, _ report: inout Report, _ work: () async throws -> PoolWriter.Outcome
  ) async throws -> Bool {
    guard memory.ledger.allows(1, perMinute: limits.writesPerMinute, at: clock()) else {
      report.isWaitingForBudget = true
      return false
    }
    try await confirm(noting: &memory)
    // One that fails may have been made all the same.
    defer { memory.ledger.note(at: clock()) }
    switch try await work() {
    case .written: return true
    case .outdated:
      report.sawOutdated = true
      return false
    }
  }

  private func confirm(noting memory: inout AutoscaleMemory) async throws {
    let writes = try await confirm()
    memory.ledger.note(writes, at: clock())
  }
}

extension ActuationPlan.Item {
  fileprivate func noted(or policy: String) -> String { state.change?.policy ?? policy }
}

extension TerwayConfigMap {
  /// The bounds that a class gives; `nil` for anything else.
  fileprivate var poolBand: PoolBand? {
    guard isOurs, case .configuration(let configuration) = content,
      let minimum = configuration.content["min_pool_size"]?.integer,
      let maximum = configuration.content["max_pool_size"]?.integer
    else { return nil }
    return PoolBand(min: Int(clamping: minimum), max: Int(clamping: maximum))
  }
}
