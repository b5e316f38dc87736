extension TerwayNode {
  /// Interfaces for pods: the primary one carries the host's own traffic.
  public var podInterfaces: [Interface] { interfaces.filter { $0.type != "Primary" } }

  /// ENIs for pods that the instance type and the flavors allow.
  public var eniLimit: Int {
    let allowed = max(0, capacity.adapters - 1)
    let wanted = flavors.reduce(0) { $0 + max(0, $1.count) }
    return flavors.isEmpty ? allowed : min(allowed, wanted)
  }

  /// Addresses for pods with all those ENIs: `(EniQuantity − 1) × EniPrivateIpAddressQuantity`, unless the node's annotation
  /// `k8s.aliyun.com/max-available-ip` says less.
  public func addressLimit(maxAvailable: Int?) -> Int {
    min(eniLimit * max(0, capacity.addressesPerAdapter), maxAvailable ?? .max)
  }

  /// Interfaces whose security groups are not those that new ones get. None while no group is configured.
  public var driftedInterfaces: [Interface] {
    guard !configuration.securityGroups.isEmpty else { return [] }
    return podInterfaces.filter { $0.securityGroups != configuration.securityGroups && !$0.securityGroups.isEmpty }
  }
}

extension TerwayNode.Interface {
  /// True where new pods may get an address.
  public var isUsable: Bool { status == "InUse" && !isUnschedulable }

  /// Addresses that serve pods now or could: all valid ones of a usable interface, of others those that pods still hold.
  public var servingAddresses: Int { isUsable ? addresses.valid : addresses.validUsed }

  /// True in states that an interface passes through.
  public var isPassing: Bool { !status.isEmpty && status != "InUse" }

  /// For how long Terway leaves a vSwitch alone that had no address, in seconds.
  public static let vSwitchBlock = 1200.0

  /// When Terway asks a vSwitch again that had no address, in seconds since 1970; `nil` where it had some.
  public var vSwitchBlockedUntil: Double? { insufficientIP.map { $0 + Self.vSwitchBlock } }

  /// - Parameter now: seconds since 1970.
  public func isVSwitchBlocked(at now: Double) -> Bool { vSwitchBlockedUntil.map { $0 > now } ?? false }

  /// The next whole minute after the cloud refused a call because there were too many, in seconds since 1970: until then it
  /// refuses all; `nil` where it did not.
  public var throttledUntil: Double? {
    isThrottled ? operationError.map { (($0 / 60).rounded(.down) + 1) * 60 } : nil
  }

  /// All addresses that it takes from its vSwitch.
  public var heldAddresses: Int { addresses.valid + addresses.invalid + addresses.deleting }

  /// How many addresses the vSwitch can hand out: all but the first and the last three, which the cloud keeps. `nil` when
  /// the CIDR is not known.
  public var vSwitchSize: Int? {
    guard let slash = cidr.lastIndex(of: "/"), let length = Int(cidr[cidr.index(after: slash)...]),
      (8...29).contains(length)
    else { return nil }
    return (1 << (32 - length)) - 4
  }
}
