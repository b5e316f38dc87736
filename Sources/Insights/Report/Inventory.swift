import KubernetesModel
import TerwayModel

/// What there is, in numbers.
struct Inventory: Hashable, Sendable {
  struct Node: Hashable, Sendable {
    var name: String
    var zone: String
    var instanceType: String
    var enis: Int
    var eniLimit: Int
    /// Addresses that pods hold.
    var used: Int
    /// Held, whether used or not.
    var held: Int
    /// The most that the node can have; 0 = unknown.
    var limit: Int
  }

  /// By name.
  var nodes: [Node]
  var images: [String]
  var vSwitches: [String]
  var securityGroups: [String]

  init(_ snapshot: ClusterSnapshot) {
    let kubernetes = Dictionary(snapshot.nodes.elements.map { ($0.metadata.name, $0) }) { $1 }
    let resources = snapshot.resources.elements
    nodes = resources.map { resource in
      let interfaces = resource.podInterfaces
      return Node(
        name: resource.metadata.name, zone: resource.zone, instanceType: resource.instanceType,
        enis: interfaces.count, eniLimit: resource.eniLimit,
        used: interfaces.reduce(0) { $0 + $1.addresses.used },
        held: interfaces.reduce(0) { $0 + $1.heldAddresses },
        limit: resource.addressLimit(maxAvailable: kubernetes[resource.metadata.name]?.maxAvailableIPs))
    }.sorted { $0.name < $1.name }
    images = Set(snapshot.terwayPods.elements.flatMap { $0.containers.map(\.image) }).subtracting([""]).sorted()
    vSwitches = Set(resources.flatMap { $0.configuration.vSwitches + $0.interfaces.map(\.vSwitch) }).subtracting([""])
      .sorted()
    securityGroups = Set(
      resources.flatMap { $0.configuration.securityGroups + $0.interfaces.flatMap(\.securityGroups) }
    ).sorted()
  }

  var used: Int { nodes.reduce(0) { $0 + $1.used } }
  var held: Int { nodes.reduce(0) { $0 + $1.held } }
  var limit: Int { nodes.reduce(0) { $0 + $1.limit } }
}
