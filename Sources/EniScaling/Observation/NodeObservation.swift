/// What is known of a node in one round.
public struct NodeObservation: Hashable, Sendable {
  public var name: String
  /// Addresses with a pod.
  public var used: Int
  /// Addresses that a pod can have at once.
  public var idle: Int
  /// Addresses that the cloud does not know any more, or that are about to go. They serve nobody.
  public var invalid = 0
  public var deleting = 0
  /// Addresses that calls under way will bring, if it is known.
  public var arriving = 0
  /// ENIs of the Node resource, by state. The primary ENI carries no pods and is not among them.
  public var enis = ENICounts()
  public var limits: InstanceLimits
  public var vSwitch = VSwitchState.available
  /// Pods that are bound to the node and have no address.
  public var waitingPods = 0
  /// Pods that the scheduler can still place here: allocatable pods less those that are there. `nil` = unknown.
  public var podHeadroom: Int?
  /// Times that growth took since the last round, in seconds.
  public var leadTimes: [Double] = []
  /// Age of the addresses and ENIs, in seconds; `nil` = there are none.
  public var age: Double? = 0
  /// Age of what is known of pods, in seconds.
  public var podsAge: Double? = 0
  /// The band that the node works with; `nil` = not known.
  public var band: PoolBand?

  public init(name: String, used: Int, idle: Int, limits: InstanceLimits) {
    self.name = name
    self.used = used
    self.idle = idle
    self.limits = limits
  }

  /// Addresses that are needed now: those with pods, and one for each pod that waits.
  public var demand: Int { saturatingSum(used, waitingPods) }
  /// Addresses that pods have or can have, now or when calls under way have ended.
  public var total: Int { saturatingSum(used, saturatingSum(idle, arriving)) }

  public struct ENICounts: Hashable, Sendable {
    public var inUse: Int
    public var attaching: Int
    public var deleting: Int

    public init(inUse: Int = 0, attaching: Int = 0, deleting: Int = 0) {
      self.inUse = inUse
      self.attaching = attaching
      self.deleting = deleting
    }

    /// Those that carry pods, or will.
    public var held: Int { saturatingSum(inUse, attaching) }
  }

  public enum VSwitchState: Hashable, Sendable {
    case available
    /// It ran out of addresses, or is blocked for having done so.
    case exhausted
  }
}

/// What an instance can have at most.
public struct InstanceLimits: Hashable, Sendable {
  /// ENIs of the instance type, the primary one included.
  public var adapters: Int
  public var ipsPerENI: Int
  /// Σ `spec.flavor.count` of the Node resource: ENIs that Terway may attach; `nil` = unknown.
  public var flavorENIs: Int?
  /// Annotation `k8s.aliyun.com/max-available-ip`; `nil` = unknown.
  public var maxAvailableIPs: Int?

  public init(adapters: Int, ipsPerENI: Int, flavorENIs: Int? = nil, maxAvailableIPs: Int? = nil) {
    self.adapters = adapters
    self.ipsPerENI = ipsPerENI
    self.flavorENIs = flavorENIs
    self.maxAvailableIPs = maxAvailableIPs
  }

  /// ENIs for pods.
  public var podENIs: Int { min(max(0, adapters - 1), flavorENIs ?? .max) }
  /// Addresses for pods: `(EniQuantity − 1) × EniPrivateIpAddressQuantity`, or what the annotation says if that is less.
  public var addresses: Int { min(podENIs * ipsPerENI, maxAvailableIPs ?? .max) }
}

/// What is observed may be absurd, and must not end the process before it is found to be.
private func saturatingSum(_ left: Int, _ right: Int) -> Int {
  let (sum, overflows) = left.addingReportingOverflow(right)
  return overflows ? (left > 0 ? .max : .min) : sum
}
