import EniScaling
import TerwayModel

/// A node as planning sees it: what it has, and what it can have.
public struct CapacityNode: Hashable, Sendable {
  public var name: String
  public var zone: String
  /// Nodes of a type are alike: they are a node group.
  public var instanceType: String
  /// Addresses that pods hold.
  public var used: Int
  public var limits: InstanceLimits
  /// Pods that the kubelet takes; `nil` = not known.
  public var allocatablePods: Int?
  /// The most ENIs that its policy allows, the primary one included; `nil` = no policy has it.
  public var maxENIs: Int?

  public init(name: String, zone: String, instanceType: String, used: Int, limits: InstanceLimits) {
    (self.name, self.zone, self.instanceType) = (name, zone, instanceType)
    (self.used, self.limits) = (used, limits)
  }

  /// - Parameter node: the Kubernetes Node of the same name; `nil` = it could not be read.
  public init(_ resource: TerwayNode, _ node: ClusterNode?) {
    self.init(
      name: resource.metadata.name, zone: resource.zone, instanceType: resource.instanceType,
      used: resource.podInterfaces.reduce(0) { $0 + $1.addresses.used },
      limits: InstanceLimits(resource, node))
    allocatablePods = node?.allocatablePods
  }
}

/// What bounds the pods of a node.
public enum CapacityBound: String, Hashable, Sendable, CaseIterable {
  /// The ENIs and addresses that the instance type can have.
  case instance
  /// The most ENIs that the policy allows.
  case maxENIs = "max-enis"
  /// The pods that the kubelet takes.
  case pods
  /// The addresses of the vSwitch.
  case vSwitch = "vswitch"
  /// One thing on some nodes, another on others.
  case mixed
}

/// How many pods with addresses something takes, and why no more.
public struct Capacity: Hashable, Sendable {
  /// Pods with addresses.
  public var pods: Int
  public var bound: CapacityBound
  /// Addresses with as many ENIs as the policy allows, whatever the kubelet takes.
  public var atMaxENIs: Int

  public init(pods: Int, bound: CapacityBound, atMaxENIs: Int) {
    (self.pods, self.bound, self.atMaxENIs) = (pods, bound, atMaxENIs)
  }

  /// What several have together.
  init(_ parts: [Capacity]) {
    let bounds = Set(parts.map(\.bound))
    self.init(
      pods: parts.reduce(0) { $0 + $1.pods }, bound: bounds.count == 1 ? bounds.first ?? .mixed : .mixed,
      atMaxENIs: parts.reduce(0) { $0 + $1.atMaxENIs })
  }
}

/// What is taken for given, or tried, in place of what the cluster says.
public struct CapacityAssumptions: Hashable, Sendable {
  /// Demand beyond the forecast, as a share: 0.3 is 30 % more.
  public var growth = 0.0
  /// Pods that the kubelet of each node takes.
  public var podsPerNode: Int?
  /// ENIs of each instance, the primary one included.
  public var adapters: Int?
  public var ipsPerENI: Int?
  /// The most ENIs of a node, the primary one included.
  public var maxENIs: Int?

  public init() {}

  /// The limits of a node under these assumptions.
  public func limits(of node: CapacityNode) -> InstanceLimits {
    var limits = node.limits
    guard adapters != nil || ipsPerENI != nil else { return limits }
    // What the cluster says of the present instance does not hold for another.
    limits = InstanceLimits(adapters: adapters ?? limits.adapters, ipsPerENI: ipsPerENI ?? limits.ipsPerENI)
    return limits
  }

  /// `nil` where the limits of the instance are not known.
  public func capacity(of node: CapacityNode) -> Capacity? {
    let limits = limits(of: node)
    // Beyond these bounds it is no instance, and products overflow.
    guard (1...1024).contains(limits.adapters), (1...4096).contains(limits.ipsPerENI), limits.addresses >= 0 else {
      return nil
    }
    let most = (maxENIs ?? node.maxENIs).map { max(0, $0 - 1) * limits.ipsPerENI } ?? .max
    let atMax = min(limits.addresses, most)
    let pods = max(0, podsPerNode ?? node.allocatablePods ?? .max)
    let bound: CapacityBound = pods < atMax ? .pods : most < limits.addresses ? .maxENIs : .instance
    return Capacity(pods: min(atMax, pods), bound: bound, atMaxENIs: atMax)
  }
}
