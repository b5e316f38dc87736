import Serialization
import Testing

@testable import terway_operator

struct `The validate command` {
  static let head = "apiVersion: ops.terway.io/v1alpha1\nkind: TerwayMonitoringProfile\n"
  static let named = head + "metadata: {name: terway}\n"

  @Test(arguments: [
    (SampleResource.profile, "1 resource valid\n"),
    (SampleResource.profile + "---\n" + SampleResource.policy, "2 resources valid\n"),
    ("---\n---\n" + SampleResource.profile + "---\n", "1 resource valid\n"),
    (
      #"{"apiVersion":"ops.terway.io/v1alpha1","kind":"EniAutoscalePolicy","metadata":{"name":"a"}}"#,
      "1 resource valid\n"
    ),
    (
      "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: ops.terway.io/v1alpha1, kind: EniAutoscalePolicy, metadata: {name: a}}\n",
      "1 resource valid\n"
    ),
  ])
  func `counts what is valid and prints nothing else`(input: String, summary: String) async {
    let run = await TestRun.of("validate -f -", input: input)
    #expect(run.code == .success)
    #expect(run.output == "")
    #expect(run.errors == summary)
  }

  @Test(arguments: [
    (
      SampleResource.invalid,
      """
      <stdin>:6:3: spec.metricz: unknown field; did you mean "metrics"?
      <stdin>:9:7: spec.alerts.qos.enabled: "yess" must be true or false, not a string

      """
    ),
    (
      named + """
        spec:
          metrics:
            keep: ["a("]
            custom: [{name: a, query: "sum by (node) (rate(x))"}]
          alerts:
            overrides: [{alert: TerwayHighLatencies}]
        """,
      """
      <stdin>:6:12: spec.metrics.keep[0]: "a(" must be a regular expression (RE2), and has a group that is not closed
      <stdin>:7:24: spec.metrics.custom[0].query: "sum by (node) (rate(x))" is not PromQL: line 1, column 21: found an \
      instant vector as argument of rate, expected a range vector
      <stdin>:9:18: spec.alerts.overrides[0].alert: "TerwayHighLatencies" is the name of no alert; did you mean \
      "TerwayHighLatency"?

      """
    ),
    (
      named + "spec: {namespace: [}\n",
      "<stdin>:4:20: did not find expected node content while parsing a flow node that starts on line 4\n"
    ),
    (
      named + "spec:\n  namespace: a\n  namespace: b\n",
      "<stdin>:6:3: the key \"namespace\" is given twice, first on line 5\n"
    ),
    (head, "<stdin>:1:1: metadata.name: is required\n"),
    (
      "apiVersion: ops.terway.io/v1\nkind: TerwayMonitoringProfile\n",
      "<stdin>:1:1: apiVersion: \"ops.terway.io/v1\" must be ops.terway.io/v1alpha1\n"
    ),
    (
      "apiVersion: ops.terwy.io/v1alpha1\nkind: Profile\n",
      "<stdin>:1:1: apiVersion: \"ops.terwy.io/v1alpha1\" must be ops.terway.io/v1alpha1\n"
    ),
    (
      "apiVersion: ops.terway.io/v1alpha1\nkind: TerwayMonitorProfile\n",
      """
      <stdin>:2:1: kind: "TerwayMonitorProfile" must be TerwayMonitoringProfile or EniAutoscalePolicy; did you mean \
      "TerwayMonitoringProfile"?

      """
    ),
    ("kind: TerwayMonitoringProfile\n", "<stdin>:1:1: apiVersion: is required: ops.terway.io/v1alpha1\n"),
    (
      "apiVersion: ops.terway.io/v1alpha1\nspec: {}\n",
      "<stdin>:1:1: kind: is required: TerwayMonitoringProfile or EniAutoscalePolicy\n"
    ),
    ("- 1\n", "<stdin>:1:1: the list of one item must be an object with apiVersion, kind and metadata\n"),
    (
      SampleResource.foreign,
      "<stdin>:2:1: kind: \"Namespace\" must be TerwayMonitoringProfile or EniAutoscalePolicy\n"
    ),
    (
      SampleResource.profile + "---\n" + SampleResource.profile,
      """
      <stdin>:10:3: metadata.name: "terway" is the name of another TerwayMonitoringProfile, at <stdin>:4:3

      """
    ),
    (
      "apiVersion: v1\nkind: List\nitems:\n- apiVersion: ops.terway.io/v1alpha1\n  kind: Wrong\n",
      "<stdin>:5:3: items[0].kind: \"Wrong\" must be TerwayMonitoringProfile or EniAutoscalePolicy\n"
    ),
    (
      #"{"apiVersion": "v1" "kind": "List"}"#,
      "<stdin>:1:21: did not find expected ',' or '}' while parsing a flow mapping that starts on line 1\n"
    ),
  ])
  func `prints a line for each finding, where it is`(input: String, lines: String) async {
    let run = await TestRun.of("validate -f -", input: input)
    #expect(run.code == .findings)
    #expect(run.output == lines)
  }

  @Test func `finds windows that the operator cannot evaluate`() async {
    let windows = """
      spec:
        maintenanceWindows:
        - {schedule: "61 25 * * *", duration: 1h}
        - {schedule: "0 3 * * *", duration: 1h, timeZone: Mars/X}
        - {schedule: "0 3 * * *", duration: 1h, timeZone: Asia/Shanghai}
      """
    let run = await TestRun.of("validate -f -", input: SampleResource.policy + windows)
    #expect(run.code == .findings)
    #expect(
      run.output == """
        <stdin>:7:6: spec.maintenanceWindows[0].schedule: "61 25 * * *" is no cron expression
        <stdin>:8:43: spec.maintenanceWindows[1].timeZone: "Mars/X" is not known here

        """)
  }

  @Test(arguments: ["json", "yaml"])
  func `prints findings for programs`(format: String) async throws {
    let run = await TestRun.of("validate -f - -o \(format)", input: SampleResource.invalid)
    let expected: JSONValue = [
      [
        "file": "<stdin>", "line": 6, "column": 3, "path": "spec.metricz",
        "message": "unknown field; did you mean \"metrics\"?",
      ],
      [
        "file": "<stdin>", "line": 9, "column": 7, "path": "spec.alerts.qos.enabled",
        "message": "must be true or false, not a string", "value": "yess",
      ],
    ]
    #expect(try YAML.documents(in: run.output, file: "output").map(\.value) == [expected])
    #expect(run.errors == "2 findings in 1 resource\n")
    #expect(run.code == .findings)
  }

  @Test func `prints an empty list for programs when all is well`() async {
    #expect(await TestRun.of("validate -f - -o json", input: SampleResource.profile).output == "[]\n")
  }

  static let tree = [
    "a/one.yaml": SampleResource.profile, "a/namespace.yml": SampleResource.foreign, "a/notes.txt": "{",
    "a/deep/two.json": #"{"apiVersion":"ops.terway.io/v1alpha1","kind":"EniAutoscalePolicy","metadata":{"name":"b"}}"#,
    "a/.hidden/three.yaml": "{", "a/values.yaml": "replicas: 1\n",
  ]

  @Test(arguments: [
    ("-f DIR/a", 0, "note: passed over 2 documents of other kinds: Namespace, no resource\n1 resource valid\n"),
    ("-R -f DIR/a", 0, "note: passed over 2 documents of other kinds: Namespace, no resource\n2 resources valid\n"),
    ("-f DIR/a/one.yaml -f DIR/a/deep", 0, "2 resources valid\n"),
    ("-f DIR/a/one.yaml -f DIR/a/one.yaml", 0, "1 resource valid\n"),
    ("-f DIR/a/namespace.yml", 1, "1 finding\n"),
    (
      "-f DIR/a -f DIR/a/namespace.yml", 1,
      "note: passed over 1 document of other kinds: no resource\n1 finding in 1 resource\n"
    ),
    (
      "--ignore-foreign -f DIR/a/namespace.yml -f DIR/a/one.yaml", 0,
      "note: passed over 1 document of other kinds: Namespace\n1 resource valid\n"
    ),
  ])
  func `reads directories and passes over what is not ours in them`(
    line: String, code: Int32, errors: String
  ) async throws {
    try await TemporaryDirectory.with(Self.tree) { directory in
      let run = await TestRun.of("validate \(line.replacing("DIR", with: directory))")
      #expect(run.code.rawValue == code)
      #expect(run.errors == errors)
    }
  }

  @Test func `does not pass over what is almost ours in directories`() async throws {
    let files = [
      "a.yaml": "kind: TerwayMonitoringProfile\n", "b.yaml": "apiVersion: ops.terway.io/v1alpha1\nkind: Other\n",
      "c.yaml": "apiVersion: ops.terway.oi/v1alpha1\nkind: TerwayMonitoringProfile\n", "d.yaml": "kind: Other\n",
    ]
    try await TemporaryDirectory.with(files) { directory in
      let run = await TestRun.of("validate -f \(directory)")
      let places = run.output.replacing("\(directory)/", with: "").split(separator: "\n").map { $0.prefix(6) }
      #expect(places == ["a.yaml", "b.yaml", "c.yaml"])
    }
  }

  @Test func `follows links to files and not links to directories`() async throws {
    try await TemporaryDirectory.with(["a.yaml": SampleResource.profile]) { directory in
      let links = try Subprocess.bash("mv a.yaml .a; ln -s .a b.yaml; ln -s . loop; ln -s . loop.yaml", in: directory)
      #expect(links.code == 0)
      let run = await TestRun.of("validate -R -f \(directory)")
      #expect(run.errors == "1 resource valid\n")
    }
  }

  @Test func `reads files in the order of their names, whatever the directory's own order`() async throws {
    let files = Dictionary(uniqueKeysWithValues: (1...9).map { ("\($0).yaml", SampleResource.invalid) })
    try await TemporaryDirectory.with(files) { directory in
      let run = await TestRun.of("validate -f \(directory)")
      let order = run.output.split(separator: "\n").filter { $0.contains("metricz") }.compactMap { line in
        line.dropFirst(directory.count + 1).first
      }
      #expect(String(order) == "123456789")
    }
  }
}
