import ControllerRuntime
import KubernetesClient
import KubernetesModel

/// The cache of CustomResourceDefinitions, asked about kinds that come and go.
extension Informer<CustomResourceDefinitionView> {
  /// True when objects of the kind can be read and written, as far as its CustomResourceDefinition says.
  func serves(_ kind: ResourceType) -> Bool {
    store[ObjectKey(name: kind.qualifiedName)]?.serves(kind) ?? false
  }

  /// Runs caches while a kind is served.
  func run(_ caches: [any Cache], while kind: ResourceType) {
    onChange { change, _ in
      guard change.key.name == kind.qualifiedName else { return }
      let isServed = self.serves(kind)
      for cache in caches { if isServed { cache.start() } else { cache.stop() } }
    }
  }
}
