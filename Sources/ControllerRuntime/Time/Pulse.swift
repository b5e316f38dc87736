import Locking

/// Tells any number of waiting tasks that something changed, so that they look again.
///
/// Take `beats` before looking and wait for a beat beyond it: a change in between is not missed.
final class Pulse: Sendable {
  private struct State {
    var beats: UInt64 = 0
    var lastID: UInt64 = 0
    var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    /// Tasks that were cancelled before they got to wait.
    var cancelled: Set<UInt64> = []
  }
  private let state = Lock(State())

  /// How often something changed so far.
  var beats: UInt64 { state.withLock { $0.beats } }

  /// Wakes everybody who waits.
  func beat() {
    let waiters: [CheckedContinuation<Void, Never>] = state.withLock { state in
      state.beats += 1
      guard !state.waiters.isEmpty else { return [] }
      defer { state.waiters = [:] }
      return Array(state.waiters.values)
    }
    for waiter in waiters { waiter.resume() }
  }

  /// Returns once there were more beats than that, or the task is cancelled.
  func wait(beyond seen: UInt64) async {
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let isOver = state.withLock { state in
          if state.beats > seen || state.cancelled.contains(id) { return true }
          state.waiters[id] = continuation
          return false
        }
        if isOver { continuation.resume() }
      }
    } onCancel: {
      let waiter = state.withLock { state in
        state.cancelled.insert(id)
        return state.waiters.removeValue(forKey: id)
      }
      waiter?.resume()
    }
    state.withLock { _ = $0.cancelled.remove(id) }
  }
}
