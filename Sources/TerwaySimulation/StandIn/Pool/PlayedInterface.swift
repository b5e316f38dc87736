/// An ENI for pods, as Terway's Node resource has it.
public struct PlayedInterface: Hashable, Sendable {
  enum Status: String, Hashable, Sendable { case attaching = "Attaching", inUse = "InUse", deleting = "Deleting" }

  var id: String
  var status = Status.inUse
  var securityGroups: [String] = []
  /// In the order in which they came; the first one is the primary address, which goes with the ENI only.
  var addresses: [PlayedAddress] = []
  var insufficientIP: Condition?
  var operationError: Condition?

  struct Condition: Hashable, Sendable {
    var message: String
    /// In played seconds.
    var at: Double
  }

  var idle: Int { status == .inUse ? addresses.count { $0.isIdle } : 0 }
  var used: Int { addresses.count { $0.pod != nil } }
}

/// An address of an ENI.
struct PlayedAddress: Hashable, Sendable {
  enum Status: String, Hashable, Sendable { case valid = "Valid", invalid = "Invalid", deleting = "Deleting" }

  struct Pod: Hashable, Sendable {
    /// `namespace/name`.
    var id: String
    var uid: String
  }

  var ip: IPv4Address
  var status = Status.valid
  var pod: Pod?

  var isIdle: Bool { pod == nil && status == .valid }
}

/// What Terway's Node resource says in its status. Times are played ones.
public struct PlayedStatus: Hashable, Sendable {
  var interfaces: [PlayedInterface] = []
  var lastSync: Double?
  var nextSync: Double?

  /// Of a resource that was made a moment ago: it says nothing.
  public init() {}
}
