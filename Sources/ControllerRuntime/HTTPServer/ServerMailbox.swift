import Glibc
import Locking

/// What other threads tell the server's thread. Wakes it from `poll` through a descriptor.
final class ServerMailbox: Sendable {
  enum Message: Sendable {
    case answered(connection: UInt64, HTTPServer.Response)
    case stop
  }

  private struct State {
    var messages: [Message] = []
    var hasEnded = false
    var waiters: [CheckedContinuation<Void, Never>] = []
  }

  /// Readable when there are messages.
  let descriptor: Int32
  private let wakeEnd: Int32
  private let state = Lock(State())

  /// `nil` when the process has no descriptor left.
  init?() {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    ends.forEach(makePrivateAndNonBlocking)
    (descriptor, wakeEnd) = (ends[0], ends[1])
  }

  deinit {
    close(descriptor)
    close(wakeEnd)
  }

  func post(_ message: Message) {
    state.withLock { state in
      guard !state.hasEnded else { return }
      if state.messages.isEmpty { write(wakeEnd, [UInt8(1)], 1) }
      state.messages.append(message)
    }
  }

  func takeAll() -> [Message] {
    state.withLock { state in
      // There is one byte at most: it is written when the first message comes, under this lock.
      var byte: UInt8 = 0
      read(descriptor, &byte, 1)
      defer { state.messages = [] }
      return state.messages
    }
  }

  /// The thread has nothing left to do.
  func end() {
    let waiters = state.withLock { state in
      state.hasEnded = true
      defer { state.waiters = [] }
      return state.waiters
    }
    waiters.forEach { $0.resume() }
  }

  func waitForEnd() async {
    await withCheckedContinuation { continuation in
      let hasEnded = state.withLock { state in
        if !state.hasEnded { state.waiters.append(continuation) }
        return state.hasEnded
      }
      if hasEnded { continuation.resume() }
    }
  }
}

/// Keeps a descriptor from programs that are started, and calls on it from waiting.
func makePrivateAndNonBlocking(_ descriptor: Int32) {
  _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
}
