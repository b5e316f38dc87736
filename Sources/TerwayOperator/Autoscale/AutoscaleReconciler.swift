import ControllerRuntime
import EniScaling
import KubernetesClient
import KubernetesModel
import Locking
import Serialization
import TerwayModel

/// Sizes the pools of the nodes that an `EniAutoscalePolicy` selects, or says how it would.
///
/// # Guarantees
/// - In the mode `Recommend` nothing is written but the status, once everything was given back.
/// - An invalid spec changes nothing but the status.
/// - What was begun is gone on with from what the objects say, whoever began it.
/// - A policy that goes is kept by a finalizer until its nodes have what they had before it.
///
/// # Caveats
/// One policy at a time: budgets hold for all of them together.
final class AutoscaleReconciler: Sendable {
  static let statusManager = FieldManager("terway-operator-status")
  static let finalizer = "ops.terway.io/restore-nodes"
  /// Of a paused policy: whatever the value, everything is given back while it is there.
  static let restoreAnnotation = "ops.terway.io/restore"
  /// Between two evaluations, however much happens, in seconds.
  static let leastInterval = 1.0
  /// While a change is under way, evaluations are no further apart, in seconds.
  static let followingInterval = 15.0

  let client: KubernetesClient
  let caches: AutoscaleCaches
  let defaults: EniAutoscaleDefaults
  let snapshots: SnapshotStorage
  let signals: SignalReader
  let events: AutoscaleEvents
  let metrics: AutoscaleMetrics
  let zones: @Sendable (String) -> ZoneRules?
  /// How many times as fast as in life Terway is.
  let speed: Double
  /// Seconds since 1970.
  let now: @Sendable () -> Double
  private let shared = Lock(AutoscaleMemory())

  init(
    client: KubernetesClient, caches: AutoscaleCaches, defaults: EniAutoscaleDefaults, snapshots: SnapshotStorage,
    signals: SignalReader, events: AutoscaleEvents, metrics: AutoscaleMetrics,
    zones: @escaping @Sendable (String) -> ZoneRules?, speed: Double,
    now: @escaping @Sendable () -> Double
  ) {
    (self.client, self.caches, self.defaults, self.snapshots) = (client, caches, defaults, snapshots)
    self.signals = signals
    (self.events, self.metrics, self.zones, self.speed, self.now) = (events, metrics, zones, speed, now)
  }

  func reconcile(_ key: ObjectKey, _ context: ReconcileContext) async throws -> Outcome {
    var memory = shared.withLock { $0 }
    defer { shared.withLock { [memory] in $0 = memory } }
    let now = now()
    if let last = memory.policies[key.name]?.lastEvaluation, (0..<Self.leastInterval).contains(now - last) {
      return .after(.seconds(Self.leastInterval - (now - last)))
    }
    memory.policies[key.name]?.lastEvaluation = now
    guard let policy = caches.policies.store[key] else {
      memory.policies[key.name] = nil
      metrics.forget(key.name)
      return try await releaseOrphans(of: key, &memory, context, now: now)
    }
    if policy.metadata.isBeingDeleted { return try await release(policy, &memory, context, now: now) }
    let confirmation = OwnerConfirmation(policy.metadata, of: EniAutoscalePolicy.resource, client: client)
    do {
      switch checkedSpec(policy) {
      case .success(let (spec, calendar)):
        let round = AutoscaleRound(
          reconciler: self, policy: policy, spec: spec, calendar: calendar, confirmation: confirmation,
          context: context, now: now)
        return try await round.run(&memory)
      case .failure(let reason):
        try await report(reason, policy, confirmation, context)
        return .done
      }
    } catch is OutdatedOwner {
      context.logger.debug("the policy has changed meanwhile; nothing is written until its change is seen here")
      return .after(.seconds(5))
    }
  }

  // MARK: Specs

  private struct Refusal: Error { var text: String }

  private func checkedSpec(
    _ policy: EniAutoscalePolicy
  ) -> Result<(EniAutoscalePolicySpec, MaintenanceCalendar), Refusal> {
    switch policy.spec(defaults: defaults) {
    case .failure(let invalid): return .failure(Refusal(text: "\(invalid)"))
    case .success(let spec):
      do throws(InvalidSpec) {
        return .success((spec, try MaintenanceCalendar(spec.maintenanceWindows, zone: zones)))
      } catch {
        return .failure(Refusal(text: "\(error)"))
      }
    }
  }

  private func report(
    _ refusal: Refusal, _ policy: EniAutoscalePolicy, _ confirmation: OwnerConfirmation, _ context: ReconcileContext
  ) async throws {
    let message = "\(refusal.text); nothing was changed. Correct the spec".truncated(to: 32_768)
    if policy.status?.observedGeneration != policy.metadata.generation {
      context.logger.warning("the spec is invalid; nothing is changed", ["error": refusal.text])
      events.invalidSpec(policy, refusal.text)
    }
    var status = policy.status ?? EniAutoscalePolicyStatus()
    status.observedGeneration = policy.metadata.generation
    let conditions = [("Ready", false), ("Reconciling", false), ("Stalled", true)].map { type, value in
      Condition(
        type: type, status: .init(value), reason: "InvalidSpec", message: message,
        observedGeneration: policy.metadata.generation)
    }
    let others = status.conditions.filter { !["Ready", "Reconciling", "Stalled"].contains($0.type) }
    status.conditions = status.conditions.updated(with: conditions + others, now: text(now()))
    try await write(status, to: policy, confirmation, context)
  }

  /// Writes a status that says something new. What was healed is written by whoever heals.
  ///
  /// - Returns: whether it was written.
  @discardableResult
  func write(
    _ status: EniAutoscalePolicyStatus, to policy: EniAutoscalePolicy, _ confirmation: OwnerConfirmation,
    _ context: ReconcileContext
  ) async throws -> Bool {
    var status = status
    status.remediations = policy.status?.remediations ?? []
    guard status != policy.status else { return false }
    try await confirmation.confirm()
    var content = try status.json()
    content["remediations"] = nil
    let written = try await client.apply(
      EniAutoscalePolicy.resource, policy.key, subresource: "status",
      [
        "apiVersion": .string(EniAutoscalePolicy.resource.kind.apiVersion),
        "kind": .string(EniAutoscalePolicy.resource.kind.kind),
        // The uid keeps the status off a policy that was deleted and made anew in the meantime.
        "metadata": ["name": .string(policy.metadata.name), "uid": .string(policy.metadata.uid)],
        "status": content,
      ], fieldManager: Self.statusManager, as: MetadataOnly.self)
    context.wrote(policy.key, written.metadata.resourceVersion, seenBy: caches.policies.store)
    return true
  }

  func text(_ seconds: Double) -> String { Timestamp(microseconds: Int64(seconds * 1e6)).rfc3339 }

  // MARK: Finalizer

  /// Sets or removes our finalizer, unless the policy has changed meanwhile.
  ///
  /// - Returns: whether that took a write.
  @discardableResult
  func setFinalizer(_ isSet: Bool, on policy: EniAutoscalePolicy, _ context: ReconcileContext) async throws -> Bool {
    var finalizers = policy.metadata.finalizers
    guard finalizers.contains(Self.finalizer) != isSet else { return false }
    if isSet { finalizers.append(Self.finalizer) } else { finalizers.removeAll { $0 == Self.finalizer } }
    let written = try await client.patch(
      EniAutoscalePolicy.resource, policy.key, .merge,
      [
        "metadata": [
          "uid": .string(policy.metadata.uid), "resourceVersion": .string(policy.metadata.resourceVersion.text),
          "finalizers": JSONValue(finalizers),
        ]
      ], fieldManager: PoolWriter.fieldManager, as: MetadataOnly.self)
    // The last finalizer of a policy that goes takes it along.
    if isSet || !policy.metadata.isBeingDeleted || !finalizers.isEmpty {
      context.wrote(policy.key, written.metadata.resourceVersion, seenBy: caches.policies.store)
    } else {
      context.deleted(policy.key, uid: policy.metadata.uid, seenBy: caches.policies.store)
    }
    return true
  }

  // MARK: Policies that go

  private func release(
    _ policy: EniAutoscalePolicy, _ memory: inout AutoscaleMemory, _ context: ReconcileContext, now: Double
  ) async throws -> Outcome {
    metrics.forget(policy.metadata.name)
    guard policy.metadata.finalizers.contains(Self.finalizer) else { return .done }
    // One that was invalid at last leaves the default.
    let limit =
      if case .success(let spec) = policy.spec(defaults: defaults) { spec.budget.writesPerMinute } else { Int?.none }
    guard let fleet = try await fleetForRelease(context) else { return .after(.seconds(1)) }
    let (isDone, outcome) = try await giveBack(policy, fleet, limit, &memory, context, now: now) {}
    guard isDone else { return outcome }
    try await setFinalizer(false, on: policy, context)
    context.logger.info("all nodes have what they had before the policy")
    memory.policies[policy.metadata.name] = nil
    return .done
  }

  /// Nodes whose policy went without us: somebody took its finalizer off.
  private func releaseOrphans(
    of key: ObjectKey, _ memory: inout AutoscaleMemory, _ context: ReconcileContext, now: Double
  ) async throws -> Outcome {
    guard caches.areReady else { return caches.hasTerway ? .after(.seconds(1)) : .done }
    let policy = EniAutoscalePolicy(metadata: ObjectMeta(name: key.name))
    return try await giveBack(policy, caches.fleet, nil, &memory, context, now: now) {
      do {
        let _: EniAutoscalePolicy = try await self.client.get(EniAutoscalePolicy.self, key)
      } catch let error as StatusError where error.reason == .notFound {
        return
      }
      throw OutdatedOwner()
    }.outcome
  }

  /// Without Terway's resources nothing is cached of nodes, and they are asked for.
  private func fleetForRelease(_ context: ReconcileContext) async throws -> Fleet? {
    if caches.hasTerway { return caches.areReady ? caches.fleet : nil }
    var fleet = Fleet()
    fleet.nodes = try await client.list(ResourceSelection(ClusterNode.resource), as: ClusterNode.self)
    let classes = ResourceSelection(
      TerwayConfigMap.resource, namespace: TerwayConfigMap.namespace, labels: ManagedLabel.selector)
    for map in try await client.list(classes, as: TerwayConfigMap.self) { fleet.configurations[map.key] = map }
    return fleet
  }

  private func giveBack(
    _ policy: EniAutoscalePolicy, _ fleet: Fleet, _ limit: Int?, _ memory: inout AutoscaleMemory,
    _ context: ReconcileContext, now: Double, confirm: @escaping () async throws -> Void
  ) async throws -> (isDone: Bool, outcome: Outcome) {
    memory.seed(fleet, now: now)
    let plan = ActuationPlan(
      policy: policy.metadata.name, aim: .release, fleet: fleet, now: now,
      belongsToOther: belongsToOther(policy, fleet),
      actuation: NodeActuation(speed: speed))
    var limits = PoolActuation.Limits(concurrentNodes: 0, writesPerMinute: limit ?? 60)
    limits.isWindowOpen = true
    let writer = PoolWriter(client: client, caches: caches, context: context)
    let actuation = PoolActuation(
      policy: policy, plan: plan, limits: limits, writer: writer,
      confirm: {
        try await confirm()
        return 0
      }, clock: self.now, logger: context.logger)
    var verdicts: [NodeVerdict] = []
    do {
      let report = try await actuation.carryOut(&verdicts, &memory)
      if !policy.metadata.uid.isEmpty { events.report(report, of: policy) }
      if report.isWaitingForBudget {
        return (false, .after(.seconds(max(1, memory.ledger.nextRelease(after: now) ?? 1))))
      }
      if report.isReleasing { return (false, .after(.seconds(Self.leastInterval))) }
    } catch is OutdatedOwner {
      return (false, .after(.seconds(5)))
    }
    let classes = fleet.classes(of: policy.metadata.name)
    if !classes.isEmpty { try await confirm() }
    for map in classes where !fleet.usedClasses.contains(map.metadata.name) {
      _ = try await writer.delete(map)
    }
    return (true, .done)
  }

  /// Whether another policy that acts has a node. What it does with it is its own matter.
  func belongsToOther(_ policy: EniAutoscalePolicy, _ fleet: Fleet) -> @Sendable (ClusterNode) -> Bool {
    let assignment = PolicyEvaluation.assignment(of: fleet.policies, defaults: defaults)
    let acting = Set(
      fleet.policies.filter { other in
        guard case .success(let spec) = other.spec(defaults: defaults) else { return false }
        return spec.mode == .apply && other.metadata.name != policy.metadata.name
      }.map(\.metadata.name))
    return { node in
      if case .policy(let name) = assignment.outcome(for: node.metadata.labels) { acting.contains(name) } else { false }
    }
  }
}

extension Fleet {
  /// The classes that were made for a policy.
  func classes(of policy: String) -> [TerwayConfigMap] {
    configurations.values.filter { $0.isOurs && $0.policy == policy && !$0.metadata.isBeingDeleted }
      .sorted { $0.metadata.name < $1.metadata.name }
  }

  /// What the label of a node names, or named and may name again.
  var usedClasses: Set<String> {
    nodes.reduce(into: []) { names, node in
      names.insert(node.label)
      if let original = node.originalConfiguration { names.insert(original) }
      if let change = node.poolChange { names.formUnion([change.label, change.former]) }
    }
  }
}
