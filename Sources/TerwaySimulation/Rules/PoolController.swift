import EniScaling

/// What keeps a node's pool of addresses at the size that its rule wants: a peer's agent, or Terway's controlplane.
///
/// A value for each node. It sees the pool, says what to do, and does nothing itself.
public protocol PoolController: Sendable {
  /// How its calls reach the cloud.
  static var actuation: Actuation { get }

  /// When it notices something that happens now, in seconds.
  func noticeTime(_ now: Double) -> Double

  /// Looks at the pool.
  mutating func check(_ pool: PoolState, at now: Double) -> PoolDecision

  /// Learns which of the nodes it is on, so that not all loops turn at the same time.
  mutating func settle(on node: Int)

  /// Takes a band of idle addresses; only Terway's controlplane has one.
  mutating func setBand(_ band: PoolBand, at now: Double)
}

extension PoolController {
  public mutating func settle(on node: Int) {}
  public mutating func setBand(_ band: PoolBand, at now: Double) {}
}

/// What a pool controller wants of the cloud.
public struct PoolDecision: Hashable, Sendable {
  /// Addresses to add; those on their way are not counted again.
  public var grow = 0
  /// Addresses to give back.
  public var release = 0
  /// Give back whole ENIs only.
  public var releasesWholeENIs = false
  /// When to look again even if nothing happens, in seconds; `nil` = not at all.
  public var nextCheck: Double?

  public init(grow: Int = 0, release: Int = 0, releasesWholeENIs: Bool = false, nextCheck: Double? = nil) {
    self.grow = grow
    self.release = release
    self.releasesWholeENIs = releasesWholeENIs
    self.nextCheck = nextCheck
  }
}

/// How a system turns its decisions into calls.
public struct Actuation: Hashable, Sendable {
  /// Addresses that one call adds or removes at most.
  public var addressesPerCall = Int.max
  /// New ENIs that are asked for in one look.
  public var newENIsPerCheck = 1
  /// The next call waits for the one before.
  public var isSerial = true
  /// A new ENI comes with all addresses it can have.
  public var fillsNewENIs = false
  /// How long an address that a pod gave back cannot be used, in seconds.
  public var cooldown = 0.0
  /// How long growth stops when the vSwitch has no addresses, in seconds.
  public var exhaustionPause = 60.0

  public init(
    addressesPerCall: Int = .max, newENIsPerCheck: Int = 1, isSerial: Bool = true, fillsNewENIs: Bool = false,
    cooldown: Double = 0, exhaustionPause: Double = 60
  ) {
    self.addressesPerCall = addressesPerCall
    self.newENIsPerCheck = newENIsPerCheck
    self.isSerial = isSerial
    self.fillsNewENIs = fillsNewENIs
    self.cooldown = cooldown
    self.exhaustionPause = exhaustionPause
  }
}

/// The next turn of a loop that runs at whole multiples of its period.
func nextTurn(after now: Double, every period: Double) -> Double { ((now / period).rounded(.down) + 1) * period }
