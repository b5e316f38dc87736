import EniScaling

/// Terway's controlplane in CRD mode (`multi-ip-node`), steered by its band of idle addresses.
///
/// - Growth happens whenever something changes; `demand = pods + max(0, minPool + pods − idle)`, where `pods` are those that
///   local addresses did not suffice for. They count twice: 2 pods at idle 2 and a minimum of 5 ask for 7, where 5 would do.
/// - Release happens at the pool sync, every 2 minutes: `idle − maxPool`.
/// - `min > max` is not clamped: the pool then swings between the two.
public struct TerwayControlplane: PoolController {
  public static let actuation = Actuation(addressesPerCall: 10, isSerial: false, exhaustionPause: 1200)
  /// In seconds.
  static let syncPeriod = 120.0
  /// From an event at the API server to the controller's look, in seconds.
  static let noticeDelay = 1.0

  public private(set) var minPool: Int
  public private(set) var maxPool: Int
  /// When the next sync is due; infinite = when there is something to release, at the node's next turn.
  private var nextSync = Double.infinity
  private var phase = 0.0

  /// Takes what a person may have written, a minimum above the maximum included.
  public init(minPool: Int, maxPool: Int) {
    self.minPool = minPool
    self.maxPool = maxPool
  }

  public func noticeTime(_ now: Double) -> Double { now + Self.noticeDelay }

  /// Addresses to ask for, those on their way not yet taken off.
  public static func demand(waiting: Int, idle: Int, minPool: Int) -> Int {
    waiting + max(0, minPool + waiting - idle)
  }

  public mutating func check(_ pool: PoolState, at now: Double) -> PoolDecision {
    let demand = Self.demand(waiting: pool.waiting, idle: pool.idle, minPool: minPool)
    var decision = PoolDecision(grow: max(0, demand - pool.arriving))
    guard pool.idle > maxPool else {
      nextSync = .infinity
      return decision
    }
    if now >= nextSync {
      decision.release = pool.idle - maxPool
      nextSync = .infinity
    } else if nextSync == .infinity {
      nextSync = nextTurn(after: now - phase, every: Self.syncPeriod) + phase
    }
    decision.nextCheck = nextSync.isFinite ? nextSync : nil
    return decision
  }

  public mutating func settle(on node: Int) {
    // The golden ratio deals phases evenly, however many nodes there are.
    phase = Self.syncPeriod * (Double(node) * 0.618_033_988_75).truncatingRemainder(dividingBy: 1)
  }

  public mutating func setBand(_ band: PoolBand, at now: Double) { (minPool, maxPool) = (band.min, band.max) }
}
