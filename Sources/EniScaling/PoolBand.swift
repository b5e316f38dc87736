/// Bounds on a node's idle addresses: Terway's `min_pool_size` and `max_pool_size`.
public struct PoolBand: Hashable, Codable, Sendable {
  public let min: Int
  public let max: Int

  /// A minimum above the maximum, with which Terway would assign and release in turn, becomes the maximum too; negative
  /// numbers become 0.
  public init(min: Int, max: Int) {
    self.min = Swift.max(0, min)
    self.max = Swift.max(self.min, max)
  }
}
