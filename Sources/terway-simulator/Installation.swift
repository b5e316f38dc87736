import ControllerRuntime
import KubernetesClient
import KubernetesModel
import Serialization
import TerwaySimulation

/// What is there before anything is played: the configuration, the DaemonSet and the nodes.
struct Installation {
  static let namespace = "kube-system"
  static let daemonSet = "terway-eniip"
  static let daemonSets = ResourceType("apps/v1", "DaemonSet", plural: "daemonsets", namespaced: true)
  static let manager = FieldManager("terway-simulator")

  let client: KubernetesClient
  let options: RunOptions
  let logger: Logger

  /// Makes what is missing; what is there is taken as it is.
  ///
  /// - Returns: the owner of daemon pods.
  func install(_ standIn: inout StandIn) async throws -> OwnerReference {
    if options.cluster.ipam == .crd { try await inherit(&standIn) }
    try await createIfMissing(ConfigMapView.resource, namespace: Self.namespace, configuration)
    let applied: MetadataOnly = try await client.apply(
      Self.daemonSets, ObjectKey(namespace: Self.namespace, name: Self.daemonSet), daemonSetManifest,
      fieldManager: Self.manager, as: MetadataOnly.self)
    try await createNodes(standIn)
    try await removeWorkload()
    return OwnerReference(
      apiVersion: Self.daemonSets.kind.apiVersion, kind: Self.daemonSets.kind.kind, name: Self.daemonSet,
      uid: applied.metadata.uid, blockOwnerDeletion: false)
  }

  private func inherit(_ standIn: inout StandIn) async throws {
    do {
      for resource in try await client.list(ResourceSelection(ResourceView.resource), as: ResourceStatus.self) {
        standIn.inherit(resource.status, of: resource.metadata.name)
      }
    } catch let error as StatusError where error.reason == .notFound {
      throw SimulatorError.notServed(ResourceView.resource.qualifiedName)
    }
  }

  /// Pods of an earlier run: the trace begins anew.
  private func removeWorkload() async throws {
    let pods = ResourceSelection(
      PodView.resource, labels: LabelSelector(matchLabels: [StandIn.workloadLabel: "true"]))
    for pod in try await client.list(pods, as: MetadataOnly.self) {
      try await client.deleteAtOnce(PodView.resource, pod.key, uid: pod.metadata.uid)
    }
  }

  private func createNodes(_ standIn: StandIn) async throws {
    let present = Set(
      try await client.list(ResourceSelection(NodeView.resource), as: MetadataOnly.self).map(\.key.name))
    let missing = (0..<options.nodes).filter { !present.contains(StandIn.nodeName($0)) }
    guard !missing.isEmpty else { return }
    logger.info("creating nodes", ["count": "\(missing.count)"])
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (turn, number) in missing.enumerated() {
        if turn >= 16 { try await group.next() }
        let manifest = standIn.newNode(number)
        group.addTask { try await createIfMissing(NodeView.resource, namespace: nil, manifest) }
      }
      try await group.waitForAll()
    }
  }

  private func createIfMissing(_ resource: ResourceType, namespace: String?, _ manifest: JSONValue) async throws {
    do {
      _ = try await client.create(
        resource, namespace: namespace, manifest, fieldManager: Self.manager, as: MetadataOnly.self)
    } catch let error as StatusError where error.reason == .alreadyExists {}
  }

  private var configuration: JSONValue {
    let cluster = options.cluster
    var settings: JSONValue = [
      "version": "1", "max_pool_size": 5, "min_pool_size": 0, "security_groups": ["sg-of-today"],
      "vswitches": .object(
        Dictionary(
          uniqueKeysWithValues: cluster.vSwitchesByZone.map { ($0.zone, [.string($0.vSwitch)] as JSONValue) })),
    ]
    if cluster.ipam == .crd { settings["ipam_type"] = "crd" }
    return [
      "apiVersion": "v1", "kind": "ConfigMap",
      "metadata": ["name": "eni-config", "namespace": .string(Self.namespace)],
      "data": ["eni_conf": .string(settings.jsonText(pretty: true))],
    ]
  }

  private var daemonSetManifest: JSONValue {
    [
      "apiVersion": "apps/v1", "kind": "DaemonSet",
      "metadata": [
        "name": .string(Self.daemonSet), "namespace": .string(Self.namespace),
        "labels": JSONValue(StandIn.daemonLabels),
      ],
      "spec": [
        "selector": ["matchLabels": JSONValue(StandIn.daemonLabels)],
        "template": ["metadata": ["labels": JSONValue(StandIn.daemonLabels)], "spec": StandIn.daemonSpec],
      ],
    ]
  }
}

/// Why the simulator cannot play.
enum SimulatorError: Error, CustomStringConvertible {
  case notServed(String)
  case usage(String)

  var description: String {
    switch self {
    case .notServed(let resource):
      "the API server does not serve \(resource): apply hack/terway-simulator/crds first, or use --ipam legacy"
    case .usage(let reason): "\(reason); see terway-simulator --help"
    }
  }
}
