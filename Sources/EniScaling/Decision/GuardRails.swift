/// The threshold rule that the project began with: `used / total` above 0.8 asks for one ENI more, below 0.3 for one less.
///
/// Both comparisons are strict: a node at exactly 0.8 or 0.3 stays as it is. Ratios are compared as products, so that
/// 24 of 30 is exactly 0.8.
public struct GuardRails: Hashable, Sendable {
  public enum Step: Hashable, Sendable { case grow, hold, shrink }

  /// Grow above this ratio of used to total addresses.
  public var scaleUp: Double
  /// Shrink below this ratio.
  public var scaleDown: Double
  /// ENIs of an instance, the primary one included, as the cloud counts them and as the limits of instance types do.
  public var minENIs: Int
  public var maxENIs: Int

  public init(scaleUp: Double = 0.8, scaleDown: Double = 0.3, minENIs: Int = 2, maxENIs: Int = 10) {
    self.scaleUp = scaleUp
    self.scaleDown = scaleDown
    self.minENIs = minENIs
    self.maxENIs = maxENIs
  }

  /// - Parameters:
  ///   - used: addresses that pods have, or wait for.
  ///   - total: addresses of all ENIs that carry pods.
  ///   - enis: ENIs of the instance, the primary one included.
  public func step(used: Int, total: Int, enis: Int) -> Step {
    if enis < minENIs { return .grow }
    if enis > maxENIs { return .shrink }
    if enis < maxENIs, Self.exceeds(used, total, scaleUp) { return .grow }
    if enis > minENIs, Self.fallsBelow(used, total, scaleDown) { return .shrink }
    return .hold
  }

  /// `used / total > ratio`, with a tolerance below what decimal texts can tell apart. Without addresses any use exceeds.
  static func exceeds(_ used: Int, _ total: Int, _ ratio: Double) -> Bool {
    Double(used) > Double(total) * ratio + tolerance
  }

  static func fallsBelow(_ used: Int, _ total: Int, _ ratio: Double) -> Bool {
    Double(used) < Double(total) * ratio - tolerance
  }

  /// A product such as 30 · 0.8 differs from 24 in its last bits; counts differ by 1.
  private static let tolerance = 1e-6
}
