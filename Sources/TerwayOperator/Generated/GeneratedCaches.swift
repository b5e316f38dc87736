import ControllerRuntime
import KubernetesClient
import KubernetesModel
import Locking
import Monitoring
import Prometheus

/// The objects that we generated, as the API server has them; one cache for each kind that it serves.
///
/// Kinds come and go with their CustomResourceDefinitions: `setServed` starts and stops their caches.
final class GeneratedCaches: Sendable {
  typealias Handler = @Sendable (StoreChange<GeneratedObject>, ChangeOrigin) -> Void

  private static let owner = StoreIndex<GeneratedObject, String>("owner") { object in
    object.owner.map { [$0.uid] } ?? []
  }

  private let informers: [ResourceType: Informer<GeneratedObject>]
  private let served: Lock<Set<ResourceType>>

  /// - Parameter served: what is there from the beginning; the process is not ready before these are cached.
  init(
    _ kinds: [ResourceType], served: Set<ResourceType>, client: KubernetesClient, caches: CacheSet,
    registry: MetricRegistry, logger: Logger
  ) {
    var informers: [ResourceType: Informer<GeneratedObject>] = [:]
    for kind in kinds {
      let selection = ResourceSelection(kind, labels: ManagedLabel.selector)
      let informer = Informer<GeneratedObject>(
        selection, client: client, indexes: [Self.owner], registry: registry, logger: logger)
      informers[kind] = informer
      if served.contains(kind) { caches.add(informer) } else { caches.addOptional(informer) }
    }
    self.informers = informers
    self.served = Lock(served)
  }

  func onChange(_ handler: @escaping Handler) {
    for informer in informers.values { informer.onChange(handler) }
  }

  /// The cache of a kind; `nil` while the API server does not serve it.
  func store(of kind: ResourceType) -> Store<GeneratedObject>? {
    served.withLock { $0.contains(kind) } ? informers[kind]?.store : nil
  }

  /// Tells that the API server serves a kind, or no longer.
  ///
  /// - Returns: false when that was known.
  func setServed(_ kind: ResourceType, _ isServed: Bool) -> Bool {
    let isNews = served.withLock { served in
      isServed ? served.insert(kind).inserted : served.remove(kind) != nil
    }
    guard isNews else { return false }
    if isServed { informers[kind]?.start() } else { informers[kind]?.stop() }
    return true
  }

  /// All cached objects that a profile owns.
  func objects(ownedBy uid: String) -> [(ResourceType, GeneratedObject)] {
    informers.sorted { $0.key.qualifiedName < $1.key.qualifiedName }.flatMap { kind, informer in
      informer.store.objects(Self.owner, uid).map { (kind, $0) }
    }
  }
}
