import Locking

@testable import ControllerRuntime

/// A clock that stands still until a test moves it. Sleepers wake in the order of their instants.
final class VirtualClock: Sendable {
  private struct Sleeper {
    var id: UInt64
    var until: TimeSource.Instant
    var continuation: CheckedContinuation<Void, any Error>
  }
  private struct State {
    var now = ContinuousClock.now
    var sleepers: [Sleeper] = []
    var cancelled: Set<UInt64> = []
    var lastID: UInt64 = 0
  }
  private let state = Lock(State())
  private let pulse = Pulse()
  let start: TimeSource.Instant

  init() { start = state.withLock { $0.now } }

  var source: TimeSource {
    TimeSource(
      now: { self.now }, sleepUntil: { try await self.sleep(until: $0) },
      timestamp: { Timestamp(microseconds: self.start.duration(to: self.now).microseconds) })
  }

  var now: TimeSource.Instant { state.withLock { $0.now } }

  /// Moves on and wakes who is due.
  func advance(by duration: Duration) {
    let due = state.withLock { state in
      state.now += duration
      let due = state.sleepers.filter { $0.until <= state.now }
      state.sleepers.removeAll { $0.until <= state.now }
      return due
    }
    for sleeper in due.sorted(by: { $0.until < $1.until }) { sleeper.continuation.resume() }
  }

  /// Returns once somebody sleeps until exactly that long after the start of the clock.
  func sleeper(at offset: Duration) async {
    await wait { $0.contains { $0.until == self.start + offset } }
  }

  /// Returns early when the test is cancelled for taking too long.
  private func wait(_ condition: ([Sleeper]) -> Bool) async {
    while !Task.isCancelled {
      let beats = pulse.beats
      if state.withLock({ condition($0.sleepers) }) { return }
      await pulse.wait(beyond: beats)
    }
  }

  private func sleep(until instant: TimeSource.Instant) async throws {
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    defer { pulse.beat() }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let isCancelled: Bool? = state.withLock { state in
          if state.cancelled.contains(id) { return true }
          if instant <= state.now { return false }
          state.sleepers.append(Sleeper(id: id, until: instant, continuation: continuation))
          return nil
        }
        switch isCancelled {
        case true?: continuation.resume(throwing: CancellationError())
        case false?: continuation.resume()
        case nil: pulse.beat()
        }
      }
    } onCancel: {
      let sleeper: Sleeper? = state.withLock { state in
        state.cancelled.insert(id)
        guard let position = state.sleepers.firstIndex(where: { $0.id == id }) else { return nil }
        return state.sleepers.remove(at: position)
      }
      sleeper?.continuation.resume(throwing: CancellationError())
    }
  }
}

extension Duration {
  var microseconds: Int64 { components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000 }
}
