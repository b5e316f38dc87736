/// Growing pauses between attempts that keep failing.
public struct Backoff: Sendable, Hashable {
  public var base: Duration
  public var maximum: Duration
  private var failures = 0

  public init(base: Duration = .milliseconds(800), maximum: Duration = .seconds(30)) {
    self.base = base
    self.maximum = maximum
  }

  /// The next pause: doubled each time up to the maximum, then scaled by 0.5 to 1.
  ///
  /// - Parameter jitter: uniformly random in 0..<1; keeps many clients from returning together.
  public mutating func next(jitter: Double) -> Duration {
    let full = min(base * (1 << min(failures, 20)), maximum)
    failures += 1
    return full * (0.5 + jitter / 2)
  }

  public mutating func reset() { failures = 0 }
}
