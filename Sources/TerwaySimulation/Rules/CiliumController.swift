/// Cilium's operator IPAM for Alibaba Cloud: `preAllocate` addresses stay idle.
public struct CiliumController: PoolController {
  public static let actuation = Actuation(exhaustionPause: 60)
  /// The least time between two passes over a node, in seconds.
  static let passPeriod = 1.0
  /// Until an excess is given back, in seconds. The handshake with the agent (marked, ready, released, done) is within it.
  static let releaseDelay = 180.0

  private let preAllocate: Int
  private let minAllocate: Int
  private let maxAboveWatermark: Int
  private let releases: Bool
  private var excessSince: Double?

  public init(preAllocate: Int = 8, minAllocate: Int = 0, maxAboveWatermark: Int = 0, releases: Bool) {
    self.preAllocate = preAllocate
    self.minAllocate = minAllocate
    self.maxAboveWatermark = maxAboveWatermark
    self.releases = releases
  }

  public func noticeTime(_ now: Double) -> Double { now + Self.passPeriod }

  /// `clamp(max(pre − (available − used), minAlloc − available), 0, maxAlloc − available)`, where `available` counts the
  /// used ones too.
  public static func needed(pre: Int, minAllocate: Int, maxAllocate: Int, available: Int, used: Int) -> Int {
    min(max(max(pre - (available - used), minAllocate - available), 0), max(0, maxAllocate - available))
  }

  /// `needed + max(0, pendingPods − needed)`: what the surge allocation adds up to.
  public static func surge(needed: Int, pendingPods: Int) -> Int { needed + max(0, pendingPods - needed) }

  /// `max(0, available − used − pre − maxAboveWatermark)`.
  public static func excess(pre: Int, maxAboveWatermark: Int, available: Int, used: Int) -> Int {
    max(0, available - used - pre - maxAboveWatermark)
  }

  public mutating func check(_ pool: PoolState, at now: Double) -> PoolDecision {
    let available = pool.used + pool.idle + pool.arriving
    let needed = Self.needed(
      pre: preAllocate, minAllocate: minAllocate, maxAllocate: pool.capacity, available: available, used: pool.used)
    let grow = Self.surge(needed: needed, pendingPods: max(0, pool.waiting - pool.idle - pool.arriving))
    if grow > 0 {
      excessSince = nil
      return PoolDecision(grow: grow)
    }
    let excess = Self.excess(
      pre: preAllocate, maxAboveWatermark: maxAboveWatermark, available: pool.used + pool.idle, used: pool.used)
    guard releases, excess > 0 else {
      excessSince = nil
      return PoolDecision()
    }
    let since = excessSince ?? now
    excessSince = since
    guard now >= since + Self.releaseDelay else { return PoolDecision(nextCheck: since + Self.releaseDelay) }
    excessSince = nil
    return PoolDecision(release: excess)
  }
}
