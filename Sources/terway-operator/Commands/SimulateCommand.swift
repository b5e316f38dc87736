import EniScaling
import TerwayModel
import TerwaySimulation

enum SimulateCommand {
  static let trace = Option<String?>(
    "trace", ValueSyntax.path("FILE", extensions: ["csv"], or: "- for standard input").optional, default: nil,
    shownAs: nil,
    """
    A CSV file with the columns \(TraceParser.header), ordered by start_s: seconds since the start of the trace. An empty \
    end_s is a pod that outlives it, a start_s of 0 one that runs already.
    """)
  static let generate = Option<TraceGenerator?>(
    "generate", ValueSyntax.word("NAME").optional, default: nil, shownAs: nil,
    "A week of demand that is made up: "
      + TraceGenerator.allCases.map { "\($0.rawValue) (\($0.summary))" }.joined(separator: ", ") + ".")
  static let seed = Option<Int>(
    "seed", .count("NUMBER", in: 0...Int(Int32.max)), default: 1, shownAs: "1",
    "Decides all that is random: generated demand, latencies of the cloud, random placement.")

  static let prometheus = Option<String?>(
    "from-prometheus", ValueSyntax.text("URL").optional, default: nil, shownAs: nil,
    """
    A Prometheus that knows how many addresses pods held on each node. There are then as many nodes as it knows, and pods \
    are where they were.
    """)
  static let range = Option<Duration>(
    "range", .lookBack, default: .seconds(14 * 86_400), shownAs: "14d", "With --from-prometheus: how far back to read.")
  static let query = Option<String>(
    "query", .text("PROMQL"), default: "node:terway_eni_allocated_ips:sum",
    shownAs: "node:terway_eni_allocated_ips:sum",
    "With --from-prometheus: the expression to read, one series for each node, with the label node.")
  static let tokenFile = Option<String?>(
    "bearer-token-file", ValueSyntax.path("FILE").optional, default: nil, shownAs: nil,
    "With --from-prometheus: a file with the token to show.")

  static let nodes = Option<Int>("nodes", .count("COUNT", in: 1...50_000), default: 64, shownAs: "64", "Nodes.")
  static let ipsPerENI = Option<Int>(
    "ips-per-eni", .count("COUNT", in: 1...256), default: 30, shownAs: "30",
    "Private IPv4 addresses of an ENI of the instance type.")
  static let adapters = Option<Int>(
    "adapters", .count("COUNT", in: 2...64), default: 8, shownAs: "8",
    "ENIs of the instance type, the primary one included, which carries no pods.")
  static let placement = Option<Placement>(
    "placement", .word("NAME"), default: .spread, shownAs: "spread",
    "How pods are placed: on the emptiest node, the fullest that has room, any, the emptiest of the group's emptiest zone, or on the one node that the group stands for."
  )

  static let policy = Option<String?>(
    "policy", ValueSyntax.path("FILE", extensions: InputFile.extensions).optional, default: nil,
    shownAs: "the defaults",
    "A file with the \(EniAutoscalePolicy.resource.kind.kind) that is tried as the rule default.")
  static let against = Option<[Rule]>(
    "against", .rules, default: Rule.allCases, shownAs: "all",
    "Rules to compare it with, separated by commas: "
      + Rule.allCases.dropFirst().map { "\($0.rawValue) (\($0.summary))" }.joined(separator: ", ") + ".")
  static let output = Option<SimulationFormat>(
    "output", short: "o", .word("FORMAT"), default: .text, shownAs: "text", "How the result is written.")

  static let command = Command(
    name: "simulate", summary: "Try a policy on a history of pods, without a cluster",
    details: """
      Plays a history of pods to a model of nodes, of Terway's controlplane and of the cloud's API: once for the policy, \
      and once for each of the rules by which others size their pools. Says how long pods waited for an address, and how \
      many addresses were idle.

      The same input gives the same output. Nothing is printed when anything in the input is wrong.
      """,
    groups: [
      Command.OptionGroup(
        title: "Demand",
        options: [
          trace.declaration, generate.declaration, seed.declaration, prometheus.declaration, range.declaration,
          query.declaration, tokenFile.declaration,
        ]),
      Command.OptionGroup(
        title: "Cluster",
        options: [nodes.declaration, ipsPerENI.declaration, adapters.declaration, placement.declaration]),
      Command.OptionGroup(title: "Rules", options: [policy.declaration, against.declaration]),
      Command.OptionGroup(title: "Output", options: [output.declaration]),
    ],
    examples: [
      Command.Example("The default policy on a bad day", "PROGRAM simulate --generate cron-storms --placement pack"),
      Command.Example(
        "A policy of one's own on one's own history, as a page to look at",
        "PROGRAM simulate --trace a.csv --policy policy.yaml -o html > a.html"),
      Command.Example(
        "The default policy on what the cluster did in the last eight weeks",
        "PROGRAM simulate --from-prometheus http://localhost:9090 --range 8w"),
      Command.Example(
        "Two rules, for a program to read", "PROGRAM simulate --generate steady --against cilium,azure-v2 -o json"),
    ],
    action: simulate)

  private static func simulate(_ arguments: Arguments, _ invocation: Invocation) async throws -> ExitCode {
    let (file, generator, url) = (arguments[trace], arguments[generate], arguments[prometheus])
    guard [file == nil, generator == nil, url == nil].count(where: { !$0 }) == 1 else {
      let flags = [trace.declaration, generate.declaration, prometheus.declaration].map(\.flag)
      throw UsageError.contradiction("exactly one of \(flags.joinedAsList) must be given")
    }
    guard let policy = try PolicyFile.policy(arguments[policy], invocation) else { return .findings }
    var configuration = configuration(arguments)
    if let generator { configuration.cloud.faults = generator.faults(configuration.cloud.faults) }
    var history: DemandHistory?
    if let url {
      let demand = RecordedDemand(
        url: url, query: arguments[query], range: arguments[range], tokenFile: arguments[tokenFile])
      let read = try await demand.read { invocation.output.tell($0) }
      (configuration.fleet.nodes, configuration.fleet.placement) = (read.nodes.count, .pinned)
      history = read
    }
    let rules = [.default] + arguments[against].filter { $0 != .default }
    var comparison = Comparison(rules, configuration, policy: policy)
    if let file {
      try TraceFile.read(file) { comparison.add($0) }
    } else if let history {
      comparison.add(history.pods)
    } else if let generator {
      comparison.add(GeneratedTrace(generator, nodes: configuration.fleet.nodes, seed: configuration.seed))
    }
    let report = comparison.report(
      title: title(arguments, configuration.fleet.placement), until: history?.duration ?? 0)
    try invocation.output.write(arguments[output].text(of: report))
    return .success
  }

  private static func configuration(_ arguments: Arguments) -> SimulationConfiguration {
    var configuration = SimulationConfiguration()
    configuration.seed = UInt64(arguments[seed])
    configuration.fleet.nodes = arguments[nodes]
    configuration.fleet.ipsPerENI = arguments[ipsPerENI]
    configuration.fleet.adapters = arguments[adapters]
    configuration.fleet.placement = arguments[placement]
    return configuration
  }

  private static func title(_ arguments: Arguments, _ placement: Placement) -> String {
    let demand = arguments[trace] ?? arguments[generate]?.rawValue ?? arguments[prometheus] ?? ""
    return "\(demand), \(placement.rawValue)"
  }
}

/// How a comparison is written.
enum SimulationFormat: String, CaseIterable, Sendable {
  case text, json, html

  func text(of report: ScoreReport) -> String {
    switch self {
    case .text: report.text
    case .json: report.json.jsonText(pretty: true)
    case .html: report.html
    }
  }
}

extension ValueSyntax<[Rule]> {
  /// `all`, or names separated by commas.
  static let rules = ValueSyntax(
    placeholder: "RULES",
    expectation: "all, or some of \(Rule.allCases.map(\.rawValue).joinedAsList), with commas between",
    completion: .words(["all"] + Rule.allCases.map(\.rawValue))
  ) { text in
    if text == "all" { return Rule.allCases }
    let names = text.split(separator: ",", omittingEmptySubsequences: false)
    let rules = names.compactMap { Rule(rawValue: String($0)) }
    return rules.count == names.count && Set(rules).count == rules.count ? rules : nil
  }
}
