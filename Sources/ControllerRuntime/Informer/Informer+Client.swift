import KubernetesClient
import KubernetesModel
import Prometheus

extension Informer {
  /// An informer that follows a selection of objects through a client.
  public convenience init(
    _ selection: ResourceSelection, client: KubernetesClient, indexes: [any StoreIndexing<Object>] = [],
    registry: MetricRegistry, logger: Logger, time: TimeSource = .system
  ) {
    self.init(
      name: "\(selection)", indexes: indexes, registry: registry, logger: logger, time: time
    ) { report in
      await client.watch(selection, as: Object.self, onUpdate: report)
    }
  }
}
