import ControllerRuntime
import EniScaling
import KubernetesModel
import TerwayModel

/// One evaluation of one policy: looks, decides, acts and tells.
struct AutoscaleRound {
  let reconciler: AutoscaleReconciler
  let policy: EniAutoscalePolicy
  let spec: EniAutoscalePolicySpec
  let calendar: MaintenanceCalendar
  let confirmation: OwnerConfirmation
  let context: ReconcileContext
  let now: Double

  private var name: String { policy.metadata.name }
  private var caches: AutoscaleCaches { reconciler.caches }

  func run(_ memory: inout AutoscaleMemory) async throws -> Outcome {
    guard caches.hasTerway else {
      try await tell(Fleet(), [], .init(), &memory, hasTerway: false)
      return .done
    }
    guard caches.areReady else { return .after(.seconds(1)) }
    var fleet = caches.fleet
    memory.seed(fleet, now: now)
    memory.prune(fleet)
    var own = try await remembered(memory)
    await ask(&own)
    for other in memory.policies.values { fleet.readings.merge(other.readings.nodes) { first, _ in first } }
    fleet.readings.merge(own.readings.nodes) { $1 }
    let evaluation = PolicyEvaluation(
      policy, spec, in: fleet, defaults: reconciler.defaults,
      scarceVSwitches: own.healing?.plan.scarceVSwitches ?? [], now: now)
    var verdicts = evaluation.verdicts(&own, &memory.nodes)
    own.lastEvaluation = now
    memory.policies[name] = own

    try await Healing(round: self, fleet: fleet, assignment: evaluation.assignment, verdicts: verdicts)
      .carryOut(&memory)
    let report = try await act(on: &verdicts, fleet, &memory)
    reconciler.events.report(report, of: policy)
    try await tell(fleet, verdicts, report, &memory)
    try await keepHouse(fleet, report, &memory)
    return outcome(report, memory)
  }

  /// What this process knows of the policy, or one before it did.
  private func remembered(_ memory: AutoscaleMemory) async throws -> PolicyMemory {
    if let known = memory.policies[name], known.uid == policy.metadata.uid { return known }
    let scaling = ScalingPolicy(spec)
    let learned =
      spec.mode == .apply ? try await reconciler.snapshots.load(policy, scaling, context.logger) : nil
    return PolicyMemory(
      uid: policy.metadata.uid, scaler: learned ?? NodeGroupScaler(policy: scaling, at: now))
  }

  /// Asks the Prometheus where the policy wants it, once an interval, whatever else happens.
  private func ask(_ own: inout PolicyMemory) async {
    guard asksPrometheus else { return }
    if let last = own.lastQuestion, (0..<spec.evaluationInterval.seconds).contains(now - last) { return }
    own.lastQuestion = now
    await reconciler.signals.read(spec.signal, withTotals: spec.sizesLegacyNodes, into: &own.readings)
  }

  private var asksPrometheus: Bool { spec.signal.source == .prometheus || spec.sizesLegacyNodes }

  // MARK: Acting

  private var aim: ActuationPlan.Aim {
    if spec.mode == .recommend { return .release }
    if spec.pauseRequests.isEmpty { return .apply }
    return policy.metadata.annotations[AutoscaleReconciler.restoreAnnotation] == nil ? .pause : .release
  }

  private func act(
    on verdicts: inout [NodeVerdict], _ fleet: Fleet, _ memory: inout AutoscaleMemory
  ) async throws -> PoolActuation.Report {
    let plan = ActuationPlan(
      policy: name, aim: aim, fleet: fleet, now: now, belongsToOther: reconciler.belongsToOther(policy, fleet),
      actuation: NodeActuation(speed: reconciler.speed))
    var limits = PoolActuation.Limits(
      concurrentNodes: spec.budget.maxConcurrentNodes.count(of: verdicts.count { $0.skip == nil }),
      writesPerMinute: ChangeLedger.share(of: spec.budget.writesPerMinute), isWindowOpen: calendar.isOpen(at: now),
      degradation: fleet.degradation,
      isThrottled: spec.remediation.mode != .off && fleet.throttledUntil.map { $0 > now } ?? false)
    limits.restartInterval = spec.legacy.restartInterval.seconds / reconciler.speed
    let actuation = PoolActuation(
      policy: policy, plan: plan, limits: limits,
      writer: PoolWriter(client: reconciler.client, caches: caches, context: context),
      confirm: {
        try await confirmation.confirm()
        // Before anything is changed that has to be given back.
        guard aim == .apply else { return 0 }
        return try await reconciler.setFinalizer(true, on: livePolicy, context) ? 1 : 0
      }, clock: reconciler.now, logger: context.logger)
    try await repairClasses(fleet, actuation.writer, &memory)
    return try await actuation.carryOut(&verdicts, &memory)
  }

  /// As it is cached now: our own finalizer may have been seen since the round began.
  private var livePolicy: EniAutoscalePolicy {
    guard let cached = caches.policies.store[policy.key], cached.metadata.uid == policy.metadata.uid else {
      return policy
    }
    return cached
  }

  /// Classes that nodes use and that somebody edited or deleted.
  private func repairClasses(_ fleet: Fleet, _ writer: PoolWriter, _ memory: inout AutoscaleMemory) async throws {
    guard aim == .apply else { return }
    var seen: Set<String> = []
    for node in fleet.nodes {
      guard let change = node.poolChange, change.policy == name, change.label == node.label, let band = change.band,
        seen.insert(change.label).inserted
      else { continue }
      let pool = PoolClass(
        policy: name, minimum: band.min, maximum: band.max, own: fleet.own(of: node).configuration)
      // One of another name was made of what the node's own configuration said before.
      guard pool.name == change.label, fleet.configurations[pool.key].map({ !$0.holds(pool) }) ?? true else { continue }
      try await confirmation.confirm()
      context.logger.info("a pool class is brought back", ["class": pool.name])
      try await writer.ensure(pool)
      memory.ledger.note(at: reconciler.now())
    }
  }

  // MARK: Telling

  private func tell(
    _ fleet: Fleet, _ verdicts: [NodeVerdict], _ actuation: PoolActuation.Report, _ memory: inout AutoscaleMemory,
    hasTerway: Bool = true
  ) async throws {
    var report = PolicyReport(
      policy: policy, spec: spec, verdicts: verdicts, actuation: actuation, conflicts: conflicts(fleet, verdicts))
    report.hasTerway = hasTerway
    (report.terwayVersion, report.degradation) = (fleet.terwayVersion, fleet.degradation)
    report.isWindowOpen = calendar.isOpen(at: now)
    if let plan = memory.policies[name]?.healing?.plan {
      (report.openCases, report.scarceVSwitches) = (plan.openCases, plan.scarceVSwitches)
    }
    if asksPrometheus { report.signalFailure = memory.policies[name]?.readings.failure ?? "" }
    let notes = fleet.nodes.compactMap(\.poolChange).filter { $0.policy == name }.map(\.time)
    report.lastChange = actuation.didChange ? reconciler.text(now) : notes.max()
    let status = report.status(now: reconciler.text(now))
    reconciler.metrics.publish(name, status, report)
    guard isWorthWriting(status, memory), allowsWrite(memory) else { return }
    if try await reconciler.write(status, to: policy, confirmation, context) {
      memory.policies[name]?.lastStatus = now
      memory.ledger.note(at: reconciler.now())
    }
  }

  private func allowsWrite(_ memory: AutoscaleMemory) -> Bool {
    memory.ledger.allows(1, perMinute: spec.budget.writesPerMinute, at: reconciler.now())
  }

  /// Numbers that change with every pod are told once an interval.
  private func isWorthWriting(_ status: EniAutoscalePolicyStatus, _ memory: AutoscaleMemory) -> Bool {
    guard let former = policy.status, let last = memory.policies[name]?.lastStatus else { return true }
    let isNews =
      former.observedGeneration != status.observedGeneration
      || former.conditions.map(\.essence) != status.conditions.map(\.essence)
    return isNews || abs(now - last) >= spec.evaluationInterval.seconds
  }

  private func conflicts(_ fleet: Fleet, _ verdicts: [NodeVerdict]) -> [String: [String]] {
    let names = Set(verdicts.filter { $0.skip == .conflict }.map(\.name))
    guard !names.isEmpty else { return [:] }
    let assignment = PolicyEvaluation.assignment(of: fleet.policies, defaults: reconciler.defaults)
    return fleet.nodes.reduce(into: [:]) { conflicts, node in
      guard names.contains(node.metadata.name),
        case .conflict(let policies) = assignment.outcome(for: node.metadata.labels)
      else { return }
      conflicts[node.metadata.name] = policies
    }
  }

  // MARK: Keeping house

  /// What no longer serves anybody goes, and what was learned is kept.
  private func keepHouse(
    _ fleet: Fleet, _ report: PoolActuation.Report, _ memory: inout AutoscaleMemory
  ) async throws {
    let isBusy = report.didChange || !report.changing.isEmpty || report.sawOutdated
    if !isBusy { try await deleteClasses(fleet, &memory) }
    if spec.mode == .recommend {
      let isClean = !report.isReleasing && fleet.classes(of: name).isEmpty
      if isClean, policy.metadata.finalizers.contains(AutoscaleReconciler.finalizer) {
        try await confirmation.confirm()
        try await reconciler.setFinalizer(false, on: livePolicy, context)
      }
      return
    }
    guard var own = memory.policies[name], spec.pauseRequests.isEmpty else { return }
    if own.snapshot.isDue(at: now), allowsWrite(memory) {
      try await confirmation.confirm()
      if try await reconciler.snapshots.save(policy, &own, now: now) { memory.ledger.note(at: reconciler.now()) }
    }
    memory.policies[name] = own
  }

  /// How long a class is kept that nobody uses: demand may come back to it, in seconds.
  private static let classPatience = 600.0
  private static let mostDeletions = 5

  private func deleteClasses(_ fleet: Fleet, _ memory: inout AutoscaleMemory) async throws {
    let used = fleet.usedClasses
    let patience = aim == .release ? 0 : Self.classPatience
    let idle = fleet.classes(of: name).filter { map in
      let made = RFC3339.seconds(map.metadata.creationTimestamp) ?? now
      return !used.contains(map.metadata.name) && now - made >= patience
    }
    guard aim != .pause, !idle.isEmpty else { return }
    try await confirmation.confirm()
    let writer = PoolWriter(client: reconciler.client, caches: caches, context: context)
    for map in idle.prefix(Self.mostDeletions) {
      guard allowsWrite(memory) else { return }
      if case .written = try await writer.delete(map) { memory.ledger.note(at: reconciler.now()) }
    }
  }

  private func outcome(_ report: PoolActuation.Report, _ memory: AutoscaleMemory) -> Outcome {
    var pause = spec.evaluationInterval.seconds
    if memory.policies[name]?.healing?.plan.isWatching ?? false {
      let following = AutoscaleReconciler.followingInterval / reconciler.speed
      pause = min(pause, max(AutoscaleReconciler.leastInterval, following))
    }
    if !report.changing.isEmpty { pause = min(pause, AutoscaleReconciler.followingInterval) }
    if report.sawOutdated || report.isReleasing { pause = min(pause, AutoscaleReconciler.leastInterval) }
    if report.isWaitingForBudget {
      pause = min(pause, max(AutoscaleReconciler.leastInterval, memory.ledger.nextRelease(after: now) ?? pause))
    }
    return .after(.seconds(pause))
  }
}

extension Condition {
  /// Without the message, which names nodes.
  fileprivate var essence: [String] { [type, status.rawValue, reason] }
}
