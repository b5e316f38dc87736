import EniScaling

/// The seed's rule: one ENI more above 0.8, one less below 0.3, each ENI with all its addresses.
public struct ThresholdController: PoolController {
  public static let actuation = Actuation(fillsNewENIs: true, exhaustionPause: 300)
  /// In seconds.
  static let period = 300.0

  private let rails: GuardRails

  public init(rails: GuardRails = GuardRails()) { self.rails = rails }

  public func noticeTime(_ now: Double) -> Double { nextTurn(after: now, every: Self.period) }

  public mutating func check(_ pool: PoolState, at now: Double) -> PoolDecision {
    let step = rails.step(
      used: pool.used + pool.waiting, total: pool.enis * pool.ipsPerENI, enis: pool.enis + 1)
    let next = nextTurn(after: now, every: Self.period)
    switch step {
    case .grow: return PoolDecision(grow: pool.ipsPerENI, nextCheck: next)
    case .shrink: return PoolDecision(release: pool.ipsPerENI, releasesWholeENIs: true, nextCheck: next)
    case .hold: return PoolDecision()
    }
  }
}
