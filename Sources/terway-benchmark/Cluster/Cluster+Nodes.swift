import KubernetesClient
import KubernetesModel
import Serialization

extension Cluster {
  /// Makes the server hold so many Terway Nodes.
  func fill(with count: Int) async throws {
    try await define()
    var present: Set<String> = []
    for node in try await client.list(ResourceSelection(NarrowNode.resource), as: MetadataOnly.self) {
      present.insert(node.metadata.name)
    }
    let missing = (0..<count).filter { !present.contains(NodeGenerator.name($0)) }
    for start in stride(from: 0, to: missing.count, by: 1_000) {
      Progress.say("creating Terway Nodes: \(present.count + start) of \(count)")
      try await concurrently(Array(missing[start..<min(start + 1_000, missing.count)]), limit: 16) { index in
        let _: MetadataOnly = try await client.create(
          NarrowNode.resource, NodeGenerator.created(index), fieldManager: FieldManager("terway-controlplane"),
          as: MetadataOnly.self)
      }
    }
  }

  /// The resource, with a schema that takes whatever comes.
  private func define() async throws {
    let anything: JSONValue = ["type": "object", "x-kubernetes-preserve-unknown-fields": true]
    let manifest: JSONValue = [
      "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
      "metadata": ["name": .string(NarrowNode.resource.qualifiedName)],
      "spec": [
        "group": .string(NarrowNode.resource.kind.group), "scope": "Cluster",
        "names": ["kind": "Node", "listKind": "NodeList", "plural": "nodes", "singular": "node"],
        "versions": [
          [
            "name": "v1beta1", "served": true, "storage": true,
            "schema": [
              "openAPIV3Schema": ["type": "object", "properties": ["spec": anything, "status": anything]]
            ],
          ]
        ],
      ],
    ]
    let definitions = ResourceType(
      "apiextensions.k8s.io/v1", "CustomResourceDefinition", plural: "customresourcedefinitions", namespaced: false)
    try await apply(definitions, ObjectKey(name: NarrowNode.resource.qualifiedName), manifest)
    try await Self.eventually("the server serves Terway Nodes") { try await isServed(NarrowNode.resource) }
  }
}
