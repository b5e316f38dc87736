/// Azure CNS v2: whole batches, without hysteresis.
public struct AzureController: PoolController {
  public static let actuation = Actuation(exhaustionPause: 60)
  static let noticeDelay = 1.0

  private let batch: Int
  private let buffer: Double

  public init(batch: Int = 16, buffer: Double = 0.5) {
    self.batch = batch
    self.buffer = buffer
  }

  public func noticeTime(_ now: Double) -> Double { now + Self.noticeDelay }

  /// `min(max, B · ⌈buffer + demand / B⌉)`.
  public static func target(demand: Int, batch: Int, buffer: Double, maximum: Int) -> Int {
    min(maximum, batch * Int((buffer + Double(demand) / Double(batch)).rounded(.up)))
  }

  public mutating func check(_ pool: PoolState, at now: Double) -> PoolDecision {
    let target = Self.target(
      demand: pool.used + pool.waiting, batch: batch, buffer: buffer, maximum: pool.capacity)
    if target > pool.total { return PoolDecision(grow: target - pool.total) }
    return PoolDecision(release: min(pool.idle, pool.total - target))
  }
}
