/// What the program tells the shell.
enum ExitCode: Int32, CaseIterable, Sendable {
  case success = 0
  /// Findings, or input that cannot be used.
  case findings = 1
  case usage = 2
  /// Something keeps us from the cluster: no credentials, or no answer.
  case unreachable = 3
  /// Ended by Ctrl-C; what a shell reports of a program that SIGINT ended.
  case interrupted = 130
  /// Whoever read our output went away; what a shell reports of a program that SIGPIPE ended.
  case brokenPipe = 141
}

extension ExitCode {
  /// Those that help texts explain.
  static let documented: [(code: ExitCode, meaning: String)] = [
    (.success, "fine"),
    (.findings, "findings, or invalid input"),
    (.usage, "wrong usage"),
    (.unreachable, "the cluster cannot be reached, or its credentials cannot be used"),
  ]
}
