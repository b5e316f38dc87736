import KubernetesClient
import KubernetesModel
import Serialization
import TerwayModel
import TestSupport

/// A control plane with Terway played on it, and what tests do and see there.
struct PlayedCluster: Sendable {
  let cluster: Cluster
  let standIn: StandIn

  var client: KubernetesClient { cluster.client }

  static let nodes = ResourceType("v1", "Node", plural: "nodes", namespaced: false)
  static let pods = ResourceType("v1", "Pod", plural: "pods", namespaced: true)
  static let configMaps = ResourceType("v1", "ConfigMap", plural: "configmaps", namespaced: true)

  /// Ten addresses to an ENI, so that a handful of pods needs several.
  static func start(nodes: Int, speed: Double = 20, _ arguments: String...) async throws -> PlayedCluster {
    let cluster = try await Cluster.clean()
    return PlayedCluster(
      cluster: cluster,
      standIn: try await StandIn.start(
        on: cluster.plane, nodes: nodes, speed: speed, arguments: ["--addresses-per-adapter", "10"] + arguments))
  }

  func stop() async throws { try await standIn.stop() }

  // MARK: What people do

  /// Creates a pod; without a node it gets one.
  @discardableResult
  func createPod(_ name: String, on node: String? = nil) async throws -> JSONValue {
    var spec: JSONValue = ["containers": [["name": "main", "image": "none"]]]
    if let node { spec["nodeName"] = .string(node) }
    let manifest: JSONValue = [
      "apiVersion": "v1", "kind": "Pod", "metadata": ["name": .string(name), "namespace": "default"], "spec": spec,
    ]
    return try await client.create(Self.pods, namespace: "default", manifest)
  }

  func createPods(_ count: Int, named prefix: String, on node: String) async throws {
    for number in 0..<count { try await createPod("\(prefix)-\(number)", on: node) }
  }

  func deletePod(_ name: String) async throws {
    try await client.delete(Self.pods, ObjectKey(namespace: "default", name: name))
  }

  /// Sets the `eni_conf` of a ConfigMap of Terway's.
  func configure(_ name: String, _ settings: JSONValue) async throws {
    let manifest: JSONValue = [
      "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name), "namespace": "kube-system"],
      "data": ["eni_conf": .string(settings.jsonText())],
    ]
    _ = try await client.apply(
      Self.configMaps, ObjectKey(namespace: "kube-system", name: name), manifest, fieldManager: Cluster.person)
  }

  func label(_ node: String, configuration: String) async throws {
    let patch: JSONValue = ["metadata": ["labels": ["terway-config": .string(configuration)]]]
    _ = try await client.patch(Self.nodes, ObjectKey(name: node), .merge, patch, as: MetadataOnly.self)
  }

  /// Touches Terway's resource, which makes the daemon read its configuration.
  func refresh(_ node: String, _ value: String) async throws {
    try await patchResource(node, ["metadata": ["annotations": ["ops.terway.io/refresh": .string(value)]]])
  }

  func patchResource(_ node: String, subresource: String? = nil, _ patch: JSONValue) async throws {
    _ = try await client.patch(
      TerwayNode.resource, ObjectKey(name: node), subresource: subresource, .merge, patch, as: MetadataOnly.self)
  }

  // MARK: What they see

  func resource(_ node: String) async throws -> TerwayNode {
    try await client.get(TerwayNode.self, ObjectKey(name: node))
  }

  func idleAddresses(_ node: String) async throws -> Int {
    try await resource(node).interfaces.filter(\.isUsable).reduce(0) { $0 + $1.addresses.idle }
  }

  func pod(_ name: String) async throws -> JSONValue {
    try await client.get(Self.pods, ObjectKey(namespace: "default", name: name))
  }

  /// The daemon's pod of a node; `nil` while there is none.
  func daemon(of node: String) async throws -> JSONValue? {
    let daemons = ResourceSelection(
      Self.pods, namespace: "kube-system", labels: LabelSelector(matchLabels: ["app": "terway-eniip"]),
      fields: "spec.nodeName=\(node)")
    return try await client.list(daemons, as: JSONValue.self).first
  }

  /// The reasons of all events about something of this name.
  func events(about name: String) async throws -> Set<String> {
    let events = ResourceType("events.k8s.io/v1", "Event", plural: "events", namespaced: true)
    return Set(
      try await client.list(ResourceSelection(events), as: JSONValue.self)
        .filter { $0.at("regarding", "name")?.string == name }.compactMap { $0["reason"]?.string })
  }

  func waitUntilRunning(_ pods: [String]) async throws {
    for name in pods {
      try await eventually("pod \(name) runs") { try await pod(name).at("status", "phase") == "Running" }
    }
  }
}
