import EniScaling
import KubernetesModel
import Serialization
import TerwayModel

/// A snapshot, and what checks look up in it again and again.
struct Examination {
  let snapshot: ClusterSnapshot
  let now: Double
  let nodes: [String: ClusterNode]
  let resources: [String: TerwayNode]
  /// Names of nodes by their ECS instance.
  let nodesByInstance: [String: String]
  let podsByNode: [String: [ClusterPod]]
  let podsByKey: [ObjectKey: ClusterPod]
  /// Of Terway, by the node.
  let daemons: [String: [TerwayPod]]
  /// Where pods of Terway are.
  let nodesOfTerway: [ObjectKey: String]
  /// Of events about a pod.
  let eventReasons: [ObjectKey: Set<String>]

  init(_ snapshot: ClusterSnapshot) {
    self.snapshot = snapshot
    now = snapshot.now
    nodes = Dictionary(snapshot.nodes.elements.map { ($0.metadata.name, $0) }) { $1 }
    resources = Dictionary(snapshot.resources.elements.map { ($0.metadata.name, $0) }) { $1 }
    nodesByInstance = Dictionary(
      snapshot.resources.elements.filter { !$0.instanceID.isEmpty }.map { ($0.instanceID, $0.metadata.name) }
    ) { $1 }
    let pods = snapshot.pods.elements
    podsByNode = Dictionary(grouping: pods, by: \.node)
    podsByKey = Dictionary(pods.map { ($0.key, $0) }) { $1 }
    daemons = Dictionary(grouping: snapshot.terwayPods.elements.filter { $0.role == .daemon }, by: \.node)
    nodesOfTerway = Dictionary(snapshot.terwayPods.elements.map { ($0.key, $0.node) }) { $1 }
    eventReasons = Dictionary(snapshot.events.elements.filter { $0.kind == "Pod" }.map { ($0.key, [$0.reason]) }) {
      $0.union($1)
    }
  }

  var since: Double { now - snapshot.scope.since }

  // MARK: Configuration

  static let namespace = TerwayConfigMap.namespace
  static let base = TerwayConfigMap.base.name

  /// The cluster's; `nil` where it is not known or cannot be read.
  var base: EniConfiguration? { snapshot.configurations.value?[Self.base]?.configuration }

  /// That of a node's own ConfigMap.
  func own(_ node: ClusterNode) -> EniConfiguration? {
    node.configurationName.flatMap { snapshot.configurations.value?[$0]?.configuration }
  }

  func mode(_ node: ClusterNode) -> NodeMode {
    NodeMode(node, resource: resources[node.metadata.name], base: base, own: own(node))
  }

  /// True where the controlplane owns the pools.
  var isCentral: Bool { base?.content["ipam_type"]?.string == "crd" }

  /// The zone of a node; empty where nobody says.
  func zone(_ node: ClusterNode) -> String {
    let labels = node.metadata.labels
    return labels["topology.kubernetes.io/zone"] ?? labels["failure-domain.beta.kubernetes.io/zone"]
      ?? resources[node.metadata.name]?.zone ?? ""
  }

  // MARK: Names

  static func configMap(_ name: String) -> String { "ConfigMap \(namespace)/\(name)" }
  static func resource(_ node: String) -> String { "Node.network.alibabacloud.com \(node)" }
  static func vSwitch(_ id: String) -> String { "VSwitch \(id)" }
  static let cloud = "cloud API"

  /// Whether a pod is there and still without an address.
  func isWaiting(_ key: ObjectKey) -> Bool {
    guard let pod = podsByKey[key] else { return false }
    return pod.isAlive && !pod.hasAddress && !pod.usesHostNetwork && pod.metadata.deletionTimestamp == nil
  }
}
