import ControllerRuntime

/// How the operator is to run, as the command line says.
public struct OperatorOptions: Sendable {
  /// A kubeconfig file; `nil` for `$KUBECONFIG`, the pod's service account, or `~/.kube/config`.
  public var kubeconfig: String?
  /// A context of the kubeconfig; `nil` for its current one.
  public var context: String?
  /// `nil` for none.
  public var metricsAddress: ListenAddress? = ListenAddress(port: 8080)
  /// Where `/healthz` and `/readyz` are; `nil` for nowhere.
  public var healthAddress: ListenAddress? = ListenAddress(port: 8081)
  public var usesLeaderElection = false
  /// Where the Lease is; `nil` for our own namespace.
  public var leaderElectionNamespace: String?
  public var leaseTiming = LeaseTiming()
  public var logLevel = Logger.Level.info
  public var logFormat = Logger.Format.text
  /// How many profiles are reconciled at once.
  public var workers = 4
  /// How many times as fast as in life Terway is, when it is played: so much sooner faults of nodes have lasted for too long,
  /// and changes and actions should have shown.
  public var terwaySpeed = 1
  /// Names us to the server, such as `terway-operator/0.1.0`.
  public var userAgent = "terway-operator"

  public init() {}
}
