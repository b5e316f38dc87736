import KubernetesClient
import KubernetesModel
import Monitoring

/// What the API server served when it was first asked.
struct ServedKinds: Sendable {
  /// The server's version, such as `v1.36.2`.
  var version: String
  /// Kinds that come with the server itself. Those of CustomResourceDefinitions come and go and are watched instead.
  var kinds: Set<ResourceType>

  /// - Throws: when the server cannot be reached or does not let us in.
  static func ask(_ client: KubernetesClient, about kinds: [ResourceType]) async throws -> ServedKinds {
    let version = try await client.version().gitVersion
    let builtIn = kinds.filter { !GeneratedResource.optional.contains($0) }
    var served: Set<ResourceType> = []
    for apiVersion in Set(builtIn.map(\.kind.apiVersion)).sorted() {
      let offered = try await client.resources(inGroupVersion: apiVersion)
      served.formUnion(builtIn.filter { offered.contains($0) })
    }
    return ServedKinds(version: version, kinds: served)
  }
}
