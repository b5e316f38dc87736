import KubernetesClient
import KubernetesModel
import Prometheus

extension Informer {
  /// An informer that follows a selection of objects through a client.
  ///
  /// - Parameter startsWithInitialEvents: let the server stream the list (Kubernetes 1.32 and later).
  public convenience init(
    _ selection: ResourceSelection, client: KubernetesClient, startsWithInitialEvents: Bool = false,
    indexes: [any StoreIndexing<Object>] = [], registry: MetricRegistry, logger: Logger, time: TimeSource = .system
  ) {
    self.init(
      name: "\(selection)", indexes: indexes, registry: registry, logger: logger, time: time
    ) { report in
      await client.watch(
        selection, startsWithInitialEvents: startsWithInitialEvents, as: Object.self, onUpdate: report)
    }
  }
}
