import Locking

/// Where the caller of a request and the thread that transfers it meet.
///
/// Each waiter is resumed exactly once: it is taken out of the state under the lock, and resumed outside of it. The
/// outcome is set once; what the other side does after that has no effect.
final class Exchange: Sendable {
  /// How an exchange reaches the thread that transfers it.
  protocol Control: Sendable {
    func resume(_ exchange: Exchange)
    func stop(_ exchange: Exchange)
  }

  private struct State {
    var head: CheckedContinuation<ResponseHead, any Error>?
    var chunk: CheckedContinuation<[UInt8]?, any Error>?
    var buffer: BodyBuffer
    var outcome: Result<Void, HTTPTransportError>?
  }

  private let control: any Control
  private let state: Lock<State>

  init(bufferLimit: Int, control: any Control) {
    self.control = control
    state = Lock(State(buffer: BodyBuffer(limit: bufferLimit)))
  }
}

// MARK: - The caller's side

extension Exchange {
  /// Waits for the head; `start` sets the transfer going, and is not called when the exchange has ended before it began.
  func head(start: () -> Void) async throws -> ResponseHead {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let ended: HTTPTransportError? = state.withLock { state in
          if case .failure(let error) = state.outcome { return error }
          state.head = continuation
          return nil
        }
        if let ended { continuation.resume(throwing: ended) } else { start() }
      }
    } onCancel: {
      stop(.cancelled)
    }
  }

  /// Waits for bytes; `nil` at the end.
  func next() async throws -> [UInt8]? {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        let (answer, releasesSender) = take(orWait: continuation)
        if let answer { continuation.resume(with: answer) }
        if releasesSender { control.resume(self) }
      }
    } onCancel: {
      stop(.cancelled)
    }
  }

  /// Ends the exchange from the caller's side: nothing more of it is wanted.
  func stop(_ error: HTTPTransportError) {
    // In this order: a transfer that has not begun sees the end before it begins, one that has is told after it.
    if end(.failure(error), keepingBytes: false) { control.stop(self) }
  }

  var hasEnded: Bool { state.withLock { $0.outcome != nil } }

  private func take(
    orWait continuation: CheckedContinuation<[UInt8]?, any Error>
  ) -> (answer: Result<[UInt8]?, any Error>?, releasesSender: Bool) {
    state.withLock { state in
      if let taken = state.buffer.take() { return (.success(taken.bytes), taken.releasesSender) }
      switch state.outcome {
      case .success: return (.success(nil), false)
      case .failure(let error): return (.failure(error), false)
      case nil: break
      }
      if state.chunk != nil {
        return (.failure(HTTPTransportError.invalidRequest(detail: "two tasks read its answer's body at once")), false)
      }
      state.chunk = continuation
      return (nil, false)
    }
  }
}

// MARK: - The transfer's side

extension Exchange {
  func receive(_ head: ResponseHead) {
    state.withLock { $0.head.take() }?.resume(returning: head)
  }

  /// Whether the bytes were taken. If not, the transfer offers them again when it is told to resume.
  func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard !bytes.isEmpty else { return true }
    var (waiter, chunk): (CheckedContinuation<[UInt8]?, any Error>?, [UInt8]?) = (nil, nil)
    let isTaken = state.withLock { state in
      // Someone who has stopped gets nothing more, and the transfer is about to be told.
      guard state.outcome == nil else { return true }
      let isTaken = state.buffer.offer(bytes)
      if isTaken, let waiting = state.chunk.take() { (waiter, chunk) = (waiting, state.buffer.take()?.bytes) }
      return isTaken
    }
    waiter?.resume(returning: chunk)
    return isTaken
  }

  /// Ends the exchange from the transfer's side. Bytes that arrived before can still be read.
  func finish(_ outcome: Result<Void, HTTPTransportError>) {
    end(outcome, keepingBytes: true)
  }

  /// Whether this was the end, and not something after it.
  @discardableResult
  private func end(_ outcome: Result<Void, HTTPTransportError>, keepingBytes: Bool) -> Bool {
    let (isFirst, head, chunk) = state.withLock { state in
      guard state.outcome == nil else { return (false, state.head.take(), state.chunk.take()) }
      state.outcome = outcome
      if !keepingBytes { _ = state.buffer.take() }
      return (true, state.head.take(), state.chunk.take())
    }
    switch outcome {
    case .success:
      // A transfer does not succeed without a head; but a waiter must never be forgotten.
      head?.resume(throwing: HTTPTransportError.cancelled)
      chunk?.resume(returning: nil)
    case .failure(let error):
      head?.resume(throwing: error)
      chunk?.resume(throwing: error)
    }
    return isFirst
  }
}

/// The reader's hold on an exchange: when it goes, so does the transfer.
final class ExchangeBody: HTTPBodySource {
  private let exchange: Exchange

  init(_ exchange: Exchange) {
    self.exchange = exchange
  }

  deinit { exchange.stop(.cancelled) }

  func next() async throws -> [UInt8]? { try await exchange.next() }
}
