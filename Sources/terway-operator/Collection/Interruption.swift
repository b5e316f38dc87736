import ControllerRuntime

/// Lets a command be ended by Ctrl-C, in order: what waits is told, and nothing is left on the terminal.
enum Interruption {
  static func run(
    _ progress: Progress, _ body: @escaping @Sendable () async throws -> ExitCode
  ) async throws -> ExitCode {
    let task = Task { try await body() }
    let signals = TerminationSignals.listen { _ in task.cancel() }
    defer {
      withExtendedLifetime(signals) {}
      progress.clear()
    }
    do {
      return try await task.value
    } catch is CancellationError {
      return .interrupted
    }
  }
}
