import Serialization
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
}
