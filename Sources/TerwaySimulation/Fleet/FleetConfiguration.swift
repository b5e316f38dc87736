/// The nodes of a simulation, all of one instance type.
public struct FleetConfiguration: Hashable, Sendable {
  public var nodes = 64
  /// Private IPv4 addresses that an ENI of the instance type takes.
  public var ipsPerENI = 30
  /// ENIs that the instance type takes, the primary one included, which carries no pods.
  public var adapters = 8
  /// Pods of every node that use its own address, such as kube-proxy and Terway itself. They count towards the node's
  /// limit of pods, which is as large as the number of its addresses.
  public var hostNetworkPods = 10
  public var placement = Placement.spread
  /// Nodes are dealt to zones in turn; each zone has a vSwitch.
  public var zones = 3

  public init() {}

  /// ENIs of a node that carry pods.
  public var podENIs: Int { max(0, adapters - 1) }
  /// Addresses that a node can have: `(EniQuantity − 1) × EniPrivateIpAddressQuantity`.
  public var addressesPerNode: Int { podENIs * ipsPerENI }
  /// Pods with an address of their own that the scheduler puts on a node at most.
  public var podsPerNode: Int { max(1, addressesPerNode - hostNetworkPods) }
}

/// How the scheduler chooses a node for a pod.
public enum Placement: String, Hashable, Sendable, CaseIterable {
  /// The node with the fewest pods (kube-scheduler's `LeastAllocated`, its default).
  case spread
  /// The fullest node that still has room (kube-scheduler's `MostAllocated`).
  case pack
  /// Any node that has room.
  case random
  /// The zone with the fewest pods of the pod's group, and in it the node with the fewest pods (topology spread).
  case zoneAware = "zone-aware"
  /// The node that the pod's group stands for, or the emptiest while that one is full: demand as each node had it.
  case pinned
}
