import ControllerRuntime

/// Lets a command be ended by Ctrl-C, in order: what waits is told, and nothing is left on the terminal.
enum Interruption {
  ///
  /// - Parameter body: is given what says on the terminal what it waits for.
  static func run(
    _ output: Output, _ body: @escaping @Sendable (Progress) async throws -> ExitCode
  ) async throws -> ExitCode {
    let progress = Progress(output)
    let task = Task { try await body(progress) }
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
