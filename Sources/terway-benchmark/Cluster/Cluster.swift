import HTTPTransport
import KubernetesClient
import KubernetesModel
import Serialization

/// The control plane that benchmarks may fill and empty as they like.
struct Cluster: Sendable {
  let client: KubernetesClient
  let kubeconfig: String

  static let fieldManager = FieldManager("terway-benchmark")

  init(_ setting: Setting) throws {
    guard let kubeconfig = setting.kubeconfig else {
      throw BenchmarkError("this benchmark needs a control plane: --kubeconfig FILE")
    }
    self.kubeconfig = kubeconfig
    client = try Self.client(kubeconfig: kubeconfig)
  }

  static func client(kubeconfig: String?) throws -> KubernetesClient {
    KubernetesClient(
      configuration: try ClusterConfiguration.detect(kubeconfig: kubeconfig, context: nil, environment: [:]),
      http: CurlTransport(), userAgent: "terway-benchmark")
  }

  func apply(_ resource: ResourceType, _ key: ObjectKey, _ manifest: JSONValue) async throws {
    let _: MetadataOnly = try await client.apply(
      resource, key, manifest, fieldManager: Self.fieldManager, as: MetadataOnly.self)
  }

  func makeNamespace(_ name: String) async throws {
    let namespaces = ResourceType("v1", "Namespace", plural: "namespaces", namespaced: false)
    try await apply(
      namespaces, ObjectKey(name: name), ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]])
  }

  /// Waits until something is so, looking once a second.
  static func eventually(
    _ what: String, within limit: Duration = .seconds(600), _ condition: () async throws -> Bool
  ) async throws {
    let deadline = ContinuousClock.now + limit
    while try await !condition() {
      guard ContinuousClock.now < deadline else { throw BenchmarkError("never happened: \(what)") }
      try await Task.sleep(for: .seconds(1))
    }
  }
}

/// Does something with each element, so many at a time.
func concurrently<Element: Sendable>(
  _ elements: [Element], limit: Int, _ work: @escaping @Sendable (Element) async throws -> Void
) async throws {
  try await withThrowingTaskGroup(of: Void.self) { group in
    for (number, element) in elements.enumerated() {
      if number >= limit { try await group.next() }
      group.addTask { try await work(element) }
    }
    try await group.waitForAll()
  }
}
