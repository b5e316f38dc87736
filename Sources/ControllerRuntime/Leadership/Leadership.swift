import Locking

/// Whether this process leads, and until when: shared by the elector, which extends it, and by whoever may only write
/// while leading.
public final class Leadership: Sendable {
  private let state = Lock<TimeSource.Instant?>(nil)
  private let pulse = Pulse()
  private let time: TimeSource
  /// False for a process that runs alone.
  let isContested: Bool

  init(_ time: TimeSource, isContested: Bool = true) { (self.time, self.isContested) = (time, isContested) }

  /// Leadership that nobody contests and that never ends: for a process that runs alone.
  public static func uncontested(_ time: TimeSource = .system) -> Leadership {
    let leadership = Leadership(time, isContested: false)
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

  func extend(until deadline: TimeSource.Instant?) {
    state.withLock { $0 = deadline }
    pulse.beat()
  }

  /// Returns once we do not lead, or the task is cancelled. Extensions meanwhile are taken into account.
  func ended() async {
    while !Task.isCancelled {
      let beats = pulse.beats
      guard let deadline, time.now() < deadline else { return }
      // Cancellation is the only thing that it throws for, and ends the loop.
      _ = try? await withDeadline(deadline, time) { [pulse] in await pulse.wait(beyond: beats) }
    }
  }
}
