import KubernetesClient
import KubernetesModel
import Locking
import Serialization
import TerwayModel
import TestSupport

/// A node whose daemon answers nothing until it is a new one: its DaemonSet, its kubelet and its Terway, and a pod that waits
/// for the address that Terway has for it.
final class WedgedNode: Sendable {
  static let pods = ResourceType("v1", "Pod", plural: "pods", namespaced: true)
  static let waiting = ObjectKey(namespace: "default", name: "waiting")
  private static let events = ResourceType("events.k8s.io/v1", "Event", plural: "events", namespaced: true)

  private let cluster: Cluster
  /// How many daemons there have been.
  private let count = Lock(0)
  private let work = Lock<Task<Void, Never>?>(nil)

  init(_ cluster: Cluster) { self.cluster = cluster }

  deinit { work.withLock { $0?.cancel() } }

  /// Begins anew, on a cluster without nodes.
  func begin() async throws {
    try await clear()
    try await cluster.addNode("n1")
    try await fill()
    try await makeDaemon()
    let pod = try await make(
      Self.waiting, ["containers": [["name": "main", "image": "none"]], "nodeName": "n1"], labels: [:])
    let _: JSONValue = try await cluster.client.create(
      Self.events, namespace: "default",
      [
        "apiVersion": "events.k8s.io/v1", "kind": "Event",
        "metadata": ["generateName": "waiting-", "namespace": "default"], "eventTime": "2026-01-01T00:00:00.000000Z",
        "reportingController": "kubelet", "reportingInstance": "n1", "action": "Sync", "type": "Warning",
        "reason": "FailedCreatePodSandBox", "note": "failed to set up the pod's network",
        "regarding": [
          "kind": "Pod", "namespace": "default", "name": "waiting", "uid": pod.at("metadata", "uid") ?? "",
        ],
      ])
    let task = Task { [weak self] in
      while !Task.isCancelled, let self {
        // What fails is done the next time.
        try? await self.look()
        try? await Task.sleep(for: .milliseconds(100))
      }
    }
    work.withLock { $0 = task }
  }

  func clear() async throws {
    work.withLock { $0?.cancel() }
    count.withLock { $0 = 0 }
    for namespace in ["kube-system", "default"] {
      for pod in try await cluster.client.list(
        ResourceSelection(Self.pods, namespace: namespace), as: MetadataOnly.self)
      {
        try await cluster.client.deleteAtOnce(Self.pods, pod.key, uid: pod.metadata.uid)
      }
    }
  }

  func isServed() async throws -> Bool {
    try await cluster.client.get(ClusterPod.self, Self.waiting).hasAddress
  }

  private func look() async throws {
    let daemons = ResourceSelection(
      Self.pods, namespace: "kube-system", labels: LabelSelector(matchLabels: ["app": "terway-eniip"]))
    guard try await cluster.client.list(daemons, as: MetadataOnly.self).isEmpty else { return }
    try await makeDaemon()
    let _: JSONValue = try await cluster.client.patch(
      Self.pods, Self.waiting, subresource: "status", .merge,
      ["status": ["phase": "Running", "podIP": "10.0.0.99", "podIPs": [["ip": "10.0.0.99"]]]])
  }

  private func makeDaemon() async throws {
    let number = count.withLock { count in
      count += 1
      return count
    }
    let key = ObjectKey(namespace: "kube-system", name: "terway-eniip-\(number)")
    _ = try await make(
      key,
      [
        "containers": [["name": "terway", "image": "none"]], "nodeName": "n1", "hostNetwork": true,
        "terminationGracePeriodSeconds": 0,
      ], labels: ["app": "terway-eniip"])
    let _: JSONValue = try await cluster.client.patch(
      Self.pods, key, subresource: "status", .merge, ["status": ["phase": "Running"]])
  }

  private func make(_ key: ObjectKey, _ spec: JSONValue, labels: [String: String]) async throws -> JSONValue {
    var spec = spec
    spec["automountServiceAccountToken"] = false
    return try await cluster.client.create(
      Self.pods, namespace: key.namespace,
      [
        "apiVersion": "v1", "kind": "Pod",
        "metadata": [
          "name": .string(key.name), "namespace": .string(key.namespace ?? ""), "labels": JSONValue(labels),
        ],
        "spec": spec,
      ])
  }

  /// Half of the addresses of one ENI are used: nothing is to be sized.
  private func fill() async throws {
    let addresses = (0..<10).reduce(into: [String: JSONValue]()) { addresses, index in
      addresses["10.0.0.\(index)"] = [
        "status": "Valid", "podID": index < 5 ? .string("default/pod-\(index)") : "",
      ]
    }
    let status: JSONValue = [
      "networkInterfaces": [
        "eni-0": ["status": "InUse", "networkInterfaceType": "Primary"],
        "eni-1": [
          "status": "InUse", "networkInterfaceType": "Secondary", "vSwitchID": "vsw-1", "ipv4": .object(addresses),
        ],
      ]
    ]
    let _: JSONValue = try await cluster.client.patch(
      TerwayNode.resource, ObjectKey(name: "n1"), subresource: "status", .merge, ["status": status])
  }
}
