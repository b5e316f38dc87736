/// What a test waited for did not come.
public struct NeverHappened: Error, CustomStringConvertible {
  public var description: String

  public init(description: String) { self.description = description }
}

/// Waits until a condition holds, looking again and again. A failure of the condition counts as "not yet".
///
/// - Parameter timeout: a bound for a broken system, far above what a sound one needs.
/// - Returns: how long it took.
@discardableResult
public func eventually(
  _ what: String, within timeout: Duration = .seconds(120), _ condition: () async throws -> Bool
) async throws -> Duration {
  let clock = ContinuousClock()
  let start = clock.now
  var lastError: (any Error)?
  while start.duration(to: clock.now) < timeout {
    do {
      if try await condition() { return start.duration(to: clock.now) }
      lastError = nil
    } catch {
      lastError = error
    }
    try await Task.sleep(for: .milliseconds(50))
  }
  throw NeverHappened(
    description: "within \(timeout) it did not happen that \(what)" + (lastError.map { "; last error: \($0)" } ?? ""))
}
