import ControllerRuntime
import EniScaling
import HTTPTransport
import Insights
import KubernetesClient
import KubernetesModel
import TerwayModel

/// What the API server says of nodes: what they have and can have.
struct ClusterCapacity: Sendable {
  /// Those that have a Terway Node resource, by name.
  private(set) var nodes: [CapacityNode] = []
  /// By id.
  private(set) var vSwitches: [String: VSwitch] = [:]
  /// How many nodes are not among them, by the reason.
  private var leftOut: [String: Int] = [:]
  /// What could not be read.
  private(set) var unknown: [String] = []

  struct VSwitch: Sendable {
    var zone = ""
    /// Nodes with an ENI in it.
    var nodes = 0
    /// Addresses that these ENIs hold.
    var used = 0
    /// Addresses that can be handed out; `nil` where the CIDR is not known.
    var size: Int?
  }

  /// - Throws: when Terway's Node resources cannot be read; without anything else it goes on.
  static func read(_ client: KubernetesClient) async throws -> ClusterCapacity {
    var cluster = ClusterCapacity()
    var kubernetesNodes: [String: ClusterNode] = [:]
    do {
      try await client.forEach(of: ResourceSelection(ClusterNode.resource), .cached, as: ClusterNode.self) {
        kubernetesNodes[$0.metadata.name] = $0
      }
    } catch let error as StatusError {
      cluster.unknown.append("how many pods kubelets take: \(error)")
    }
    let policies = await cluster.policies(client)
    // One by one: of a resource with thousands of addresses a few numbers are kept.
    try await client.forEach(of: ResourceSelection(TerwayNode.resource), .cached, as: TerwayNode.self) { resource in
      let node = kubernetesNodes[resource.metadata.name]
      cluster.add(resource, node, maxENIs: policies(node?.metadata.labels ?? [:]))
    }
    cluster.finish()
    return cluster
  }

  /// Of what was read for a diagnosis.
  init(_ snapshot: ClusterSnapshot, _ policies: Collected<[EniAutoscalePolicy]>) {
    let nodes = Dictionary(snapshot.nodes.elements.map { ($0.metadata.name, $0) }) { $1 }
    if let reason = snapshot.nodes.reason { unknown.append("how many pods kubelets take: \(reason)") }
    if let reason = policies.reason { unknown.append("the most ENIs that policies allow: \(reason)") }
    let limits = Self.limits(policies.elements)
    for resource in snapshot.resources.elements {
      let node = nodes[resource.metadata.name]
      add(resource, node, maxENIs: limits(node?.metadata.labels ?? [:]))
    }
    finish()
  }

  private init() {}

  private mutating func finish() {
    nodes.sort { $0.name < $1.name }
    for (reason, count) in leftOut.sorted(by: { $0.key < $1.key }) {
      unknown.append("\(count) nodes are left out: \(reason)")
    }
  }

  private mutating func add(_ resource: TerwayNode, _ node: ClusterNode?, maxENIs: Int?) {
    if let reason = Self.reasonToLeaveOut(resource, node) {
      leftOut[reason, default: 0] += 1
    } else {
      addNode(resource, node, maxENIs: maxENIs)
    }
    for (id, interfaces) in Dictionary(grouping: resource.interfaces.filter { !$0.vSwitch.isEmpty }, by: \.vSwitch) {
      var vSwitch = vSwitches[id] ?? VSwitch(zone: resource.zone)
      vSwitch.nodes += 1
      vSwitch.used += interfaces.reduce(0) { $0 + $1.heldAddresses }
      vSwitch.size = vSwitch.size ?? interfaces.lazy.compactMap(\.vSwitchSize).first
      vSwitches[id] = vSwitch
    }
  }

  /// Where a pod does not take one address of a shared ENI.
  private static func reasonToLeaveOut(_ resource: TerwayNode, _ node: ClusterNode?) -> String? {
    if resource.configuration.usesPrefixes { return "they assign prefixes, not addresses" }
    return node?.isExclusive == true ? "each of their pods has an ENI of its own" : nil
  }

  private mutating func addNode(_ resource: TerwayNode, _ node: ClusterNode?, maxENIs: Int?) {
    var capacity = CapacityNode(resource, node)
    capacity.maxENIs = maxENIs
    nodes.append(capacity)
  }

  /// The most ENIs that the policy of a node with certain labels allows; `nil` = none has it.
  private mutating func policies(_ client: KubernetesClient) async -> ([String: String]) -> Int? {
    var policies: [EniAutoscalePolicy] = []
    do {
      policies = try await client.list(ResourceSelection(EniAutoscalePolicy.resource), as: EniAutoscalePolicy.self)
    } catch let error as StatusError where error.reason == .notFound {
      // Nobody who has not installed the operator has policies.
    } catch {
      unknown.append("the most ENIs that policies allow: \(error)")
    }
    return Self.limits(policies)
  }

  private static func limits(_ policies: [EniAutoscalePolicy]) -> ([String: String]) -> Int? {
    var most: [String: Int] = [:]
    var claims: [PolicyAssignment.Claim] = []
    for policy in policies {
      guard case .success(let spec) = policy.spec() else { continue }
      most[policy.metadata.name] = spec.maxENIs
      claims.append(
        .init(policy: policy.metadata.name, priority: spec.priority, selector: spec.nodeSelector.labelSelector))
    }
    let assignment = PolicyAssignment(claims)
    return { [most] labels in
      guard case .policy(let name) = assignment.outcome(for: labels) else { return nil }
      return most[name]
    }
  }
}
