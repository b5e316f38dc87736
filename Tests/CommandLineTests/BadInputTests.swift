import Testing

@testable import terway_operator

struct `Bad command lines` {
  struct Case: CustomTestStringConvertible, Sendable {
    var line: String
    var environment: [String: String] = [:]
    var message: String
    var help: String

    var testDescription: String { line }
  }

  static let cases = [
    Case(line: "rendr", message: "unknown command \"rendr\"; did you mean \"render\"?", help: "terway-operator --help"),
    Case(
      line: "frobnicate",
      message:
        "unknown command \"frobnicate\"; known are run, render, validate, import, simulate, capacity, diagnose, report, crds, version, completion, help",
      help: "terway-operator --help"),
    Case(
      line: "--context c run", message: "--context comes before the command; flags follow it",
      help: "terway-operator --help"),
    Case(
      line: "help runn", message: "unknown command \"runn\"; did you mean \"run\"?", help: "terway-operator help --help"
    ),
    Case(
      line: "run --metrics-bind-adress :1",
      message: "unknown flag --metrics-bind-adress of run; did you mean --metrics-bind-address?",
      help: "terway-operator run --help"),
    Case(
      line: "run --metrics-bind-address 8080",
      message: """
        --metrics-bind-address: "8080" must be an address such as :8080, 127.0.0.1:8080 or [::1]:8080, or 0 for none
        """, help: "terway-operator run --help"),
    Case(
      line: "run --metrics-bind-address :70000",
      message: """
        --metrics-bind-address: ":70000" must be an address such as :8080, 127.0.0.1:8080 or [::1]:8080, or 0 for none
        """, help: "terway-operator run --help"),
    Case(
      line: "run --metrics-bind-address :8081",
      message:
        "--metrics-bind-address and --health-probe-bind-address must not both be :8081: they are separate servers",
      help: "terway-operator run --help"),
    Case(
      line: "run --log-level warn",
      message: "--log-level: \"warn\" must be debug, info, warning or error",
      help: "terway-operator run --help"),
    Case(
      line: "run --log-level errr",
      message: "--log-level: \"errr\" must be debug, info, warning or error; did you mean \"error\"?",
      help: "terway-operator run --help"),
    Case(
      line: "run --log-format", message: "--log-format needs a value: FORMAT must be text or json",
      help: "terway-operator run --help"),
    Case(
      line: "run --leader-elect=yes", message: "--leader-elect: \"yes\" must be true or false",
      help: "terway-operator run --help"),
    Case(
      line: "run --leader-election-renew-deadline 20s",
      message:
        "--leader-election-renew-deadline: 20s must be shorter than --leader-election-lease-duration, which is 15s",
      help: "terway-operator run --help"),
    Case(
      line: "run --leader-election-retry-period 10s",
      message:
        "--leader-election-retry-period: 10s must be shorter than --leader-election-renew-deadline, which is 10s",
      help: "terway-operator run --help"),
    Case(
      line: "run --leader-election-lease-duration 15",
      message: "--leader-election-lease-duration: \"15\" must be a duration above zero, such as 15s or 1m30s",
      help: "terway-operator run --help"),
    Case(
      line: "run --leader-election-retry-period 0s",
      message: "--leader-election-retry-period: \"0s\" must be a duration above zero, such as 15s or 1m30s",
      help: "terway-operator run --help"),
    Case(
      line: "run", environment: ["POD_NAMESPACE": "My Space"],
      message: """
        $POD_NAMESPACE (for --leader-election-namespace): "My Space" must be a name of at most 63 lower-case letters, \
        digits and dashes
        """, help: "terway-operator run --help"),
    Case(
      line: "run --workers 0", message: "--workers: \"0\" must be a whole number from 1 to 64",
      help: "terway-operator run --help"),
    Case(line: "run now", message: "unexpected argument \"now\" of run", help: "terway-operator run --help"),
    Case(
      line: "validate", message: "--filename is required: FILE must be a path, or - for standard input",
      help: "terway-operator validate --help"),
    Case(
      line: "validate a.yaml", message: "unexpected argument \"a.yaml\" of validate; did you mean -f a.yaml?",
      help: "terway-operator validate --help"),
    Case(
      line: "render -f a.yaml -o text", message: "--output: \"text\" must be yaml or json",
      help: "terway-operator render --help"),
    Case(
      line: "render -f a.yaml -o json -o yaml", message: "--output is given more than once",
      help: "terway-operator render --help"),
    Case(
      line: "render -f a.yaml --prometheus-version latest",
      message: "--prometheus-version: \"latest\" must be a version such as 2.42 or v3.1.0",
      help: "terway-operator render --help"),
    Case(
      line: "completion", message: "SHELL is missing: it must be bash, zsh or fish",
      help: "terway-operator completion --help"),
    Case(
      line: "completion fsh", message: "SHELL: \"fsh\" must be bash, zsh or fish; did you mean \"fish\"?",
      help: "terway-operator completion --help"),
  ]

  @Test(arguments: cases)
  func `get one message, a pointer to help and the exit code 2`(bad: Case) async {
    let run = await TestRun.of(bad.line, environment: bad.environment)
    #expect(run.code == .usage)
    #expect(run.output == "")
    #expect(run.errors == "error: \(bad.message)\nRun '\(bad.help)' for usage.\n")
    #expect(run.operatorOptions == nil)
  }

  @Test func `without any command get the overview on standard error`() async {
    let run = await TestRun.of("")
    let help = await TestRun.of("--help")
    #expect(run.code == .usage)
    #expect(run.output == "")
    #expect(run.errors == help.output)
  }

  @Test func `of the kubectl plugin are answered in its name`() async {
    let run = await TestRun.of("validate", executable: "kubectl-terway")
    #expect(run.errors.hasSuffix("Run 'kubectl terway validate --help' for usage.\n"))
  }
}

struct `Input that cannot be read` {
  @Test(arguments: [
    ("validate -f nowhere.yaml", "cannot read nowhere.yaml: no such file or directory"),
    (
      "render -f https://example.com/a.yaml",
      "cannot read https://example.com/a.yaml: URLs are not followed; download it and pass it with -f -"
    ),
    (
      "validate -f -",
      "no TerwayMonitoringProfile or EniAutoscalePolicy of ops.terway.io/v1alpha1 in <stdin>"
    ),
    ("validate -f empty", "no .yaml, .yml or .json file in empty; -R looks into its subdirectories too"),
    ("validate -R -f empty/of", "no .yaml, .yml or .json file in empty/of"),
  ])
  func `gets one message and the exit code 1`(line: String, message: String) async throws {
    try await TemporaryDirectory.with(["empty/of/notes.txt": "nothing\n"]) { directory in
      let words = line.split(separator: " ").map { $0 == "empty" || $0 == "empty/of" ? "\(directory)/\($0)" : "\($0)" }
      let run = await TestRun.of(words)
      #expect(run.code == .findings)
      #expect(run.output == "")
      #expect(run.errors.replacing("\(directory)/", with: "") == "error: \(message)\n")
    }
  }
}
