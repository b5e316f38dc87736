import ControllerRuntime
import KubernetesClient
import KubernetesModel
import Monitoring
import Prometheus
import Serialization
import TerwayModel

extension Cluster {
  private static let generated = LabelSelector(matchLabels: ["app.kubernetes.io/managed-by": "terway-operator"])

  func create(profiles names: [String]) async throws {
    try await concurrently(names, limit: 64) { name in
      let manifest: JSONValue = [
        "apiVersion": .string(MonitoringProfile.resource.kind.apiVersion),
        "kind": .string(MonitoringProfile.resource.kind.kind), "metadata": ["name": .string(name)], "spec": [:],
      ]
      let _: MetadataOnly = try await client.create(
        MonitoringProfile.resource, manifest, fieldManager: Self.fieldManager, as: MetadataOnly.self)
    }
  }

  /// Returns once the status of each of them says that all of its objects are there.
  func waitUntilReady(_ names: [String]) async {
    let informer = Informer<ProfileReadiness>(
      ResourceSelection(MonitoringProfile.resource), client: client, registry: MetricRegistry(),
      logger: Logger(level: .error))
    let (stream, continuation) = AsyncStream.makeStream(of: String.self)
    informer.onChange { change, _ in
      if change.object.isReady { continuation.yield(change.object.metadata.name) }
    }
    informer.start()
    var missing = Set(names)
    for await name in stream {
      missing.remove(name)
      if missing.isEmpty { break }
    }
    await informer.shutDown()
  }

  /// Deletes all profiles and whatever was generated, and waits until it is gone.
  func removeProfiles() async throws {
    for profile in try await client.list(ResourceSelection(MonitoringProfile.resource), as: MetadataOnly.self) {
      try await client.delete(MonitoringProfile.resource, profile.key)
    }
    for kind in GeneratedResource.all where try await isServed(kind) {
      let selection = ResourceSelection(kind, labels: Self.generated)
      let objects = try await client.list(selection, as: MetadataOnly.self)
      try await concurrently(objects.map(\.key), limit: 8) { key in try await client.delete(kind, key) }
      try await Self.eventually("no \(kind) is left") {
        try await client.page(of: selection, limit: 1, as: MetadataOnly.self).items.isEmpty
      }
    }
  }

  /// Old servers lack some of the kinds.
  func isServed(_ kind: ResourceType) async throws -> Bool {
    do {
      return try await client.resources(inGroupVersion: kind.kind.apiVersion).contains(kind)
    } catch let error as StatusError where error.reason == .notFound {
      return false
    }
  }
}

/// Whether a profile has all of its objects.
struct ProfileReadiness: KubernetesObject {
  var metadata = ObjectMeta()
  var isReady = false

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata": metadata = try ObjectMeta(json: &reader)
      case "status":
        let conditions = try JSONValue(json: &reader)["conditions"]?.array ?? []
        isReady = conditions.contains { $0["type"]?.string == "Ready" && $0["status"]?.string == "True" }
      default: break
      }
    }
  }
}
