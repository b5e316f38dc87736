/// A node of a simulation with its pool of addresses.
struct SimulatedNode: Sendable {
  let zone: Int
  let ipsPerENI: Int
  var enis: [SimulatedENI]
  /// Slots of the pods that wait for an address, first come first.
  var waiting: [Int] = []
  var used = 0
  var idle = 0
  var cooling = 0
  var arriving = 0
  var attachedENIs = 0
  /// Operations of the cloud that are under way.
  var operations = 0
  /// When the pool controller looks next; infinite = when something happens.
  var checkTime = Double.infinity
  /// Of the last action: 1 = growth, −1 = release, 0 = none yet.
  var lastDirection: Int8 = 0
  /// How long the last growth took, in seconds; `nil` = none since it was last asked for.
  var leadTime: Double?

  init(zone: Int, podENIs: Int, ipsPerENI: Int) {
    self.zone = zone
    self.ipsPerENI = ipsPerENI
    enis = [SimulatedENI](repeating: SimulatedENI(state: .detaching), count: podENIs)
  }

  /// Free places for ENIs. One is free when it is detached with nothing under way.
  func isFree(_ eni: Int) -> Bool { enis[eni].state == .detaching && enis[eni].arriving == 0 }

  var pool: PoolState {
    var room = 0
    var places = 0
    for (index, eni) in enis.enumerated() {
      if eni.state == .inUse { room += ipsPerENI - eni.held }
      if isFree(index) { places += 1 }
    }
    return PoolState(
      used: used, idle: idle, cooling: cooling, arriving: arriving, waiting: waiting.count, enis: attachedENIs,
      freePlaces: places, room: room, ipsPerENI: ipsPerENI)
  }

  /// Gives a pod the first idle address, so that the last ENIs empty first; the ENI, or `nil` when there is none.
  mutating func takeAddress() -> Int? {
    guard idle > 0, let eni = enis.firstIndex(where: { $0.idle > 0 }) else { return nil }
    enis[eni].used += 1
    used += 1
    idle -= 1
    return eni
  }
}

/// What a pool controller sees of its node.
public struct PoolState: Hashable, Sendable {
  /// Addresses with pods.
  public var used: Int
  /// Addresses that a pod can have at once.
  public var idle: Int
  /// Addresses that were freed a moment ago and cannot be used yet.
  public var cooling: Int
  /// Addresses that calls under way will bring.
  public var arriving: Int
  /// Pods without an address.
  public var waiting: Int
  /// ENIs that are attached or attaching.
  public var enis: Int
  /// ENIs that could still be attached.
  public var freePlaces: Int
  /// Addresses that the attached ENIs could still take.
  public var room: Int
  public var ipsPerENI: Int

  public init(
    used: Int = 0, idle: Int = 0, cooling: Int = 0, arriving: Int = 0, waiting: Int = 0, enis: Int = 0,
    freePlaces: Int = 0, room: Int = 0, ipsPerENI: Int = 30
  ) {
    self.used = used
    self.idle = idle
    self.cooling = cooling
    self.arriving = arriving
    self.waiting = waiting
    self.enis = enis
    self.freePlaces = freePlaces
    self.room = room
    self.ipsPerENI = ipsPerENI
  }

  /// Every address of the node, those that are about to come included.
  public var total: Int { used + idle + cooling + arriving }
  /// Addresses that the node can have at most.
  public var capacity: Int { total + headroom }
  /// Addresses that can still be added.
  public var headroom: Int { room + freePlaces * ipsPerENI }
}
