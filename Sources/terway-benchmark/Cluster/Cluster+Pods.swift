import KubernetesClient
import KubernetesModel
import Serialization

extension Cluster {
  private static let nodes = ResourceType("v1", "Node", plural: "nodes", namespaced: false)
  private static let pods = ResourceType("v1", "Pod", plural: "pods", namespaced: true)

  /// Makes the server hold Kubernetes' own Nodes to Terway's, a daemon of Terway on each, other pods, and Terway's
  /// configuration.
  func fillKubernetes(nodes count: Int, podsOfEach: Int) async throws {
    try await apply(
      ResourceType("v1", "ConfigMap", plural: "configmaps", namespaced: true),
      ObjectKey(namespace: "kube-system", name: "eni-config"),
      [
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "eni-config", "namespace": "kube-system"],
        "data": ["eni_conf": #"{"ipam_type": "crd", "min_pool_size": 5, "max_pool_size": 20}"#],
      ])
    var present: Set<String> = []
    for node in try await client.list(ResourceSelection(Self.nodes), as: MetadataOnly.self) {
      present.insert(node.metadata.name)
    }
    let missing = (0..<count).filter { !present.contains(NodeGenerator.name($0)) }
    for start in stride(from: 0, to: missing.count, by: 1_000) {
      Progress.say("creating Nodes and pods: \(present.count + start) of \(count)")
      try await concurrently(Array(missing[start..<min(start + 1_000, missing.count)]), limit: 16) { index in
        // The Node last: what has one is complete.
        try await createPod("terway-eniip-\(index)", "kube-system", ["app": "terway-eniip"], on: index, "terway")
        for number in 0..<podsOfEach {
          try await createPod("checkout-\(index)-\(number)", "default", ["app": "checkout"], on: index, "checkout")
        }
        let _: MetadataOnly = try await client.create(Self.nodes, Self.node(index), as: MetadataOnly.self)
      }
    }
  }

  private static func node(_ index: Int) -> JSONValue {
    let images: [JSONValue] = (0..<20).map {
      ["names": [.string("registry.example.com/team/image-\($0):v1.\($0).0")], "sizeBytes": 123_456_789]
    }
    return [
      "apiVersion": "v1", "kind": "Node",
      "metadata": [
        "name": .string(NodeGenerator.name(index)),
        "labels": ["topology.kubernetes.io/zone": .string("cn-hangzhou-\(["h", "i", "j"][index % 3])")],
      ],
      "status": [
        "allocatable": ["pods": "110"], "images": .array(images),
        "conditions": [["type": "Ready", "status": "True", "reason": "KubeletReady"]],
      ],
    ]
  }

  private func createPod(
    _ name: String, _ namespace: String, _ labels: [String: String], on index: Int, _ container: String
  ) async throws {
    let settings: [JSONValue] = (0..<24).map { ["name": .string("SETTING_\($0)"), "value": "some value of a setting"] }
    let isDaemon = container == "terway"
    let image = "registry.example.com/\(container):v1.16.7"
    let pod: JSONValue = [
      "apiVersion": "v1", "kind": "Pod",
      "metadata": ["name": .string(name), "namespace": .string(namespace), "labels": JSONValue(labels)],
      "spec": [
        "nodeName": .string(NodeGenerator.name(index)), "hostNetwork": .bool(isDaemon),
        "containers": [["name": .string(container), "image": .string(image), "env": .array(settings)]],
      ],
    ]
    do {
      let _: MetadataOnly = try await client.create(Self.pods, namespace: namespace, pod, as: MetadataOnly.self)
    } catch let refusal as StatusError where refusal.reason == .alreadyExists {
      // A run that was interrupted has made it.
    }
    let address: JSONValue = .string("10.\(64 + index / 2048).\(index % 2048 / 8).\(index % 8 * 30)")
    let _: MetadataOnly = try await client.patch(
      Self.pods, ObjectKey(namespace: namespace, name: name), subresource: "status", .merge,
      [
        "status": [
          "phase": "Running", "podIP": address, "podIPs": [["ip": address]], "startTime": "2025-01-15T08:00:00Z",
          "conditions": [["type": "Ready", "status": "True"]],
          "containerStatuses": [
            [
              "name": .string(container), "image": .string(image), "imageID": "", "ready": true, "restartCount": 0,
              "state": ["running": ["startedAt": "2025-01-15T08:00:00Z"]],
            ]
          ],
        ]
      ], as: MetadataOnly.self)
  }
}
