/// Runs an operation that must be over by a deadline.
///
/// At the deadline the operation is cancelled and then waited for, so nothing of it is left behind; one that ignores
/// cancellation holds its caller up.
///
/// - Returns: what the operation returned; `nil` when the deadline came first.
/// - Throws: what the operation threw, which is its own answer to cancellation when the calling task was cancelled.
func withDeadline<Result: Sendable>(
  _ deadline: TimeSource.Instant, _ time: TimeSource, _ operation: @escaping @Sendable () async throws -> Result
) async throws -> Result? {
  try await withThrowingTaskGroup(of: RaceResult<Result>.self) { group in
    group.addTask { .finished(try await operation()) }
    group.addTask {
      do {
        try await time.sleepUntil(deadline)
        return .deadlineCame
      } catch { return .cancelled }
    }
    defer { group.cancelAll() }
    while let result = try await group.next() {
      switch result {
      case .finished(let value): return value
      case .deadlineCame: return nil
      case .cancelled: continue
      }
    }
    return nil
  }
}

private enum RaceResult<Value: Sendable> {
  case finished(Value)
  case deadlineCame
  /// The sleep was given up because the calling task was cancelled; the operation has the last word.
  case cancelled
}
