/// AWS VPC CNI (`ipamd`) with `WARM_IP_TARGET` and `MINIMUM_IP_TARGET`: a loop of 5 s.
public struct WarmIPController: PoolController {
  public static let actuation = Actuation(cooldown: 60, exhaustionPause: 120)
  static let loop = 5.0
  static let shrinkPeriod = 30.0

  private let warm: Int
  private let minimum: Int
  private var lastShrink = -Double.infinity

  public init(warm: Int, minimum: Int = 0) {
    self.warm = warm
    self.minimum = minimum
  }

  public func noticeTime(_ now: Double) -> Double { nextTurn(after: now, every: Self.loop) }

  /// `max(max(W − available, 0), M − total)`.
  public static func short(warm: Int, minimum: Int, available: Int, total: Int) -> Int {
    max(max(warm - available, 0), minimum - total)
  }

  /// `max(min(max(available − W, 0), total − M), 0)`.
  public static func over(warm: Int, minimum: Int, available: Int, total: Int) -> Int {
    max(min(max(available - warm, 0), total - minimum), 0)
  }

  public mutating func check(_ pool: PoolState, at now: Double) -> PoolDecision {
    let available = pool.idle + pool.arriving
    let short = Self.short(warm: warm, minimum: minimum, available: available - pool.waiting, total: pool.total)
    if short > 0 { return PoolDecision(grow: short) }
    let over = Self.over(warm: warm, minimum: minimum, available: pool.idle, total: pool.total)
    guard over > 0 else { return PoolDecision() }
    guard now >= lastShrink + Self.shrinkPeriod else {
      return PoolDecision(nextCheck: nextTurn(after: lastShrink + Self.shrinkPeriod - Self.loop, every: Self.loop))
    }
    lastShrink = now
    return PoolDecision(release: over)
  }
}

/// AWS VPC CNI (`ipamd`) with `WARM_ENI_TARGET`: whole ENIs, a loop of 5 s.
public struct WarmENIController: PoolController {
  public static let actuation = Actuation(fillsNewENIs: true, cooldown: 60, exhaustionPause: 120)

  private let warm: Int
  private var lastShrink = -Double.infinity

  public init(warm: Int = 1) { self.warm = warm }

  public func noticeTime(_ now: Double) -> Double { nextTurn(after: now, every: WarmIPController.loop) }

  /// `available < E · ipsPerENI`.
  public static func grows(warm: Int, available: Int, ipsPerENI: Int) -> Bool { available < warm * ipsPerENI }

  /// `available ≥ (E + 1) · ipsPerENI`.
  public static func shrinks(warm: Int, available: Int, ipsPerENI: Int) -> Bool { available >= (warm + 1) * ipsPerENI }

  public mutating func check(_ pool: PoolState, at now: Double) -> PoolDecision {
    let available = pool.idle + pool.arriving - pool.waiting
    if Self.grows(warm: warm, available: available, ipsPerENI: pool.ipsPerENI) {
      return PoolDecision(grow: pool.room > 0 ? min(pool.room, pool.ipsPerENI) : pool.ipsPerENI)
    }
    guard Self.shrinks(warm: warm, available: pool.idle, ipsPerENI: pool.ipsPerENI) else { return PoolDecision() }
    let next = lastShrink + WarmIPController.shrinkPeriod
    guard now >= next else {
      return PoolDecision(nextCheck: nextTurn(after: next - WarmIPController.loop, every: WarmIPController.loop))
    }
    lastShrink = now
    return PoolDecision(release: pool.ipsPerENI, releasesWholeENIs: true)
  }
}
