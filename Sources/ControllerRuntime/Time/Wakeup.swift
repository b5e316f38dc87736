import Locking

/// A sleep that others can end early.
///
/// # Guarantees
/// A `wake` that comes while nobody sleeps ends the next sleep at once: none is lost.
final class Wakeup: Sendable {
  private enum State {
    case idle
    case sleeping(Task<Void, Never>)
    case awoken
  }
  private let state = Lock(State.idle)
  private let time: TimeSource

  init(_ time: TimeSource) { self.time = time }

  /// Ends the sleep under way, or the next one.
  func wake() {
    state.withLock { state in
      if case .sleeping(let task) = state { task.cancel() }
      state = .awoken
    }
  }

  /// Returns at the instant, or as soon as somebody calls `wake`. One sleeper at a time.
  func sleep(until instant: TimeSource.Instant) async {
    let time = time
    let task: Task<Void, Never>? = state.withLock { state in
      if case .awoken = state {
        state = .idle
        return nil
      }
      let task = Task {
        do { try await time.sleepUntil(instant) } catch { return }
      }
      state = .sleeping(task)
      return task
    }
    guard let task else { return }
    await task.value
    state.withLock { $0 = .idle }
  }
}
