import ControllerRuntime
import KubernetesClient
import KubernetesModel
import Prometheus
import TerwayModel

/// Caches of what Terway says of nodes, and of the nodes and pods that it says it of. They run only where Terway's resources
/// are installed: elsewhere nobody reads them, and a cache of all pods is not small.
struct NetworkResources: Sendable {
  let nodes: Informer<TerwayNode>
  let podENIs: Informer<PodENI>
  let clusterNodes: Informer<ClusterNode>
  /// With the indexes `podsByNode` and `unplacedPods`.
  let pods: Informer<ClusterPod>

  /// Finds the pods of a node.
  static let podsByNode = StoreIndex<ClusterPod, String>("node") { $0.node.isEmpty ? [] : [$0.node] }

  /// Finds the pods that no node has room for.
  static let unplacedPods = StoreIndex<ClusterPod, Bool>("unplaced") {
    $0.isUnschedulable && $0.node.isEmpty && $0.isAlive ? [true] : []
  }

  /// - Parameter definitions: tells which kinds are installed.
  init(
    client: KubernetesClient, definitions: Informer<CustomResourceDefinitionView>, caches: CacheSet,
    registry: MetricRegistry, logger: Logger
  ) {
    func informer<Object: TypedObject>(_ indexes: [any StoreIndexing<Object>] = []) -> Informer<Object> {
      Informer(
        ResourceSelection(Object.resource), client: client, indexes: indexes, registry: registry, logger: logger)
    }
    let nodes: Informer<TerwayNode> = informer()
    let podENIs: Informer<PodENI> = informer()
    let clusterNodes: Informer<ClusterNode> = informer()
    let pods: Informer<ClusterPod> = informer([Self.podsByNode, Self.unplacedPods])
    (self.nodes, self.podENIs, self.clusterNodes, self.pods) = (nodes, podENIs, clusterNodes, pods)
    for cache in [nodes, podENIs, clusterNodes, pods] as [any Cache] { caches.addOptional(cache) }
    definitions.run([nodes, clusterNodes, pods], while: TerwayNode.resource)
    definitions.run([podENIs], while: PodENI.resource)
  }
}
