import ControllerRuntime
import KubernetesClient
import KubernetesModel
import Monitoring
import Prometheus
import TerwayModel

/// The controller of `TerwayMonitoringProfile`: which caches it reads, and what makes it look at a profile again.
struct ProfileController: Sendable {
  let controller: Controller<ObjectKey>
  /// All profiles, for whoever else follows them.
  let profiles: Informer<MonitoringProfile>
  /// Which kinds are installed, for whoever else depends on it.
  let definitions: Informer<CustomResourceDefinitionView>
  /// Terway's daemons, for whoever else wants to know their version.
  let daemons: Informer<WorkloadView>

  /// - Parameters:
  ///   - client: for the caches, which live whether we lead or not.
  ///   - writer: for everything that a reconcile sends.
  ///   - served: the kinds that need no CustomResourceDefinition and are there.
  init(
    client: KubernetesClient, writer: KubernetesClient, served: Set<ResourceType>, endpoint: OperatorEndpoint,
    events: EventRecorder, caches: CacheSet, workers: Int, registry: MetricRegistry, logger: Logger
  ) {
    let profiles = Informer<MonitoringProfile>(
      ResourceSelection(MonitoringProfile.resource), client: client, registry: registry, logger: logger)
    caches.add(profiles)
    self.profiles = profiles
    let generated = GeneratedCaches(
      GeneratedResource.all, served: served, client: client, caches: caches, registry: registry, logger: logger)
    let detection = ClusterDetection(
      client: client, endpoint: endpoint, caches: caches, registry: registry, logger: logger)
    definitions = detection.definitions
    daemons = detection.daemons
    let reconciler = ProfileReconciler(
      client: writer, profiles: profiles.store, objects: GeneratedObjects(client: writer, caches: generated),
      detection: detection, customMetrics: CustomMetricsReader(client: writer, caches: generated),
      events: ProfileEvents(recorder: events),
      now: { Timestamp.now.rfc3339 })
    var configuration = ControllerConfiguration()
    configuration.workers = workers
    let controller = Controller<ObjectKey>(
      name: "monitoringprofile", configuration: configuration, registry: registry, logger: logger
    ) { key, context in try await reconciler.reconcile(key, context) }
    self.controller = controller

    let enqueueAll: @Sendable (ChangeOrigin) -> Void = { origin in
      for key in profiles.store.snapshot.keys { controller.enqueue(key, origin.priority) }
    }
    profiles.onChange { change, origin in
      guard change.isWorthALook else { return }
      controller.enqueue(change.key, origin.priority)
      // Those that this profile is in the way of, or that tell of it.
      for other in profiles.store.snapshot.values where other.hasOlderNeighbour && change.isOfOlder(than: other) {
        controller.enqueue(other.key, origin.priority)
      }
    }
    generated.onChange { change, origin in
      for owner in change.affectedOwners { controller.enqueue(ObjectKey(name: owner), origin.priority) }
    }
    detection.onChange(enqueueAll)
    detection.definitions.onChange { change, origin in
      let changes = GeneratedResource.optional.map { generated.setServed($0, detection.definitions.serves($0)) }
      if changes.contains(true) { enqueueAll(origin) }
      // Installed after us: there is no need to wait for the next attempt.
      let isOurs = change.key.name == MonitoringProfile.resource.qualifiedName
      if isOurs, profiles.status.failure != nil, detection.definitions.serves(MonitoringProfile.resource) {
        profiles.stop()
        profiles.start()
      }
    }
  }
}

extension StoreChange<MonitoringProfile> {
  /// False for what we wrote ourselves: the status.
  fileprivate var isWorthALook: Bool {
    guard case .updated(let former, let current) = self else { return true }
    return former.metadata.uid != current.metadata.uid || former.metadata.generation != current.metadata.generation
      || former.metadata.isBeingDeleted != current.metadata.isBeingDeleted
  }
}

extension StoreChange<MonitoringProfile> {
  /// Whether what was, or what is now, is older than another profile.
  fileprivate func isOfOlder(than other: MonitoringProfile) -> Bool {
    if case .updated(let former, _) = self, former.isOlder(than: other) { return true }
    return object.isOlder(than: other)
  }
}

extension MonitoringProfile {
  /// Whether its status tells of an older profile.
  fileprivate var hasOlderNeighbour: Bool {
    guard let conditions = status?.conditions else { return false }
    return conditions["Distinct"].map { $0.status != .yes } ?? false || conditions["Stalled"]?.status == .yes
  }
}

extension StoreChange<GeneratedObject> {
  /// The profiles that are to look at the object; none when only its status moved.
  fileprivate var affectedOwners: Set<String> {
    switch self {
    case .added(let object), .deleted(let object): Set([object.owner?.name].compactMap(\.self))
    case .updated(let former, let current):
      former.fingerprint == current.fingerprint && former.metadata.uid == current.metadata.uid
        ? [] : Set([former.owner?.name, current.owner?.name].compactMap(\.self))
    }
  }
}
