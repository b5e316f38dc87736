import ControllerRuntime
import KubernetesClient
import KubernetesModel
import Serialization
import TerwaySimulation

/// Brings objects in line with what the stand-in says of them.
extension Simulator {
  static let daemonManager = FieldManager("terway-daemon")
  static let controlplaneManager = FieldManager("terway-controlplane")
  static let kubeletManager = FieldManager("kubelet")

  func write(_ target: StandIn.Target, _ context: ReconcileContext) async throws {
    switch target {
    case .node(let name): try await writeNode(name, context)
    case .resource(let name): try await writeResource(name, context)
    case .daemon(let name): try await writeDaemon(of: name)
    case .daemonSet: try await writeDaemonSet()
    case .pod(let key): try await writePod(key, context)
    case .podENI(let name): try await writePodENI(of: name)
    case .workload(let number): try await writeWorkload(number)
    }
  }

  /// The annotation with the faults that are left, and the condition.
  private func writeNode(_ name: String, _ context: ReconcileContext) async throws {
    let key = ObjectKey(name: name)
    guard let wish = state.withLock({ $0.standIn.wish(forNode: name) }), let node = caches.nodes.store[key] else {
      return
    }
    if node.facts.faults != wish.faults {
      let value: JSONValue = wish.faults.isEmpty ? .null : .string(wish.faults)
      let patch: JSONValue = ["metadata": ["annotations": [StandIn.faultsAnnotation: value]]]
      let written = try await client.patch(
        NodeView.resource, key, .merge, patch, fieldManager: Self.kubeletManager, as: MetadataOnly.self)
      context.wrote(key, written.metadata.resourceVersion, seenBy: caches.nodes.store)
    }
    if node.hasSufficientIPs != wish.hasSufficientIPs {
      let patch: JSONValue = ["status": ["conditions": wish.conditions]]
      let written = try await client.patch(
        NodeView.resource, key, subresource: "status", .merge, patch, fieldManager: Self.kubeletManager,
        as: MetadataOnly.self)
      context.wrote(key, written.metadata.resourceVersion, seenBy: caches.nodes.store)
    }
  }

  /// `spec` as the daemon, `status` as the controlplane.
  private func writeResource(_ name: String, _ context: ReconcileContext) async throws {
    let key = ObjectKey(name: name)
    let (wish, written, isPlayed) = state.withLock { state in
      (
        state.standIn.wish(forResource: name), state.written[name],
        state.standIn.wish(forNode: name) != nil
      )
    }
    guard let wish else {
      if !isPlayed, caches.resources.store[key] != nil { try await client.delete(ResourceView.resource, key) }
      return
    }
    if let manifest = wish.manifest {
      do {
        _ = try await client.create(
          ResourceView.resource, manifest, fieldManager: Self.daemonManager, as: MetadataOnly.self)
        state.withLock { $0.written[name] = PlayedStatus() }
      } catch let error as StatusError where error.reason == .alreadyExists {}
      return
    }
    if let patch = wish.specPatch {
      let answer = try await client.patch(
        ResourceView.resource, key, .merge, patch, fieldManager: Self.daemonManager, as: MetadataOnly.self)
      context.wrote(key, answer.metadata.resourceVersion, seenBy: caches.resources.store)
    }
    let patch =
      if let written { wish.statusPatch(since: written) } else {
        wish.statusPatch(of: try await client.get(ResourceView.resource, key, as: ResourceStatus.self).status)
      }
    if let patch {
      _ = try await client.patch(
        ResourceView.resource, key, subresource: "status", .merge, patch, fieldManager: Self.controlplaneManager,
        as: MetadataOnly.self)
    }
    state.withLock { $0.written[name] = wish.status }
  }

  private func writePod(_ key: ObjectKey, _ context: ReconcileContext) async throws {
    switch state.withLock({ $0.standIn.wish(forPod: key) }) {
    case nil: return
    case .bind(let uid, let node):
      let binding: JSONValue = [
        "apiVersion": "v1", "kind": "Binding", "metadata": ["name": .string(key.name), "uid": .string(uid)],
        "target": ["apiVersion": "v1", "kind": "Node", "name": .string(node)],
      ]
      let bindings = ResourceType("v1", "Binding", plural: "bindings", namespaced: true)
      _ = try await client.create(bindings, namespace: key.namespace, binding, as: JSONValue.self)
    case .status(let patch):
      let answer = try await client.patch(
        PodView.resource, key, subresource: "status", .merge, patch, fieldManager: Self.kubeletManager,
        as: MetadataOnly.self)
      context.wrote(key, answer.metadata.resourceVersion, seenBy: caches.pods.store)
    case .delete(let uid):
      try await client.deleteAtOnce(PodView.resource, key, uid: uid)
    }
  }

  private func writeDaemon(of name: String) async throws {
    guard let pod = state.withLock({ $0.standIn.wish(forDaemonOf: name, owner: daemonSet) }) else { return }
    do {
      _ = try await client.create(
        PodView.resource, namespace: Installation.namespace, pod, fieldManager: Installation.manager,
        as: MetadataOnly.self)
    } catch let error as StatusError where error.reason == .alreadyExists {}
  }

  private func writeWorkload(_ number: Int64) async throws {
    let key = StandIn.workloadPod(number)
    guard let pod = state.withLock({ $0.standIn.wish(forWorkload: number) }) else {
      try await client.delete(PodView.resource, key)
      return
    }
    do {
      _ = try await client.create(
        PodView.resource, namespace: key.namespace, pod, fieldManager: Installation.manager, as: MetadataOnly.self)
    } catch let error as StatusError where error.reason == .alreadyExists {}
  }

  private func writeDaemonSet() async throws {
    let (wanted, ready) = state.withLock { $0.standIn.daemons }
    let status: JSONValue = [
      "status": [
        "currentNumberScheduled": JSONValue(wanted), "desiredNumberScheduled": JSONValue(wanted),
        "numberMisscheduled": 0, "numberReady": JSONValue(ready), "numberAvailable": JSONValue(ready),
        "updatedNumberScheduled": JSONValue(wanted),
      ]
    ]
    _ = try await client.patch(
      Installation.daemonSets, ObjectKey(namespace: Installation.namespace, name: Installation.daemonSet),
      subresource: "status", .merge, status, fieldManager: Installation.manager, as: MetadataOnly.self)
  }

  private func writePodENI(of name: String) async throws {
    let key = PodENIWrites.key(of: name)
    guard let (manifest, status) = state.withLock({ $0.standIn.wish(forPodENIOf: name) }) else {
      try await client.delete(PodENIWrites.resource, key)
      return
    }
    do {
      _ = try await client.create(
        PodENIWrites.resource, namespace: key.namespace, manifest, fieldManager: Self.controlplaneManager,
        as: MetadataOnly.self)
    } catch let error as StatusError where error.reason == .alreadyExists {}
    _ = try await client.patch(
      PodENIWrites.resource, key, subresource: "status", .merge, status, fieldManager: Self.controlplaneManager,
      as: MetadataOnly.self)
  }
}

/// The PodENIs that are written: one for each node with the fault.
enum PodENIWrites {
  static let resource = ResourceType(
    "network.alibabacloud.com/v1beta1", "PodENI", plural: "podenis", namespaced: true)

  static func key(of node: String) -> ObjectKey { ObjectKey(namespace: "default", name: StandIn.podENIName(node)) }

  /// Empty for a PodENI that is somebody else's.
  static func node(of key: ObjectKey) -> String {
    let prefix = StandIn.podENIName("")
    return key.name.hasPrefix(prefix) ? String(key.name.dropFirst(prefix.count)) : ""
  }
}
