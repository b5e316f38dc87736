import ControllerRuntime

/// How the operator is to be run.
struct RunOptions: Hashable, Sendable {
  /// `nil` = as the environment says.
  var kubeconfig: String?
  /// `nil` = the current one.
  var context: String?
  /// `nil` = none are served.
  var metricsAddress: ListenAddress?
  var probeAddress: ListenAddress?
  /// `nil` = without an election: this process acts at once.
  var leaderElection: LeaderElection?
  var logLevel: Logger.Level
  var logFormat: Logger.Format
  /// How many objects of a kind are reconciled at the same time.
  var workers: Int

  struct LeaderElection: Hashable, Sendable {
    /// `nil` = that of the configuration: the pod's, or the context's.
    var namespace: String?
    var timing: LeaseTiming
  }
}

/// Runs the operator until it is told to stop.
///
/// Throws `Unreachable` for what keeps it from the cluster.
typealias RunOperator = @Sendable (RunOptions) async throws -> ExitCode

/// The cluster cannot be used: no configuration, no credentials, or no answer.
struct Unreachable: ExitingError {
  var reason: any Error

  var exitCode: ExitCode { .unreachable }
  var message: String? { "\(reason)" }
}
