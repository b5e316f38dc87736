import ControllerRuntime
import TerwayModel
import TerwayOperator

enum RunCommand {
  static let kubeconfig = Option<String?>(
    "kubeconfig", ValueSyntax.path("FILE").optional, default: nil,
    shownAs: "$KUBECONFIG, else the pod's service account, else ~/.kube/config",
    "The kubeconfig file.")
  static let context = Option<String?>(
    "context", ValueSyntax.text("NAME").optional, default: nil, shownAs: "the current one",
    "The context of the kubeconfig file.")

  static let metricsAddress = Option<ListenAddress?>(
    "metrics-bind-address", .bindAddress, default: ListenAddress(port: 8080), shownAs: ":8080",
    "Where metrics are served, as /metrics; 0 for nowhere.")
  static let probeAddress = Option<ListenAddress?>(
    "health-probe-bind-address", .bindAddress, default: ListenAddress(port: 8081), shownAs: ":8081",
    "Where probes are answered, as /healthz and /readyz; 0 for nowhere.")

  static let leaderElect = Option<Bool>.switch(
    "leader-elect",
    "Act only while holding a Lease, so that several replicas can run. Without it the process acts at once.")
  static let leaderElectionNamespace = Option<String?>(
    "leader-election-namespace", ValueSyntax.namespace.optional, default: nil,
    shownAs: "that of the pod, else of the context", environment: "POD_NAMESPACE", "The namespace of the Lease.")
  static let leaseDuration = Option<DurationText>(
    "leader-election-lease-duration", .duration, default: "15s", shownAs: "15s",
    "How long others wait for a leader that does not renew before they take over.")
  static let renewDeadline = Option<DurationText>(
    "leader-election-renew-deadline", .duration, default: "10s", shownAs: "10s",
    "How long a leader goes on acting when it cannot renew. Shorter than the lease duration.")
  static let retryPeriod = Option<DurationText>(
    "leader-election-retry-period", .duration, default: "2s", shownAs: "2s",
    "The pause between a leader's renewals. Shorter than the renew deadline.")

  static let logLevel = Option<Logger.Level>(
    "log-level", .word("LEVEL"), default: .info, shownAs: "info", "The least important records that are logged.")
  static let logFormat = Option<Logger.Format>(
    "log-format", .word("FORMAT"), default: .text, shownAs: "text",
    "How records are written to standard error: key=value pairs, or a JSON object on each line.")
  static let workers = Option<Int>(
    "workers", .count("COUNT", in: 1...64), default: 4, shownAs: "4",
    "How many resources of a kind are reconciled at the same time.")

  static let terwaySpeed = Option<Int>(
    "terway-speed", .count("FACTOR", in: 1...1000), default: 1, shownAs: "1",
    "How many times as fast as in life Terway is: so much sooner a fault of a node has lasted, and a change has failed. Only "
      + "for a Terway that is played.")

  static let command = Command(
    name: "run", summary: "Run the operator against a cluster",
    details: """
      Watches \(OwnKind.names.joinedAsList) resources and keeps what they ask for in shape, until it is told to stop by \
      SIGTERM or SIGINT. Logs go to standard error. The CustomResourceDefinitions must be installed.

      The exit code is 0 after a stop in order, 1 after a failure, and 3 when the cluster cannot be reached or the \
      kubeconfig file cannot be used.
      """,
    groups: [
      Command.OptionGroup(title: "Cluster", options: [kubeconfig.declaration, context.declaration]),
      Command.OptionGroup(title: "Servers", options: [metricsAddress.declaration, probeAddress.declaration]),
      Command.OptionGroup(
        title: "Leader election",
        options: [
          leaderElect.declaration, leaderElectionNamespace.declaration, leaseDuration.declaration,
          renewDeadline.declaration, retryPeriod.declaration,
        ]),
      Command.OptionGroup(
        title: "Operation",
        options: [
          workers.declaration, logLevel.declaration, logFormat.declaration, terwaySpeed.declaration,
        ]),
    ],
    examples: [
      Command.Example("In a terminal, against the current context", "PROGRAM run --log-level debug"),
      Command.Example("As one of several replicas in a cluster", "PROGRAM run --leader-elect --log-format json"),
    ],
    action: { arguments, invocation in try await invocation.runOperator(options(arguments)) })

  static func options(_ arguments: Arguments) throws(UsageError) -> OperatorOptions {
    let (metrics, probes) = (arguments[metricsAddress], arguments[probeAddress])
    if let metrics, let probes, metrics.port != 0, metrics == probes {
      throw .contradiction(
        "\(metricsAddress.flag) and \(probeAddress.flag) must not both be \(metrics): they are separate servers")
    }
    var options = OperatorOptions()
    options.kubeconfig = arguments[kubeconfig]
    options.context = arguments[context]
    options.metricsAddress = metrics
    options.healthAddress = probes
    options.usesLeaderElection = arguments[leaderElect]
    options.leaderElectionNamespace = arguments[leaderElectionNamespace]
    options.leaseTiming = try timing(arguments)
    options.logLevel = arguments[logLevel]
    options.logFormat = arguments[logFormat]
    options.workers = arguments[workers]
    options.terwaySpeed = arguments[terwaySpeed]
    options.userAgent = "\(Invocation.defaultExecutable)/\(BuildInformation.current.version)"
    return options
  }

  private static func timing(_ arguments: Arguments) throws(UsageError) -> LeaseTiming {
    try ascending(arguments, renewDeadline, leaseDuration)
    try ascending(arguments, retryPeriod, renewDeadline)
    var timing = LeaseTiming()
    timing.leaseDuration = arguments[leaseDuration].duration
    timing.renewDeadline = arguments[renewDeadline].duration
    timing.renewPeriod = arguments[retryPeriod].duration
    timing.observePeriod = min(timing.observePeriod, timing.renewPeriod)
    // Two attempts must fit before the deadline.
    timing.requestTimeout = min(timing.requestTimeout, (timing.renewDeadline - timing.renewPeriod) / 2)
    return timing
  }

  private static func ascending(
    _ arguments: Arguments, _ short: Option<DurationText>, _ long: Option<DurationText>
  ) throws(UsageError) {
    let (less, more) = (arguments[short], arguments[long])
    guard less.duration < more.duration else {
      throw .contradiction("\(short.flag): \(less) must be shorter than \(long.flag), which is \(more)")
    }
  }
}

extension Option {
  fileprivate var flag: String { declaration.flag }
}
