import Insights
import KubernetesModel
import Serialization

enum ReportCommand {
  static let language = Option<Bilingual.Language>(
    "language", .word("LANGUAGE"), default: .en, shownAs: "en", "The language of the report; JSON is English.")
  static let former = Option<String?>(
    "since-report", ValueSyntax.path("FILE", extensions: ["json"]).optional, default: nil, shownAs: nil,
    "A report that was written with -o json before, to say what has changed since.")
  static let cluster = Option<String?>(
    "cluster-name", ValueSyntax.text("NAME").optional, default: nil, shownAs: "the address of the API server",
    "What people call the cluster.")
  static let output = Option<ReportFormat>(
    "output", short: "o", .word("FORMAT"), default: .html, shownAs: "html", "How the report is written.")

  static let command = Command(
    name: "report", summary: "Write a report on Terway for an audit",
    details: """
      Writes one file about Terway in a cluster: which requirements are met and by what evidence, what diagnose finds, \
      what there is, how it is configured, what has drifted, who may change what, which alerts are in force, and what \
      performance tests measured, with room for signatures. It changes nothing.

      The page loads nothing from elsewhere and can be printed. What could not be looked at is listed as not known, and \
      requirements that depend on it are not taken to be met.

      The exit code is 0 when each requirement is met, 1 when one is not or is not known, and 3 when the cluster cannot be \
      reached.
      """,
    groups: [
      ClusterAccess.group,
      Command.OptionGroup(
        title: "Content",
        options: [
          cluster.declaration, former.declaration, ClusterAccess.since.declaration, language.declaration,
        ]),
      Command.OptionGroup(title: "Output", options: [output.declaration]),
    ],
    examples: [
      Command.Example("A page", "PROGRAM report --cluster-name production > report.html"),
      Command.Example("One that the next report can be compared with", "PROGRAM report -o json > july.json"),
      Command.Example(
        "What has changed since, in Chinese", "PROGRAM report --since-report july.json --language zh > august.html"),
    ],
    action: { arguments, invocation in
      try await Interruption.run(invocation.output) { try await report(arguments, invocation, $0) }
    })

  private static func report(
    _ arguments: Arguments, _ invocation: Invocation, _ progress: Progress
  ) async throws -> ExitCode {
    let former = try arguments[former].map(Self.read)
    let prometheus = try ClusterAccess.prometheusClient(arguments)
    let client = try await ClusterAccess.client(arguments, invocation)
    let scope = ClusterSnapshot.Scope(since: Double(arguments[ClusterAccess.since].components.seconds))
    let snapshot = try await SnapshotCollector(
      client: client, scope: scope, prometheus: prometheus, progress: progress
    ).collect()
    var facts = try await AuditCollector(client: client, progress: progress).collect()
    if let name = arguments[cluster] { facts.cluster = name }
    let access = arguments[ClusterAccess.prometheus].map {
      PrometheusAccess(url: $0, tokenFile: arguments[ClusterAccess.tokenFile])
    }
    facts.capacity = try await CapacityRun(
      client: client, cluster: ClusterCapacity(snapshot, facts.policies), prometheus: access, query: nil,
      range: capacityRange,
      planner: CapacityPlanner(horizon: CapacityCommand.horizon.initial, now: snapshot.time), progress: progress
    ).part(of: snapshot.resources)
    progress.clear()
    let report = AuditReport(snapshot, facts, since: former)
    try invocation.output.write(arguments[output].text(of: report, arguments[language]))
    return report.isCompliant ? .success : .findings
  }

  /// How far back capacity is looked at, in seconds.
  private static let capacityRange = 56 * 86_400.0

  private static func read(_ file: String) throws -> FormerReport {
    let bytes = try FileDescriptor.bytes(ofFile: file)
    let json: JSONValue
    do throws(JSONError) {
      json = try JSONValue(jsonBytes: bytes)
    } catch {
      throw FormerReportError(file: file, reason: "\(error)")
    }
    guard let report = FormerReport(json) else {
      throw FormerReportError(
        file: file, reason: "it has no time, findings and compliance; write it with report -o json")
    }
    return report
  }
}

/// A file that is no report.
struct FormerReportError: ExitingError {
  var file: String
  var reason: String

  var exitCode: ExitCode { .findings }
  var message: String? { "\(file) is no earlier report: \(reason)" }
}

/// How a report is written.
enum ReportFormat: String, CaseIterable, Sendable {
  case html, markdown, json

  func text(of report: AuditReport, _ language: Bilingual.Language) -> String {
    switch self {
    case .html: report.html(language)
    case .markdown: report.markdown(language)
    case .json: report.json.jsonText(pretty: true)
    }
  }
}
