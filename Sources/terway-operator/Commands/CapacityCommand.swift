import ControllerRuntime
import HTTPTransport
import Insights
import KubernetesModel

enum CapacityCommand {
  static let prometheus = Option<String?>(
    "prometheus", ValueSyntax.text("URL").optional, default: nil, shownAs: "none",
    "The Prometheus with the history. Without it there is no forecast.")
  static let range = Option<Duration>(
    "range", .lookBack, default: .seconds(56 * 86_400), shownAs: "8w", "How far back to read.")
  static let query = Option<String?>(
    "query", ValueSyntax.text("PROMQL").optional, default: nil, shownAs: DemandQueries.candidates[0],
    """
    The expression that says how many addresses pods hold, one series for each node, with the label node. Narrow it where \
    a Prometheus has several clusters.
    """)
  static let horizon = Option<Int>(
    "horizon", .count("DAYS", in: 1...365), default: 30, shownAs: "30", "How many days to look ahead.")

  static let growth = Option<Double>(
    "growth", .growth, default: 0, shownAs: "0%", "So much more demand than the forecast says.")
  static let podsPerNode = Option<Int?>(
    "pods-per-node", ValueSyntax.count("COUNT", in: 1...10_000).optional, default: nil,
    shownAs: "what each kubelet takes", "Pods that a node takes.")
  static let adapters = Option<Int?>(
    "adapters", ValueSyntax.count("COUNT", in: 2...64).optional, default: nil, shownAs: "those of each instance",
    "ENIs of an instance, the primary one included.")
  static let ipsPerENI = Option<Int?>(
    "ips-per-eni", ValueSyntax.count("COUNT", in: 1...256).optional, default: nil, shownAs: "those of each instance",
    "Private IPv4 addresses of an ENI.")
  static let maxENIs = Option<Int?>(
    "max-enis", ValueSyntax.count("COUNT", in: 1...64).optional, default: nil, shownAs: "what the node's policy says",
    "The most ENIs of a node, the primary one included.")
  static let output = Option<CapacityFormat>(
    "output", short: "o", .word("FORMAT"), default: .text, shownAs: "text", "How the result is written.")

  static let command = Command(
    name: "capacity", summary: "Say how full the cluster is, when it will be, and what to add",
    details: """
      Reads Terway's Node resources, and from a Prometheus how many addresses pods held. Forecasts the peak of each day, for \
      the cluster, its zones, instance types, vSwitches and nodes; says when something is full, and what pools, ENIs and \
      nodes to plan for. Writes nothing to the cluster.

      The exit code is 0 when all suffices for the days ahead, 1 when something does not, and 3 when the cluster or the \
      Prometheus cannot be reached; what could be read is printed all the same.
      """,
    groups: [
      Command.OptionGroup(
        title: "Cluster", options: [RunCommand.kubeconfig.declaration, RunCommand.context.declaration]),
      Command.OptionGroup(
        title: "History",
        options: [prometheus.declaration, range.declaration, query.declaration, ClusterAccess.tokenFile.declaration]),
      Command.OptionGroup(
        title: "What if",
        options: [
          growth.declaration, podsPerNode.declaration, adapters.declaration, ipsPerENI.declaration, maxENIs.declaration,
        ]),
      Command.OptionGroup(title: "Output", options: [horizon.declaration, output.declaration]),
    ],
    examples: [
      Command.Example("What the Node resources alone tell", "PROGRAM capacity"),
      Command.Example(
        "The next quarter", "PROGRAM capacity --prometheus http://localhost:9090 --horizon 90"),
      Command.Example(
        "With half as much demand again", "PROGRAM capacity --prometheus http://localhost:9090 --growth 50%"),
    ],
    action: { arguments, invocation in
      try await Interruption.run(invocation.output) { try await assess(arguments, invocation, $0) }
    })

  private static func assess(
    _ arguments: Arguments, _ invocation: Invocation, _ progress: Progress
  ) async throws -> ExitCode {
    var assumptions = CapacityAssumptions()
    assumptions.growth = arguments[growth]
    assumptions.podsPerNode = arguments[podsPerNode]
    assumptions.adapters = arguments[adapters]
    assumptions.ipsPerENI = arguments[ipsPerENI]
    assumptions.maxENIs = arguments[maxENIs]
    let run = CapacityRun(
      client: try await ClusterAccess.client(arguments, invocation),
      prometheus: arguments[prometheus].map {
        PrometheusAccess(url: $0, tokenFile: arguments[ClusterAccess.tokenFile])
      },
      query: arguments[query], range: Double(arguments[range].components.seconds),
      planner: CapacityPlanner(
        assumptions: assumptions, horizon: arguments[horizon], now: Timestamp.now.seconds),
      progress: progress)
    let (report, isCut): (CapacityReport, Bool)
    do { (report, isCut) = try await run.report() } catch let error as HTTPTransportError {
      throw Unreachable(reason: error)
    } catch let error as StatusError {
      throw Unreachable(reason: error)
    }
    progress.clear()
    try invocation.output.write(arguments[output].text(of: report))
    return isCut ? .unreachable : report.needsAction ? .findings : .success
  }
}

/// How an assessment of capacity is written.
enum CapacityFormat: String, CaseIterable, Sendable {
  case text, json, html

  func text(of report: CapacityReport) -> String {
    switch self {
    case .text: report.text()
    case .json: report.json.jsonText(pretty: true)
    case .html: report.html
    }
  }
}

extension ValueSyntax<Double> {
  /// A share in per cent.
  static let growth = ValueSyntax(
    placeholder: "PERCENT", expectation: "a percentage from -90% to 1000%, such as 30%"
  ) { text in
    guard text.hasSuffix("%"), let value = Double(text.dropLast()), (-90...1000).contains(value) else { return nil }
    return value / 100
  }
}
