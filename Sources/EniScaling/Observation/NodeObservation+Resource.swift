import TerwayModel

extension NodeObservation {
  /// What Terway's Node resource, the Kubernetes Node and the pods on it come to.
  ///
  /// - Parameters:
  ///   - pods: on the node.
  ///   - age: of what the resource says, in seconds; `nil` = nothing is known.
  ///   - podsAge: of what is known of pods.
  ///   - now: seconds since 1970.
  public init(
    _ resource: TerwayNode, _ node: ClusterNode, pods: [ClusterPod], age: Double?, podsAge: Double?, now: Double
  ) {
    let interfaces = resource.podInterfaces
    self.init(
      name: node.metadata.name, used: interfaces.reduce(0) { $0 + $1.addresses.used },
      idle: interfaces.reduce(0) { $0 + ($1.isUsable ? $1.addresses.idle : 0) },
      limits: InstanceLimits(resource, node))
    invalid = interfaces.reduce(0) { $0 + $1.addresses.invalid }
    deleting = interfaces.reduce(0) { $0 + $1.addresses.deleting }
    for interface in interfaces {
      switch interface.status {
      case "InUse": enis.inUse += 1
      case "Deleting", "Detaching": enis.deleting += 1
      default:
        enis.attaching += 1
        arriving += interface.addresses.idle
      }
    }
    if interfaces.contains(where: { $0.isVSwitchBlocked(at: now) }) { vSwitch = .exhausted }
    let alive = pods.filter(\.isAlive)
    waitingPods = alive.count { !$0.usesHostNetwork && !$0.hasAddress }
    podHeadroom = node.isUnschedulable ? 0 : node.allocatablePods.map { max(0, $0 - alive.count) }
    (self.age, self.podsAge) = (age, podsAge)
    if let minimum = resource.pool.minimum, let maximum = resource.pool.maximum {
      band = PoolBand(min: minimum, max: maximum)
    }
  }
}

extension InstanceLimits {
  /// - Parameter node: the Kubernetes Node of the same name; `nil` = not known.
  public init(_ resource: TerwayNode, _ node: ClusterNode?) {
    let flavors = resource.flavors.reduce(0) { $0 + max(0, $1.count) }
    self.init(
      adapters: resource.capacity.adapters, ipsPerENI: resource.capacity.addressesPerAdapter,
      flavorENIs: resource.flavors.isEmpty ? nil : flavors, maxAvailableIPs: node?.maxAvailableIPs)
  }
}
