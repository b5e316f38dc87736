import KubernetesClient
import KubernetesModel
import Serialization
import TerwayModel
import TestSupport

/// Nodes, Terway's resources about them and policies, as people and Terway make them.
extension Cluster {
  static let configMaps = ResourceType("v1", "ConfigMap", plural: "configmaps", namespaced: true)
  static let kubernetesNodes = ResourceType("v1", "Node", plural: "nodes", namespaced: false)
  /// What must be found nowhere.
  static let secrets = ["LTAI-never-copied", "secret-never-copied"]

  /// Terway as it is installed: the kind of its Node resource, and a cluster-wide configuration that holds credentials.
  func installTerwayNodes() async throws {
    try await clearAutoscale()
    let anything: JSONValue = ["type": "object", "x-kubernetes-preserve-unknown-fields": true]
    let kind = TerwayNode.resource
    try await put(
      ObjectReference(Self.definitions, ObjectKey(name: kind.qualifiedName)),
      [
        "spec": [
          "group": .string(kind.kind.group), "scope": "Cluster",
          "names": ["kind": "Node", "listKind": "NodeList", "plural": "nodes", "singular": "node"],
          "versions": [
            [
              "name": .string(kind.kind.version), "served": true, "storage": true, "subresources": ["status": [:]],
              "schema": ["openAPIV3Schema": ["type": "object", "properties": ["spec": anything, "status": anything]]],
            ]
          ],
        ]
      ])
    try await eventually("the server serves Terway's nodes") {
      try await client.resources(inGroupVersion: kind.kind.apiVersion).contains(kind)
    }
    try await putConfiguration(
      "eni-config",
      ["ipam_type": "crd", "access_key": .string(Self.secrets[0]), "access_secret": .string(Self.secrets[1])])
  }

  /// A ConfigMap with an `eni_conf`, as somebody made it.
  func putConfiguration(_ name: String, _ content: JSONValue) async throws {
    try await put(
      ObjectReference(Self.configMaps, ObjectKey(namespace: "kube-system", name: name)),
      ["data": ["eni_conf": .string(content.jsonText(pretty: true)), "theirs": "kept"]])
  }

  /// A node with its Node resource: ten addresses to an ENI.
  func addNode(_ name: String, labels: [String: String] = [:], adapters: Int = 5) async throws {
    let _: JSONValue = try await client.create(
      Self.kubernetesNodes,
      ["apiVersion": "v1", "kind": "Node", "metadata": ["name": .string(name), "labels": JSONValue(labels)]],
      fieldManager: Self.person)
    try await put(
      ObjectReference(TerwayNode.resource, ObjectKey(name: name)),
      [
        "spec": [
          "nodeMetadata": ["instanceType": "ecs.test", "zoneID": "h", "regionID": "r", "instanceID": .string(name)],
          "nodeCap": ["adapters": JSONValue(adapters), "ipv4PerAdapter": 10],
          "pool": ["minPoolSize": 0, "maxPoolSize": 5],
        ]
      ])
  }

  func policy(_ name: String) async throws -> EniAutoscalePolicy {
    try await client.get(EniAutoscalePolicy.self, ObjectKey(name: name))
  }

  /// Creates or changes a policy, as `kubectl apply` would.
  func applyPolicy(_ name: String, _ spec: JSONValue, annotations: [String: String] = [:]) async throws {
    _ = try await client.apply(
      EniAutoscalePolicy.resource, ObjectKey(name: name),
      [
        "apiVersion": "ops.terway.io/v1alpha1", "kind": "EniAutoscalePolicy",
        "metadata": ["name": .string(name), "annotations": JSONValue(annotations)], "spec": spec,
      ], fieldManager: FieldManager("tests"))
  }

  func deletePolicy(_ name: String) async throws {
    try await client.delete(EniAutoscalePolicy.resource, ObjectKey(name: name))
  }

  /// Waits until a policy's status says something of its newest generation.
  @discardableResult
  func waitForPolicy(
    _ what: String, _ name: String, _ process: OperatorProcess? = nil,
    _ holds: (EniAutoscalePolicyStatus) -> Bool
  ) async throws -> EniAutoscalePolicyStatus {
    do {
      try await eventually("\(what) in the status of policy \(name)") {
        let policy = try await policy(name)
        guard let status = policy.status, status.observedGeneration == policy.metadata.generation else { return false }
        return holds(status)
      }
    } catch {
      let said = try await policy(name).status?.json().jsonText() ?? "nothing"
      throw NeverHappened(description: "\(error); it says \(said)\n\(process?.logText.suffix(4_000) ?? "")")
    }
    return try await policy(name).status ?? EniAutoscalePolicyStatus()
  }

  func node(_ name: String) async throws -> ClusterNode {
    try await client.get(ClusterNode.self, ObjectKey(name: name))
  }

  func terwayNode(_ name: String) async throws -> TerwayNode {
    try await client.get(TerwayNode.self, ObjectKey(name: name))
  }

  /// The classes of pools that there are.
  func poolClasses() async throws -> [String: JSONValue] {
    let selection = ResourceSelection(
      Self.configMaps, namespace: "kube-system",
      labels: LabelSelector(matchExpressions: [.init(key: PoolClass.policyLabel, operator: .exists)]))
    return try await client.list(selection, as: JSONValue.self).reduce(into: [:]) { classes, object in
      classes[object.at("metadata", "name")?.string ?? ""] = object
    }
  }

  /// Where credentials are that must be nowhere, of the log, the metrics, and every object that we can have written.
  func secretsFound(_ process: OperatorProcess) async throws -> [String] {
    let events = ResourceType("events.k8s.io/v1", "Event", plural: "events", namespaced: true)
    var texts = [("log", process.logText), ("metrics", try await process.get("/metrics").text)]
    for kind in [events, EniAutoscalePolicy.resource, Self.kubernetesNodes, TerwayNode.resource] {
      for object in try await client.list(ResourceSelection(kind), as: JSONValue.self) {
        texts.append((kind.qualifiedName, object.jsonText()))
      }
    }
    let theirs: Set = ["eni-config", "with-credentials", "broken"]
    for object in try await client.list(ResourceSelection(Self.configMaps), as: JSONValue.self)
    where !theirs.contains(object.at("metadata", "name")?.string ?? "") {
      texts.append(("configmaps", object.jsonText()))
    }
    return texts.filter { _, text in Self.secrets.contains { text.contains($0) } }.map(\.0)
  }

  /// Takes all policies away, and all nodes, without any operator.
  func clearPolicies() async throws {
    for policy in try await client.list(ResourceSelection(EniAutoscalePolicy.resource), as: EniAutoscalePolicy.self) {
      if !policy.metadata.finalizers.isEmpty {
        let _: JSONValue = try await client.patch(
          EniAutoscalePolicy.resource, policy.key, .merge, ["metadata": ["finalizers": .null]])
      }
      try await client.delete(EniAutoscalePolicy.resource, policy.key)
    }
    for node in try await client.list(ResourceSelection(Self.kubernetesNodes), as: MetadataOnly.self) {
      try await client.delete(Self.kubernetesNodes, node.key)
      try await client.delete(TerwayNode.resource, node.key)
    }
    for name in try await poolClasses().keys {
      try await client.delete(Self.configMaps, ObjectKey(namespace: "kube-system", name: name))
    }
  }

  /// Takes everything away that a test of pools made, without any operator.
  func clearAutoscale() async throws {
    try await clearPolicies()
    for name in ["eni-config", "mine", "broken", "with-credentials", "terway-controlplane"] {
      try await client.delete(Self.configMaps, ObjectKey(namespace: "kube-system", name: name))
    }
    try await client.delete(Self.definitions, ObjectKey(name: TerwayNode.resource.qualifiedName))
    try await eventually("Terway's kinds are gone") {
      try await object(ObjectReference(Self.definitions, ObjectKey(name: TerwayNode.resource.qualifiedName))) == nil
    }
  }

  /// What became of nodes and policies, as far as it says anything: no versions and no times.
  func poolState() async throws -> [String: JSONValue] {
    var state: [String: JSONValue] = [:]
    for node in try await client.list(ResourceSelection(ClusterNode.resource), as: ClusterNode.self) {
      var change: [String] = []
      if let noted = node.poolChange {
        change = [noted.policy, noted.label, "\(noted.minimum)", "\(noted.maximum)", noted.former, "\(noted.failures)"]
      }
      let resource = try await terwayNode(node.metadata.name)
      let touch = resource.metadata.annotations["ops.terway.io/refresh"]?.split(separator: "/").dropLast()
      state["node \(node.metadata.name)"] = [
        "label": .string(node.configurationName ?? ""), "original": .string(node.originalConfiguration ?? "none"),
        "change": JSONValue(change), "touch": JSONValue((touch ?? []).map(String.init)),
        "pool": .string("\(resource.pool)"), "enis": JSONValue(resource.interfaces.count),
      ]
    }
    for policy in try await client.list(ResourceSelection(EniAutoscalePolicy.resource), as: EniAutoscalePolicy.self) {
      state["policy \(policy.metadata.name)"] = [
        "finalizers": JSONValue(policy.metadata.finalizers),
        "conditions": JSONValue((policy.status?.conditions ?? []).map { "\($0.type) \($0.status) \($0.reason)" }),
        // What is recommended is learned, and a process that only recommends keeps nothing of it.
        "enis": JSONValue(policy.status?.currentENIs ?? -1),
        "remediations": JSONValue(
          (policy.status?.remediations ?? []).map { "\($0.node) \($0.fault) \($0.action) \($0.outcome)" }),
      ]
    }
    return state
  }
}
