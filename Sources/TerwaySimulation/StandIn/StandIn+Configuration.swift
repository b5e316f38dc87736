extension StandIn {
  /// The cluster that is played.
  public struct Configuration: Hashable, Sendable {
    public var ipam = IPAM.crd
    public var region = "cn-hangzhou"
    public var instanceType = "ecs.g7.4xlarge"
    /// ENIs that an instance takes, the primary one included, which carries no pods.
    public var adapters = 8
    /// Private IPv4 addresses that an ENI takes.
    public var addressesPerAdapter = 30
    /// Each has a vSwitch. Nodes are dealt to them in turn.
    public var zones = 3
    /// Of a vSwitch's CIDR: 12 to 29. A short vSwitch runs out by itself.
    public var vSwitchPrefix = 12
    public var cloud = CloudConfiguration()
    /// Everything random follows from it.
    public var seed: UInt64 = 1

    public init() {}

    /// ENIs of a node that carry pods.
    var podInterfaces: Int { max(0, adapters - 1) }
    /// Addresses for pods that a node can have.
    var addressesPerNode: Int { podInterfaces * addressesPerAdapter }

    /// `cn-hangzhou-h` and the letters that follow.
    func zone(_ number: Int) -> String {
      "\(region)-\(Character(Unicode.Scalar(UInt8(ascii: "h") + UInt8(number % zones))))"
    }

    /// The vSwitch of each zone, as `eni_conf` names them.
    public var vSwitchesByZone: [(zone: String, vSwitch: String)] { (0..<zones).map { (zone($0), vSwitch($0)) } }

    func vSwitch(_ zone: Int) -> String { "vsw-bp1\(Identifier.hex(UInt64(100 + zone), 14))" }
  }

  /// Who owns the pools of addresses, as `ipam_type` in `eni_conf` says.
  public enum IPAM: String, Hashable, Sendable, CaseIterable {
    /// The controlplane, by the Node resource.
    case crd
    /// Each daemon, invisibly; there is no Node resource.
    case legacy
  }
}

/// Identifiers that look like the cloud's.
enum Identifier {
  static func hex(_ value: UInt64, _ digits: Int) -> String {
    let text = String(value, radix: 16)
    return String(repeating: "0", count: max(0, digits - text.count)) + text
  }
}
