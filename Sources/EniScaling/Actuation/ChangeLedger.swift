/// What was written of late, by all policies together, so that each of them keeps its own bound on it. A value that is given
/// the time.
public struct ChangeLedger: Hashable, Sendable {
  /// In seconds.
  public static let window = 60.0

  private var writes: [Double] = []

  public init() {}

  /// Notes so many writes once they are made: the server had them before. Those of a process before this one are noted too,
  /// as far as what it changed tells of them.
  public mutating func note(_ count: Int = 1, at time: Double) {
    writes.removeAll { !Self.counts($0, at: time) }
    for _ in 0..<max(0, count) { writes.append(time) }
  }

  /// What of a bound on a minute's writes changes may take: the rest is for telling of them.
  public static func share(of limit: Int) -> Int { max(1, limit - min(6, (limit + 9) / 10)) }

  /// Whether so many more writes keep within a bound on a minute's.
  public func allows(_ count: Int, perMinute limit: Int, at now: Double) -> Bool {
    writes.count { Self.counts($0, at: now) } + count <= limit
  }

  /// A clock that was set back must not stop everything for as long.
  private static func counts(_ write: Double, at now: Double) -> Bool { abs(write - now) < window }

  /// Seconds until the oldest write no longer counts; `nil` = there is none.
  public func nextRelease(after now: Double) -> Double? { writes.min().map { max(0, $0 + Self.window - now) } }
}
