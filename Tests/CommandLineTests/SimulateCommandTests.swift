import Foundation
import Serialization
import TestSupport
import Testing

@testable import terway_operator

struct `The simulate command` {
  static let trace = """
    start_s,end_s,group
    0,4000,web
    60,500,web
    60,,job

    """

  private func run(_ files: [String: String], _ line: String) async throws -> TestRun {
    try await TemporaryDirectory.with(files) { directory in
      await TestRun.of(line.replacing("DIR", with: directory))
    }
  }

  @Test func `compares the policy with what was asked for, the policy first`() async throws {
    let run = try await run(
      ["t.csv": Self.trace], "simulate --trace DIR/t.csv --nodes 3 --against terway-5-10,oracle -o json")
    let rules = try JSONValue(jsonBytes: Array(run.output.utf8))["rules"]?.array ?? []
    #expect(run.code == .success && rules.map { $0["name"]?.string } == ["default", "terway-5-10", "oracle"])
  }

  @Test func `writes a table and a page too`() async throws {
    let text = try await run(["t.csv": Self.trace], "simulate --trace DIR/t.csv --nodes 3 --against cilium")
    #expect(text.output.contains("idle/node") && text.output.contains("cilium"))
    let html = try await run(["t.csv": Self.trace], "simulate --trace DIR/t.csv --nodes 3 --against cilium -o html")
    #expect(html.output.hasPrefix("<!DOCTYPE html>") && html.output.contains("</html>"))
  }

  @Test func `tries the policy that it is given`() async throws {
    let policy = SampleResource.policy + "spec: {forecast: {enabled: false}}\n"
    let line = "simulate --trace DIR/t.csv --nodes 3 --against cilium -o json"
    let given = try await run(["t.csv": Self.trace, "p.yaml": policy], line + " --policy DIR/p.yaml")
    let usual = try await run(["t.csv": Self.trace], line)
    #expect(given.code == .success && given.output != usual.output)
  }

  @Test(arguments: [
    ("simulate", ExitCode.usage, "exactly one of --trace, --generate and --from-prometheus"),
    ("simulate --trace a --generate steady", .usage, "exactly one of --trace, --generate and --from-prometheus"),
    ("simulate --generate stedy", .usage, "did you mean \"steady\"?"),
    ("simulate --generate steady --against default,nobody", .usage, "must be all, or some of"),
    ("simulate --generate steady --nodes 0", .usage, "whole number from 1 to 50000"),
    ("simulate --trace /nowhere.csv", .findings, "cannot read /nowhere.csv"),
    ("simulate --trace DIR/bad.csv --nodes 2", .findings, "bad.csv:3: end_s 1 is before start_s 5"),
    ("simulate --trace DIR/t.csv.gz --nodes 2", .findings, "first line must be"),
    ("simulate --trace DIR --nodes 2", .findings, "cannot read"),
    ("simulate --trace DIR/t.csv --policy DIR/bad.yaml", .findings, "spec.maxENIs"),
    ("simulate --trace DIR/t.csv --policy DIR/profile.yaml", .findings, "must hold one EniAutoscalePolicy"),
  ])
  func `prints nothing but why when anything is wrong`(line: String, code: ExitCode, message: String) async throws {
    let files = [
      "t.csv": Self.trace, "t.csv.gz": "\u{1F}gzip", "bad.csv": "start_s,end_s,group\n1,2,a\n5,1,a\n",
      "bad.yaml": SampleResource.policy + "spec:\n  maxENIs: 1000\n", "profile.yaml": SampleResource.profile,
    ]
    let run = try await run(files, line)
    #expect(run.code == code && run.output.isEmpty)
    #expect(run.errors.contains(message), "\(run.errors)")
  }

  /// Used addresses of two nodes for six hours, a value a minute; `b` has a burst in its third hour.
  private var history: String {
    let start = Int(Date().timeIntervalSince1970) / 3600 * 3600 - 7 * 3600
    let lines = (0..<360).flatMap { minute in
      [("a", 12), ("b", (120..<180).contains(minute) ? 80 : 20)].map { node, used in
        "terway_used{node=\"\(node)\",cluster=\"c\"} \(used) \(start + minute * 60)\n"
      }
    }
    return "# TYPE terway_used gauge\n" + lines.joined() + "# EOF\n"
  }

  @Test(.enabled(if: PrometheusServer.executable != nil, "there is no prometheus"))
  func `tries a policy on what a Prometheus remembers`() async throws {
    let history = history
    let server = try await TestSupport.Command.onThread { try PrometheusServer(history: history) }
    func run(_ more: String) async -> TestRun {
      await TestRun.of("simulate --from-prometheus \(server.url) --range 8h --against threshold -o json " + more)
    }
    try await eventually("the server answers") { await run("--query terway_used").code != .unreachable }

    let played = await run("--query terway_used")
    let rules = try JSONValue(jsonText: played.output)["rules"]?.array ?? []
    #expect(played.code == .success && rules.compactMap { $0["name"]?.string } == ["default", "threshold"])
    // Two nodes for six hours, of which `b` needs three ENIs for one.
    let hours = rules.compactMap { $0["eniHours"]?.number }
    #expect(hours.count == 2 && hours.allSatisfy { (12...40).contains($0) }, "\(played.output)")
    // A burst of 60 pods within a minute makes some of them wait, whoever decides.
    #expect((rules.first?["waitPodSeconds"]?.number ?? 0) > 0)

    for (query, code, message) in [
      ("nothing_at_all", ExitCode.findings, "the Prometheus has no pods for nothing_at_all within the last 8h"),
      ("sum(terway_used)", .findings, "returns a series without the label node"),
      (
        "label_replace(terway_used,\"cluster\",\"d\",\"\",\"\")or(terway_used)", .findings, "several series of the node"
      ),
      ("sum(", .findings, "parse error"),
    ] {
      let run = await run("--query \(query)")
      #expect(run.code == code && run.output.isEmpty && run.errors.contains(message), "\(query): \(run.errors)")
    }
  }

  @Test func `tells a Prometheus that is not there from one that has nothing`() async {
    let run = await TestRun.of("simulate --from-prometheus http://127.0.0.1:1")
    #expect(run.code == .unreachable && run.output.isEmpty && run.errors.contains("127.0.0.1:1"), "\(run.errors)")
  }
}
