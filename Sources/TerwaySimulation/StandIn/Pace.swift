/// How fast played time goes: what Terway waits minutes for, a test waits seconds for.
public struct Pace: Hashable, Sendable {
  /// Where both times are the same, in seconds since 1970.
  public let origin: Double
  /// Played seconds for each real one.
  public let speed: Double

  public init(origin: Double, speed: Double = 1) {
    self.origin = origin
    self.speed = speed
  }

  public func played(_ real: Double) -> Double { origin + (real - origin) * speed }
  public func real(_ played: Double) -> Double { origin + (played - origin) / speed }
}
