import ControllerRuntime
import KubernetesClient
import KubernetesModel
import Monitoring
import Prometheus
import TerwayModel

/// The controller that follows performance tests: which caches it reads, and what makes it look at a profile again.
struct PerformanceTestController: Sendable {
  let controller: Controller<ObjectKey>

  /// - Parameters:
  ///   - client: for the caches and for logs.
  ///   - writer: for everything that changes something.
  init(
    client: KubernetesClient, writer: KubernetesClient, profiles: Informer<MonitoringProfile>, events: EventRecorder,
    caches: CacheSet, registry: MetricRegistry, logger: Logger
  ) {
    func informer<Object: TypedObject>(_ type: Object.Type) -> Informer<Object> {
      let selection = ResourceSelection(type.resource, labels: PerformanceTest.selector)
      let informer = Informer<Object>(selection, client: client, registry: registry, logger: logger)
      caches.add(informer)
      return informer
    }
    let jobs = informer(TestJobView.self)
    let pods = informer(TestPodView.self)
    let reconciler = PerformanceTestReconciler(
      client: writer, profiles: profiles.store, jobs: jobs.store, pods: pods.store,
      logs: PerformanceTestLogReader(client: client), events: ProfileEvents(recorder: events),
      metrics: PerformanceTestMetrics(registry))
    var configuration = ControllerConfiguration()
    configuration.workers = 1
    let controller = Controller<ObjectKey>(
      name: "performancetest", configuration: configuration, registry: registry, logger: logger
    ) { key, context in try await reconciler.reconcile(key, context) }
    self.controller = controller

    profiles.onChange { change, origin in
      if change.concernsItsTest { controller.enqueue(change.key, origin.priority) }
    }
    // Of whom a Job or a Pod is stands in a label, cut where the name is long; there are few profiles.
    let enqueueProfile: @Sendable (ObjectMeta, ChangeOrigin) -> Void = { metadata, origin in
      let label = metadata.labels["ops.terway.io/profile"]
      for key in profiles.store.snapshot.keys where ObjectName.labelValue(key.name) == label {
        controller.enqueue(key, origin.priority)
      }
    }
    jobs.onChange { change, origin in enqueueProfile(change.object.metadata, origin) }
    pods.onChange { change, origin in enqueueProfile(change.object.metadata, origin) }
  }
}

extension StoreChange<MonitoringProfile> {
  fileprivate var concernsItsTest: Bool {
    guard case .updated(let former, let current) = self else { return true }
    func annotation(_ profile: MonitoringProfile) -> String? {
      profile.metadata.annotations[MonitoringProfileSchema.rerunAnnotation]
    }
    return former.metadata.uid != current.metadata.uid || former.metadata.generation != current.metadata.generation
      || former.metadata.isBeingDeleted != current.metadata.isBeingDeleted || annotation(former) != annotation(current)
      || (current.status?.performanceTest == nil && former.status?.performanceTest != nil)
  }
}

extension StoreChange {
  /// The object as it is now, or as it was last.
  fileprivate var object: Object {
    switch self {
    case .added(let object), .deleted(let object): object
    case .updated(_, let current): current
    }
  }
}
