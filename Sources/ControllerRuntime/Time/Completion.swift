import Locking

/// Something that happens once, and that any number of tasks wait for.
final class Completion: Sendable {
  private let isDone = Lock(false)
  private let pulse = Pulse()

  var isComplete: Bool { isDone.withLock { $0 } }

  func complete() {
    isDone.withLock { $0 = true }
    pulse.beat()
  }

  /// Returns once it has happened, or the task is cancelled.
  func wait() async {
    while !Task.isCancelled {
      let beats = pulse.beats
      if isComplete { return }
      await pulse.wait(beyond: beats)
    }
  }

  /// Waits for it no longer than until the deadline.
  ///
  /// - Returns: whether it has happened.
  func wait(until deadline: TimeSource.Instant, _ time: TimeSource) async -> Bool {
    do {
      _ = try await withDeadline(deadline, time) { await self.wait() }
    } catch {
      return isComplete
    }
    return isComplete
  }
}
