import Insights
import KubernetesModel

enum DiagnoseCommand {
  static let node = Option<String?>(
    "node", ValueSyntax.text("NAME").optional, default: nil, shownAs: nil,
    "Look only at what concerns this node, and at what concerns the whole cluster.")
  static let pod = Option<ObjectKey?>(
    "pod", ValueSyntax<ObjectKey>.pod.optional, default: nil, shownAs: nil,
    "Look only at what concerns this pod and its node. NAME alone is in the namespace default.")
  static let output = Option<DiagnosisFormat>(
    "output", short: "o", .word("FORMAT"), default: .text, shownAs: "text", "How the result is written.")

  static let command = Command(
    name: "diagnose", summary: "Find what is wrong with Terway, why, and what to do",
    details: """
      Looks at Terway's programs, its configuration and Node resources, at events, pods, logs and the way of its metrics, \
      and says what is wrong: the most probable roots first, each with the evidence for it, what follows from it, what can \
      be done about it, and at what risk. It changes nothing.

      What it may not read or cannot reach is listed as not known, with the reason; the rest is looked at all the same. \
      Credentials in Terway's configuration are not read.

      The exit code is 0 when nothing is wrong, 1 when something is or when Terway itself could not be looked at, and 3 \
      when the cluster cannot be reached. What is good to know (info) leaves it at 0.
      """,
    groups: [
      ClusterAccess.group,
      Command.OptionGroup(
        title: "What is looked at",
        options: [node.declaration, pod.declaration, ClusterAccess.since.declaration]),
      Command.OptionGroup(title: "Output", options: [output.declaration]),
    ],
    examples: [
      Command.Example("The whole cluster", "PROGRAM diagnose"),
      Command.Example("A pod that does not start", "PROGRAM diagnose --pod default/web-0 --since 6h"),
      Command.Example(
        "With the targets of a Prometheus, for a program to read",
        "PROGRAM diagnose --prometheus http://localhost:9090 -o json"),
    ],
    action: { arguments, invocation in
      try await Interruption.run(invocation.output) { try await diagnose(arguments, invocation, $0) }
    })

  private static func diagnose(
    _ arguments: Arguments, _ invocation: Invocation, _ progress: Progress
  ) async throws -> ExitCode {
    let prometheus = try ClusterAccess.prometheusClient(arguments)
    let client = try await ClusterAccess.client(arguments, invocation)
    let scope = ClusterSnapshot.Scope(
      node: arguments[node], pod: arguments[pod], since: Double(arguments[ClusterAccess.since].components.seconds))
    let snapshot = try await SnapshotCollector(
      client: client, scope: scope, prometheus: prometheus, progress: progress
    ).collect()
    progress.clear()
    let diagnosis = Diagnosis(of: snapshot)
    try invocation.output.write(arguments[output].text(of: diagnosis, invocation.output.standardOutput))
    return diagnosis.hasProblems || !diagnosis.sawTerway ? .findings : .success
  }
}

/// How a diagnosis is written.
enum DiagnosisFormat: String, CaseIterable, Sendable {
  case text, json, html

  func text(of diagnosis: Diagnosis, _ sink: TextSink) -> String {
    switch self {
    case .text: DiagnosisText { sink.styled($0, Self.styles[$1] ?? .bold) }.text(of: diagnosis)
    case .json: diagnosis.json.jsonText(pretty: true)
    case .html: diagnosis.html
    }
  }

  private static let styles: [DiagnosisText.Style: TextStyle] = [
    .heading: .bold, .critical: .red, .warning: .yellow, .info: .cyan, .faint: .faint,
  ]
}
