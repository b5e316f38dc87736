import Locking

/// Whether this process leads, and until when: shared by the elector, which extends it, and by whoever may only write
/// while leading.
public final class Leadership: Sendable {
  private let state = Lock<TimeSource.Instant?>(nil)
  private let time: TimeSource

  init(_ time: TimeSource) { self.time = time }

  /// Leadership that nobody contests and that never ends: for a process that runs alone.
  public static func uncontested(_ time: TimeSource = .system) -> Leadership {
    let leadership = Leadership(time)
    // Far away, yet with room for sums on the clock.
    leadership.extend(until: time.now() + .seconds(1_000_000_000))
    return leadership
  }

  /// Before this instant writes may be started; at it, those under way must stop. `nil` for one who does not lead.
  public var deadline: TimeSource.Instant? { state.withLock { $0 } }

  /// How long leadership lasts unless it is renewed; `nil` for one who does not lead.
  public var remaining: Duration? {
    guard let deadline else { return nil }
    let now = time.now()
    return now < deadline ? now.duration(to: deadline) : nil
  }

  public var isLeader: Bool { remaining != nil }

  func extend(until deadline: TimeSource.Instant?) { state.withLock { $0 = deadline } }
}
