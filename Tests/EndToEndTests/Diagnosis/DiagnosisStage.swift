import ControllerRuntime
import DiagnosisCases
import Insights
import KubernetesClient
import KubernetesModel
import Monitoring
import Serialization
import TerwayModel
import TestSupport

@testable import terway_operator

/// A real API server that is brought to the state of one snapshot after another, and read as the program reads it.
///
/// The server stamps what is created and changed with its own time. So that objects have the ages that a snapshot says,
/// the program's clock is ahead of the server's by the age of the youngest; all other times are by the program's clock.
/// Logs come through the server from a played kubelet.
final class DiagnosisStage {
  private let cluster: Cluster
  private let kubelet: FakeKubelet
  /// What the server was given.
  private var present: [ObjectReference: StagedObject] = [:]
  private var uids: [ObjectKey: String] = [:]
  private var logs: [ObjectKey: String] = [:]
  /// Seconds since 1970, of a healthy cluster: always the same, so that what does not change is not written again.
  private let usualTime = Timestamp.now.seconds.rounded() + usualAge
  private var time = 0.0

  /// Of the objects of a healthy cluster, in seconds.
  private static let usualAge = 86_400.0

  init() async throws {
    cluster = try await Cluster.clean()
    try await StandIn.remove(from: cluster.plane)
    try await cluster.plane.kubectl("delete", "nodes", "--all")
    try await cluster.plane.kubectl("delete", "events", "-A", "--all")
    try await cluster.plane.apply(crds: StandIn.definitions)
    try await cluster.plane.kubectl("wait", "--for=condition=Established", "crd", "nodes.network.alibabacloud.com")
    try await cluster.plane.kubectl("apply", "-f", "-", input: Self.usageDefinition.jsonText())
    try await cluster.plane.kubectl("wait", "--for=condition=Established", "crd", PodUsage.resource.qualifiedName)
    try await cluster.makeNamespace("ops")
    kubelet = try await FakeKubelet()
  }

  /// Brings the server to the state of a snapshot.
  func show(_ snapshot: ClusterSnapshot) async throws {
    let age = Self.youngest(snapshot)
    time = age == Self.usualAge ? usualTime : Timestamp.now.seconds.rounded() + age
    let objects = SnapshotObjects(snapshot: snapshot, shift: time - snapshot.time)
    try serveLogs(snapshot)
    let first = objects.first(kubelet: kubelet.nodeStatus)
    let wanted = Set(first.map(\.reference))
    // What names a pod goes before it is known which pods there are.
    for reference in present.keys where reference.resource == TerwayPod.resource && !wanted.contains(reference) {
      try await remove(reference)
    }
    for object in first { try await put(object) }
    let second = try objects.second(uids: uids)
    let all = wanted.union(second.map(\.reference))
    for reference in present.keys where !all.contains(reference) { try await remove(reference) }
    for object in second { try await put(object) }
  }

  /// What the program finds.
  func diagnosis() async throws -> Diagnosis {
    let silent = TextSink(isStyled: false) { _ in }
    let collector = SnapshotCollector(
      client: cluster.client.handingOnRefusals, scope: ClusterSnapshot.Scope(), prometheus: nil,
      progress: Progress(Output(standardOutput: silent, standardError: silent)),
      now: { [time] in Timestamp(microseconds: Int64(time * 1e6)) }, serverTime: { _ in nil }, freshness: .newest)
    return Diagnosis(of: try await collector.collect())
  }

  /// Takes away all that was shown.
  func clear() async throws {
    for reference in present.keys { try await remove(reference) }
    try await StandIn.remove(from: cluster.plane)
    try await cluster.remove([PodUsage.resource])
  }

  /// In the place of a metrics server, the API server itself keeps what it would say.
  private static let usageDefinition: JSONValue = [
    "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
    "metadata": [
      "name": .string(PodUsage.resource.qualifiedName),
      // Without it nobody may define kinds of this group.
      "annotations": ["api-approved.kubernetes.io": "unapproved, played by a test"],
    ],
    "spec": [
      "group": "metrics.k8s.io", "scope": "Namespaced", "names": ["kind": "PodMetrics", "plural": "pods"],
      "versions": [
        [
          "name": "v1beta1", "served": true, "storage": true,
          "schema": ["openAPIV3Schema": ["type": "object", "x-kubernetes-preserve-unknown-fields": true]],
        ]
      ],
    ],
  ]

  // MARK: Ages

  private static func youngest(_ snapshot: ClusterSnapshot) -> Double {
    let stamps =
      snapshot.nodes.elements.map(\.metadata.creationTimestamp)
      + snapshot.pods.elements.map(\.metadata.creationTimestamp)
      + snapshot.podENIs.elements.map(\.metadata.creationTimestamp)
    let changes = (snapshot.configurations.value ?? [:]).values.compactMap(\.lastChange)
    return (stamps.compactMap { RFC3339.seconds($0) } + changes).map { snapshot.time - $0 }.min() ?? usualAge
  }

  // MARK: Objects

  private func put(_ object: StagedObject) async throws {
    let reference = object.reference
    guard present[reference] != object else { return }
    if present[reference] != nil { try await remove(reference) }
    let created = try await cluster.client.create(
      reference.resource, namespace: reference.key.namespace, object.content, as: MetadataOnly.self)
    if reference.resource == TerwayPod.resource { uids[reference.key] = created.metadata.uid }
    if let status = object.status {
      _ = try await cluster.client.patch(
        reference.resource, reference.key, subresource: "status", .merge, ["status": status], as: MetadataOnly.self)
    }
    present[reference] = object
  }

  private func remove(_ reference: ObjectReference) async throws {
    if reference.resource == TerwayPod.resource {
      try await cluster.client.deleteAtOnce(reference.resource, reference.key, uid: uids[reference.key] ?? "")
    } else {
      try await cluster.client.delete(reference.resource, reference.key)
    }
    present[reference] = nil
  }

  // MARK: Logs

  /// What is in no digest is no error.
  private static let harmless = "I0829 14:45:54.233267       1 daemon.go:152] Throttling is configured"

  private func serveLogs(_ snapshot: ClusterSnapshot) throws {
    for pod in snapshot.terwayPods.elements {
      let entries = snapshot.logs.elements.filter { $0.pod == pod.key }.flatMap(\.entries)
      let lines = entries.map { entry in
        entry.template.hasPrefix("panic:")
          ? entry.template : "E0829 14:45:54.233267       1 daemon.go:152] \(entry.template)"
      }
      // More than is kept of a log: what is told is at its end.
      let before = Array(repeating: Self.harmless, count: lines.isEmpty ? 1 : 4_500)
      let text = (before + lines).joined(separator: "\n")
      guard logs[pod.key] != text else { continue }
      try kubelet.serve(text, ofPod: pod.key.name, in: pod.key.namespace ?? "")
      logs[pod.key] = text
    }
  }
}
