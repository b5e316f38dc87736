import ControllerRuntime
import EniScaling
import KubernetesClient
import KubernetesModel
import Serialization
import TerwayModel

/// Does to the cluster what a step says. Each write states which object it means, so that it does nothing to another one of
/// the same name, and nothing a second time.
struct RemedyWriter: Sendable {
  let client: KubernetesClient
  let caches: AutoscaleCaches
  /// Of the plan's clock.
  let speed: Double

  /// - Returns: false when it is to be tried again, with what the caches say by then.
  func carryOut(_ step: RemediationPlan.Step, _ fleet: Fleet) async throws -> Bool {
    switch step.action {
    case .restartDaemon: try await restartDaemon(step)
    case .forceResync: try await forceResync(step, fleet)
    case .deleteLeakedPodENI: try await deletePodENI(step)
    // It is in what nodes are given from now on.
    case .enterScarcityMode, nil: true
    }
  }

  /// The DaemonSet makes a new pod, of another name: one that is gone was deleted before.
  private func restartDaemon(_ step: RemediationPlan.Step) async throws -> Bool {
    guard let pod = caches.resources.pods.store[ObjectKey(text: step.target)], pod.isTerwayDaemon,
      pod.node == step.subject.node, !pod.metadata.isBeingDeleted
    else { return true }
    return try await delete(ClusterPod.resource, pod.metadata, Preconditions(uid: pod.metadata.uid), ifOther: true)
  }

  /// A time of the next comparison with the cloud that is past makes the controlplane compare now.
  private func forceResync(_ step: RemediationPlan.Step, _ fleet: Fleet) async throws -> Bool {
    guard let resource = fleet.resources[ObjectKey(name: step.subject.node)] else { return true }
    let decided = (step.time / speed).rounded(.down)
    // Clocks differ; this is past for all.
    let past = decided - 60
    guard resource.lastSync.map({ $0 < decided }) ?? true, resource.nextSync != past else { return true }
    do {
      _ = try await client.patch(
        TerwayNode.resource, resource.key, subresource: "status", .merge,
        [
          "metadata": ["uid": .string(resource.metadata.uid)],
          "status": [
            "nextSyncOpenAPITime": .string(Timestamp(microseconds: Int64(past * 1e6)).rfc3339)
          ],
        ], fieldManager: PoolWriter.fieldManager, as: MetadataOnly.self)
      return true
    } catch let error as StatusError where error.reason == .notFound || error.reason == .conflict {
      return true
    }
  }

  /// The pod is looked for once more: a cache can be behind.
  private func deletePodENI(_ step: RemediationPlan.Step) async throws -> Bool {
    guard let podENI = caches.resources.podENIs.store[ObjectKey(text: step.target)], !podENI.metadata.isBeingDeleted,
      RFC3339.seconds(podENI.metadata.creationTimestamp).map({ $0 * speed <= step.time }) ?? false
    else { return true }
    let pods = ResourceSelection(
      ClusterPod.resource, namespace: podENI.metadata.namespace, fields: "metadata.name=\(podENI.metadata.name)")
    guard try await client.list(pods, as: MetadataOnly.self).isEmpty else { return true }
    // Of this version: one that has been bound to a new pod meanwhile has another.
    return try await delete(
      PodENI.resource, podENI.metadata,
      Preconditions(uid: podENI.metadata.uid, resourceVersion: podENI.metadata.resourceVersion), ifOther: false)
  }

  /// - Parameter ifOther: what is returned when it is not the object that was meant.
  private func delete(
    _ resource: ResourceType, _ object: ObjectMeta, _ preconditions: Preconditions, ifOther: Bool
  ) async throws -> Bool {
    do {
      try await client.delete(resource, object.key, preconditions: preconditions)
      return true
    } catch let error as StatusError where error.reason == .conflict {
      return ifOther
    }
  }
}

extension ObjectKey {
  /// Of `namespace/name`.
  fileprivate init(text: String) {
    let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
    self.init(namespace: parts.count == 2 ? parts[0] : nil, name: parts.last ?? "")
  }
}
