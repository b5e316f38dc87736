import ControllerRuntime
import KubernetesClient
import KubernetesModel
import Monitoring
import Serialization
import TerwayModel

/// Makes the cluster hold what a `TerwayMonitoringProfile` asks for.
///
/// # Guarantees
/// - An invalid spec, an invalid list of custom metrics that somebody keeps, and a metric that an older profile records as
///   something else, change nothing but the status.
/// - Objects of a section that was switched off are deleted only after everything that is wanted was looked at.
/// - A status is written only when it says something new.
/// - When our cache of profiles is behind, nothing is written until it has caught up.
struct ProfileReconciler: Sendable {
  static let statusManager = FieldManager("terway-operator-status")
  /// How long until a profile is looked at again when nothing happened.
  static let resync: Duration = .seconds(600)
  /// How long until an obstacle that no cache shows is looked at again.
  static let obstaclePeriod: Duration = .seconds(30)

  let client: KubernetesClient
  let profiles: Store<MonitoringProfile>
  let objects: GeneratedObjects
  let detection: ClusterDetection
  let customMetrics: CustomMetricsReader
  let events: ProfileEvents
  let now: @Sendable () -> String

  func reconcile(_ key: ObjectKey, _ context: ReconcileContext) async throws -> Outcome {
    guard let profile = profiles[key], !profile.metadata.isBeingDeleted else {
      // What it owned is collected by the API server.
      objects.forget(owner: key.name)
      return .done
    }
    let confirmation = OwnerConfirmation(profile.metadata, of: MonitoringProfile.resource, client: client)
    do {
      return try await reconcile(profile, confirmation, context)
    } catch is OutdatedOwner {
      context.logger.debug("the profile has changed meanwhile; nothing is written until its change is seen here")
      return .after(Self.obstaclePeriod)
    }
  }

  private func reconcile(
    _ profile: MonitoringProfile, _ confirmation: OwnerConfirmation, _ context: ReconcileContext
  ) async throws -> Outcome {
    switch profile.checkedSpec {
    case .success(let spec): return try await reconcile(profile, spec, confirmation, context)
    case .failure(let invalid): return try await stall(profile, .spec(invalid), confirmation, context)
    }
  }

  /// Says what is in the way, and leaves everything else as it is.
  private func stall(
    _ profile: MonitoringProfile, _ obstacle: ProfileObstacle, _ confirmation: OwnerConfirmation,
    _ context: ReconcileContext
  ) async throws -> Outcome {
    let status = ProfileStatus.status(of: profile, invalid: obstacle, now: now())
    if status.conditions["Stalled"] != profile.status?.conditions["Stalled"] {
      context.logger.warning("the profile is stalled; nothing is changed", ["error": obstacle.message])
      events.stalled(profile, obstacle)
    }
    try await write(status, to: profile, confirmation, context)
    if case .customMetrics = obstacle { return .after(Self.obstaclePeriod) }
    return .done
  }

  private func reconcile(
    _ profile: MonitoringProfile, _ spec: MonitoringProfileSpec, _ confirmation: OwnerConfirmation,
    _ context: ReconcileContext
  ) async throws -> Outcome {
    let view = detection.view(for: spec)
    var cluster = view.detected(for: spec)
    let shared = sharedPrometheus(profile, spec, in: cluster)
    if !shared.violations.isEmpty {
      return try await stall(profile, .olderProfile(shared.violations), confirmation, context)
    }
    var listedMetrics: ObjectKey?
    switch try await customMetrics.answer(for: profile, spec) {
    case .generated: break
    case .listed(let metrics, let key): (cluster.listedMetrics, listedMetrics) = (metrics, key)
    case .invalid(let invalid, let key):
      return try await stall(profile, .customMetrics(invalid, key), confirmation, context)
    }
    let manifests = MonitoringRenderer.manifests(
      for: profile.metadata.name, spec: spec, cluster: cluster, endpoint: view.endpoint)
    let owner = OwnerReference(
      apiVersion: MonitoringProfile.resource.kind.apiVersion, kind: MonitoringProfile.resource.kind.kind,
      name: profile.metadata.name, uid: profile.metadata.uid)

    var results: [Synchronisation] = []
    for manifest in manifests {
      results.append(try await objects.synchronise(manifest, ownedBy: owner, confirmation, context))
    }
    let wanted = Set(manifests.map(\.reference))
    for (resource, object) in objects.caches.objects(ownedBy: profile.metadata.uid)
    where !wanted.contains(ObjectReference(resource, object.key)) && !object.metadata.isBeingDeleted {
      results.append(try await objects.remove(object, of: resource, confirmation, context))
    }
    report(results, of: profile, context)

    // What is gone as it should be is of no interest; what could not be removed is.
    let listed = results.filter { wanted.contains($0.reference) || $0.state != .synced }
    let findings = ProfileFindings(
      cluster: cluster, signals: MonitoringRenderer.signals(of: spec, in: cluster),
      selection: SelectionReport(manifests, in: cluster), targets: TargetReport(manifests, for: spec, in: view),
      alertsLeftOut: MonitoringRenderer.alertsLeftOut(spec: spec, cluster: cluster), listedMetrics: listedMetrics,
      shared: shared)
    let status = ProfileStatus.status(of: profile, findings: findings, results: listed, now: now())
    try await write(status, to: profile, confirmation, context)
    return try outcome(results, readsList: listedMetrics != nil)
  }

  /// What this profile has in common with older ones.
  private func sharedPrometheus(
    _ profile: MonitoringProfile, _ spec: MonitoringProfileSpec, in cluster: DetectedCluster
  ) -> SharedPrometheus {
    func described(_ name: String, _ spec: MonitoringProfileSpec) -> SharedPrometheus.Profile {
      .init(name: name, spec: spec, namespaceLabels: detection.labels(ofNamespace: spec.namespace))
    }
    let older = profiles.snapshot.values.filter { $0.isOlder(than: profile) && !$0.metadata.isBeingDeleted }
      .sorted { $0.isOlder(than: $1) }
      .compactMap { other in other.readableSpec.map { described(other.metadata.name, $0) } }
    return SharedPrometheus(described(profile.metadata.name, spec), beside: older, in: cluster)
  }

  /// - Parameter readsList: whether a list of custom metrics was read, which is not watched.
  private func outcome(_ results: [Synchronisation], readsList: Bool) throws -> Outcome {
    if let error = results.lazy.compactMap(\.retryable).first { throw error }
    // The caches see most of what goes; this is for what carries no label of ours.
    if results.contains(where: \.isWaiting) { return .after(.seconds(5)) }
    if readsList || results.contains(where: { $0.state != .synced && $0.state != .crdMissing }) {
      return .after(Self.obstaclePeriod)
    }
    return .after(Self.resync)
  }

  /// Says what was done, and what stands in the way unless the status says it already.
  private func report(_ results: [Synchronisation], of profile: MonitoringProfile, _ context: ReconcileContext) {
    let known = Set(profile.status?.resources ?? [])
    let obstacles = results.filter { $0.state.needsAPerson && !known.contains($0.resource) }
    for result in results {
      guard let change = result.change else { continue }
      context.logger.info("\(change.rawValue) an object", ["object": result.reference.description])
    }
    for obstacle in obstacles {
      context.logger.error(
        "an object cannot be brought in shape",
        ["object": obstacle.reference.description, "state": obstacle.state.rawValue, "error": obstacle.message])
    }
    events.report(results, obstacles: obstacles, of: profile)
  }

  private func write(
    _ status: MonitoringProfileStatus, to profile: MonitoringProfile, _ confirmation: OwnerConfirmation,
    _ context: ReconcileContext
  ) async throws {
    guard status != profile.status else { return }
    try await confirmation.confirm()
    var own = status
    own.performanceTest = nil
    let content: JSONValue = [
      "apiVersion": .string(MonitoringProfile.resource.kind.apiVersion),
      "kind": .string(MonitoringProfile.resource.kind.kind),
      // The uid keeps the status off a profile that was deleted and made anew in the meantime.
      "metadata": ["name": .string(profile.metadata.name), "uid": .string(profile.metadata.uid)],
      "status": try own.json(),
    ]
    let written = try await client.apply(
      MonitoringProfile.resource, profile.key, subresource: "status", content, fieldManager: Self.statusManager,
      as: MetadataOnly.self)
    context.wrote(profile.key, written.metadata.resourceVersion, seenBy: profiles)
  }
}

extension MonitoringProfile {
  /// Who was there first; by name where both came within a second.
  func isOlder(than other: MonitoringProfile) -> Bool {
    (metadata.creationTimestamp, metadata.name) < (other.metadata.creationTimestamp, other.metadata.name)
  }

  fileprivate var readableSpec: MonitoringProfileSpec? { if case .success(let spec) = spec { spec } else { nil } }
}
