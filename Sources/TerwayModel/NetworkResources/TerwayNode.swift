import KubernetesModel
import Serialization

/// What we read of Terway's `Node` resource: what a node may have, what it was told, and what it has.
///
/// Of addresses only counts are kept, and a fingerprint of each pod that holds one: a cluster of 5,000 nodes has more than a
/// million addresses.
public struct TerwayNode: TypedObject, Hashable {
  public static let resource = ResourceType(
    "network.alibabacloud.com/v1beta1", "Node", plural: "nodes", namespaced: false)

  /// Without annotations but those of `keptAnnotations`.
  public var metadata = ObjectMeta()
  public var instanceType = ""
  /// Of the ECS instance.
  public var instanceID = ""
  public var zone = ""
  public var capacity = Capacity()
  public var configuration = Configuration()
  /// The band that the node works with.
  public var pool = Pool()
  /// How many ENIs of each kind Terway may attach.
  public var flavors: [Flavor] = []
  /// Sorted by id.
  public var interfaces: [Interface] = []
  /// Seconds since 1970; `nil` when it never happened.
  public var lastSync: Double?
  public var nextSync: Double?
  public var lastModified: Double?

  /// `spec.nodeCap`.
  public struct Capacity: Hashable, Sendable {
    /// ENIs, the primary one included.
    public var adapters = 0
    public var addressesPerAdapter = 0
    /// In Kbit/s, as Terway writes them; 0 = unknown.
    public var bandwidthReceive = 0
    public var bandwidthTransmit = 0
  }

  /// `spec.eni`.
  public struct Configuration: Hashable, Sendable {
    /// Sorted.
    public var securityGroups: [String] = []
    /// Sorted.
    public var vSwitches: [String] = []
    public var usesPrefixes = false
    public var usesTrunk = false
  }

  /// `spec.pool`; `nil` where it says nothing.
  public struct Pool: Hashable, Sendable {
    public var minimum: Int?
    public var maximum: Int?
    public var warmUp: Int?

    public init(minimum: Int? = nil, maximum: Int? = nil, warmUp: Int? = nil) {
      (self.minimum, self.maximum, self.warmUp) = (minimum, maximum, warmUp)
    }
  }

  /// An entry of `spec.flavor`.
  public struct Flavor: Hashable, Sendable {
    public var type = ""
    public var trafficMode = ""
    public var count = 0
  }

  /// An entry of `status.networkInterfaces`.
  public struct Interface: Hashable, Sendable {
    public var id = ""
    public var type = ""
    public var trafficMode = ""
    /// Terway's word for what the cloud says: `InUse`, `Attaching`, `Deleting` and others.
    public var status = ""
    public var vSwitch = ""
    /// Of the vSwitch, such as `10.0.0.0/20`.
    public var cidr = ""
    /// Sorted.
    public var securityGroups: [String] = []
    /// Terway keeps it in sight and gives none of its addresses to new pods.
    public var isUnschedulable = false
    public var addresses = AddressCount()
    public var prefixes = 0
    /// A fingerprint of each pod that holds an address; see `PodFingerprint`.
    public var pods: [PodFingerprint] = []
    /// When Terway last found that the vSwitch had no address left, in seconds since 1970.
    public var insufficientIP: Double?
    /// When an operation in the cloud last failed.
    public var operationError: Double?
    /// Whether that was because the account had made too many calls.
    public var isThrottled = false

    public init() {}
  }

  /// IPv4 addresses of an interface.
  public struct AddressCount: Hashable, Sendable {
    /// `Valid`, whether a pod holds them or not.
    public var valid = 0
    /// Held by a pod, whatever their status.
    public var used = 0
    /// `Valid` and held by a pod.
    public var validUsed = 0
    /// The cloud does not know them any more.
    public var invalid = 0
    /// About to be given back.
    public var deleting = 0

    public init(valid: Int = 0, used: Int = 0, validUsed: Int = 0, invalid: Int = 0, deleting: Int = 0) {
      (self.valid, self.used, self.validUsed) = (valid, used, validUsed)
      (self.invalid, self.deleting) = (invalid, deleting)
    }

    /// `Valid` and free.
    public var idle: Int { valid - validUsed }
  }

  public init() {}
}

/// Tells pods apart by 64 bits of their uid; of a million pods two share one with a probability of one in ten million.
public struct PodFingerprint: Hashable, Sendable {
  public let bits: UInt64

  /// FNV-1a over the uid.
  public init(uid: String) {
    bits = uid.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
  }
}
