import TerwayOperator

/// Runs the operator until it is told to stop.
///
/// Throws `Unreachable` for what keeps it from the cluster.
typealias RunOperator = @Sendable (OperatorOptions) async throws -> ExitCode

/// The cluster cannot be used: no configuration, no credentials, or no answer.
struct Unreachable: ExitingError {
  var reason: any Error

  var exitCode: ExitCode { .unreachable }
  var message: String? { "\(reason)" }
}
