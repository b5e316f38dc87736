import ControllerRuntime
import EniScaling
import KubernetesClient
import KubernetesModel
import Serialization
import TerwayModel

/// Carries out the single writes of which changes of pools are made. Each states what it was decided on, so that the server
/// refuses it when that is no longer so.
struct PoolWriter: Sendable {
  static let fieldManager = FieldManager("terway-operator-autoscale")

  /// What became of a write.
  enum Outcome: Sendable {
    case written
    /// The object is not what our cache says, or is gone: nothing was written, and what comes of it is decided anew.
    case outdated
  }

  let client: KubernetesClient
  let caches: AutoscaleCaches
  let context: ReconcileContext

  // MARK: Nodes

  /// Labels a node and notes why, in one request.
  ///
  /// - Parameter original: what the label said before us; `nil` = the note of that stays.
  func label(_ node: ClusterNode, _ change: PoolChange, original: String?) async throws -> Outcome {
    var annotations: JSONValue = [PoolChange.annotation: .string(change.annotationText)]
    if let original { annotations[PoolChange.originalAnnotation] = .string(original) }
    return try await patch(node, label: change.label, annotations)
  }

  /// Takes our notes off a node.
  ///
  /// - Parameter label: what it is to be labelled with; `nil` = as it is.
  func release(_ node: ClusterNode, label: String?) async throws -> Outcome {
    try await patch(node, label: label, [PoolChange.annotation: .null, PoolChange.originalAnnotation: .null])
  }

  private func patch(_ node: ClusterNode, label: String?, _ annotations: JSONValue) async throws -> Outcome {
    var metadata: JSONValue = [
      // The version keeps us from undoing what somebody did a moment ago.
      "uid": .string(node.metadata.uid), "resourceVersion": .string(node.metadata.resourceVersion.text),
      "annotations": annotations,
    ]
    if let label {
      metadata["labels"] = [ClusterNode.configurationLabel: label.isEmpty ? .null : .string(label)]
    }
    return try await unlessOutdated {
      let written = try await client.patch(
        ClusterNode.resource, node.key, .merge, ["metadata": metadata], fieldManager: Self.fieldManager,
        as: MetadataOnly.self)
      context.wrote(node.key, written.metadata.resourceVersion, seenBy: caches.resources.clusterNodes.store)
    }
  }

  /// Marks a Node resource, or takes the mark off it. Either makes the daemon look.
  func touch(_ resource: TerwayNode, _ touch: Touch?) async throws -> Outcome {
    let metadata: JSONValue = [
      "uid": .string(resource.metadata.uid),
      "annotations": [Touch.annotation: touch.map { .string($0.text) } ?? .null],
    ]
    return try await unlessOutdated {
      let written = try await client.patch(
        TerwayNode.resource, resource.key, .merge, ["metadata": metadata], fieldManager: Self.fieldManager,
        as: MetadataOnly.self)
      context.wrote(resource.key, written.metadata.resourceVersion, seenBy: caches.resources.nodes.store)
    }
  }

  /// Deletes a daemon's pod; the DaemonSet makes a new one.
  func restart(_ daemon: ClusterPod) async throws -> Outcome {
    try await unlessOutdated {
      try await client.delete(
        ClusterPod.resource, daemon.key, preconditions: Preconditions(uid: daemon.metadata.uid))
    }
  }

  // MARK: Classes

  /// Makes a class be there as its name says.
  ///
  /// - Throws: `ForeignClass` where somebody else has a ConfigMap of the name.
  func ensure(_ pool: PoolClass) async throws {
    do {
      let live = try await client.get(TerwayConfigMap.resource, pool.key, as: TerwayConfigMap.self)
      guard live.isOurs else { throw ForeignClass(name: pool.name) }
      if live.holds(pool) { return }
    } catch let error as StatusError where error.reason == .notFound {}
    let written = try await client.apply(
      TerwayConfigMap.resource, pool.key, pool.manifest, fieldManager: Self.fieldManager, as: MetadataOnly.self)
    context.wrote(pool.key, written.metadata.resourceVersion, seenBy: caches.configurations.store)
  }

  /// Deletes a class unless a node names it, whatever our cache says.
  func delete(_ map: TerwayConfigMap) async throws -> Outcome {
    let users = ResourceSelection(
      ClusterNode.resource,
      labels: LabelSelector(matchLabels: [ClusterNode.configurationLabel: map.metadata.name]))
    guard try await client.list(users, as: MetadataOnly.self).isEmpty else { return .outdated }
    return try await unlessOutdated {
      let isDeleted = try await client.delete(
        TerwayConfigMap.resource, map.key, preconditions: Preconditions(uid: map.metadata.uid))
      if isDeleted { context.deleted(map.key, uid: map.metadata.uid, seenBy: caches.configurations.store) }
    }
  }

  private func unlessOutdated(_ write: () async throws -> Void) async throws -> Outcome {
    do {
      try await write()
      return .written
    } catch let error as StatusError where error.reason == .conflict || error.reason == .notFound {
      return .outdated
    }
  }
}

/// A ConfigMap that is named like a class of ours and was not made by us.
struct ForeignClass: Error, CustomStringConvertible {
  var name: String

  var description: String {
    "ConfigMap \(TerwayConfigMap.namespace)/\(name) was not made by terway-operator; delete or rename it"
  }
}

extension TerwayConfigMap {
  /// A class of pools that we made.
  var isOurs: Bool {
    metadata.labels[ManagedLabel.managedBy] == ManagedLabel.operatorName && policy != nil
  }

  /// The policy that a class belongs to.
  var policy: String? { metadata.labels[PoolClass.policyLabel] }

  func holds(_ pool: PoolClass) -> Bool {
    if case .configuration(let configuration) = content { configuration.content == pool.content } else { false }
  }
}
