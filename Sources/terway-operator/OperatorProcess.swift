import ControllerRuntime

/// The operator as a process.
enum OperatorProcess {
  static let run: RunOperator = { _ in
    throw Unreachable(reason: NotWired())
  }

  private struct NotWired: Error, CustomStringConvertible {
    var description: String { "this build cannot run the operator yet" }
  }
}
