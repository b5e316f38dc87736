/// Where the shells of this module read the time and wait: the system's clocks, or virtual ones in tests.
public struct TimeSource: Sendable {
  /// A point on the monotonic clock. It goes on while the machine sleeps and never jumps.
  public typealias Instant = ContinuousClock.Instant

  /// The monotonic time: for deadlines and durations.
  public var now: @Sendable () -> Instant
  /// Returns at the given instant; throws `CancellationError` when the task is cancelled first.
  public var sleepUntil: @Sendable (Instant) async throws -> Void
  /// The calendar time: for people to read, never for decisions.
  public var timestamp: @Sendable () -> Timestamp

  public init(
    now: @escaping @Sendable () -> Instant, sleepUntil: @escaping @Sendable (Instant) async throws -> Void,
    timestamp: @escaping @Sendable () -> Timestamp
  ) {
    self.now = now
    self.sleepUntil = sleepUntil
    self.timestamp = timestamp
  }

  /// The clocks of this machine.
  public static let system = TimeSource(
    now: { ContinuousClock.now },
    sleepUntil: { try await ContinuousClock().sleep(until: $0) },
    timestamp: { .now })
}
