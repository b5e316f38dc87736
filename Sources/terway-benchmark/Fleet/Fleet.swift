import KubernetesClient
import KubernetesModel
import Serialization
import TerwayModel

/// Played nodes of the cluster, the policy that sizes them, and the pods that come at once.
struct Fleet: Sendable {
  let cluster: Cluster
  let size: Int

  static let addressesPerENI = 10
  /// One ENI's addresses but one: above the threshold of 0.8.
  static let podsPerNode = 9
  static let policyName = "fleet"
  static let writesPerMinute = 600
  static let nodesAtOnce = 0.1

  /// The nodes on which pods come: three of ten.
  var burst: [String] { (0..<size).filter { $0 % 10 < 3 }.map(Self.name) }

  /// As the simulator names them.
  static func name(_ number: Int) -> String {
    let digits = String(number)
    return "node-" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  /// Waits until every node has its daemon and its resource.
  func waitUntilPlayed(by terway: PlayedTerway) async throws {
    let daemons = ResourceSelection(
      ClusterPod.resource, namespace: "kube-system", labels: LabelSelector(matchLabels: ["app": "terway-eniip"]),
      fields: "status.phase=Running")
    try await Cluster.eventually("every node is played", within: .seconds(900)) {
      try terway.check()
      guard try await cluster.isServed(TerwayNode.resource) else { return false }
      let resources = try await cluster.client.list(ResourceSelection(TerwayNode.resource), as: MetadataOnly.self)
      guard resources.count >= size else { return false }
      return try await cluster.client.list(daemons, as: MetadataOnly.self).count >= size
    }
  }

  /// The thresholds alone, so that what is asked for follows from the pods and from nothing that was learned before.
  func applyPolicy() async throws {
    try await cluster.apply(
      EniAutoscalePolicy.resource, ObjectKey(name: Self.policyName),
      [
        "apiVersion": .string(EniAutoscalePolicy.resource.kind.apiVersion),
        "kind": .string(EniAutoscalePolicy.resource.kind.kind), "metadata": ["name": .string(Self.policyName)],
        "spec": [
          "mode": "Apply", "minENIs": 1, "forecast": ["enabled": false],
          "budget": [
            "maxConcurrentNodes": .string("\(Int(Self.nodesAtOnce * 100))%"),
            "writesPerMinute": JSONValue(Self.writesPerMinute),
          ],
        ],
      ])
  }

  /// Waits until the policy has nothing under way, and nodes have so many ENIs in all that they should have no others.
  func waitUntilSettled(nodes count: Int) async throws {
    try await Cluster.eventually("the policy has nothing left to do") {
      let policy = try await cluster.client.get(EniAutoscalePolicy.self, ObjectKey(name: Self.policyName))
      guard let status = policy.status, status.observedGeneration == policy.metadata.generation,
        status.conditions["Reconciling"]?.status == .no, status.nodes.managed == size,
        status.desiredENIs == status.currentENIs
      else { return false }
      let changed = ResourceSelection(
        ClusterNode.resource,
        labels: LabelSelector(matchExpressions: [.init(key: ClusterNode.configurationLabel, operator: .exists)]))
      return try await cluster.client.list(changed, as: MetadataOnly.self).count >= count
    }
  }

  /// Creates the pods, bound to their nodes, and returns when the server has all of them.
  func createPods() async throws {
    let pods = burst.flatMap { node in (0..<Self.podsPerNode).map { (node, "burst-\(node)-\($0)") } }
    try await concurrently(pods, limit: 16) { node, name in
      let manifest: JSONValue = [
        "apiVersion": "v1", "kind": "Pod", "metadata": ["name": .string(name), "namespace": "default"],
        "spec": [
          "nodeName": .string(node), "terminationGracePeriodSeconds": 0, "automountServiceAccountToken": false,
          "containers": [["name": "main", "image": "none"]],
        ],
      ]
      let _: MetadataOnly = try await cluster.client.create(
        ClusterPod.resource, namespace: "default", manifest, fieldManager: Cluster.fieldManager,
        as: MetadataOnly.self)
    }
  }
}
