import Serialization
import TerwayModel
import Testing

@testable import terway_operator

/// The manifests that people wrote by hand before there was an operator are in `Goldens/import`.
struct `The import command` {
  static let folder = "Tests/CommandLineTests/Goldens/import"

  private func resources(_ run: TestRun) throws -> [JSONValue] {
    try YAML.documents(in: run.output, file: "output").map(\.value)
  }

  private func imported(_ documents: String...) async throws -> (run: TestRun, spec: JSONValue) {
    let run = await TestRun.of("import -f -", input: documents.joined(separator: "\n---\n"))
    return (run, try resources(run).first?["spec"] ?? [:])
  }

  @Test func `makes a profile and a policy of the hand-written manifests, and says what it lost`() async throws {
    let path = Repository.root.appending(path: Self.folder).path
    let run = await TestRun.of("import -f \(path)")
    #expect(run.code == .findings)
    let expected = "Tests/CommandLineTests/Goldens/import-result.yaml"
    #expect(try Repository.golden(expected, updatedTo: run.output) == run.output)
    let remarks = run.errors.replacing(path + "/", with: "")
    #expect(try Repository.golden("Tests/CommandLineTests/Goldens/import-remarks.txt", updatedTo: remarks) == remarks)
    let check = await TestRun.of("validate -f -", input: run.output)
    #expect(check.code == .success, "\(check.output)")
  }

  /// What one field of a document becomes. Others of the result do not matter.
  @Test(arguments: [
    (
      #"{metadata: {name: net-monitor, namespace: watch}, spec: {endpoints: [{interval: 30s}]}}"#, ["namespace"],
      "watch"
    ),
    (#"{spec: {endpoints: [{interval: 30s}]}}"#, ["metrics", "interval"], "30s"),
    (#"{metadata: {labels: {release: main}}, spec: {endpoints: [{}]}}"#, ["selectorLabels", "release"], "main"),
    (#"{spec: {endpoints: [{}], namespaceSelector: {matchNames: [terway]}}}"#, ["terway", "namespace"], "terway"),
  ])
  func `carries fields of a monitor over`(monitor: String, path: [String], value: String) async throws {
    let document = "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\n"
    let body = try #require(YAML.documents(in: monitor, file: "case").first?.value)
    let (run, spec) = try await imported(document + YAML.text(body))
    #expect(run.code == .success, "\(run.errors)")
    #expect(spec.value(at: path.map(PathElement.key)) == .string(value))
  }

  @Test func `names the profile after the monitor, or as it is told`() async throws {
    let monitor = """
      apiVersion: monitoring.coreos.com/v1
      kind: ServiceMonitor
      metadata: {name: net-monitor}
      spec: {endpoints: [{}]}
      """
    let names = try await [
      TestRun.of("import -f -", input: monitor), TestRun.of("import -f - --name x", input: monitor),
    ]
    .map { try resources($0).first?.at("metadata", "name")?.string }
    #expect(names == ["net", "x"])
  }

  private func rule(_ rule: String) -> String {
    """
    apiVersion: monitoring.coreos.com/v1
    kind: PrometheusRule
    metadata: {name: rules}
    spec: {groups: [{name: a, rules: [\(rule)]}]}
    """
  }

  static let latency = "histogram_quantile(0.95, rate(terway_network_latency_seconds_bucket[5m])) >"

  @Test(arguments: [
    ("alert: TerwayHighLatency, expr: '\(latency) 0.12'", ["performance", "latencyP95"], "120ms"),
    (
      "alert: TerwayHighThroughput, expr: 'rate(terway_network_bytes_total[5m])>2e9'", ["performance", "throughput"],
      "2e9"
    ),
    (
      "alert: TerwayBandwidthExceeded, expr: terway_network_current_bandwidth_bytes > terway_network_allocated_bandwidth_bytes * 1.5",
      ["qos", "bandwidthOvershoot"], "1.5"
    ),
  ])
  func `takes the thresholds of known alerts for fields`(text: String, path: [String], value: String) async throws {
    let (run, spec) = try await imported(rule("{\(text)}"))
    #expect(run.code == .success, "\(run.errors)")
    #expect(spec.value(at: (["alerts"] + path).map(PathElement.key)) == .string(value))
  }

  @Test func `makes overrides of how long alerts wait and how grave they are, where that is not the default`()
    async throws
  {
    let (run, spec) = try await imported(
      rule("{alert: TerwayHighLatency, expr: '\(Self.latency) 0.05', for: 17m, labels: {severity: info}}"))
    #expect(run.code == .success, "\(run.errors)")
    let override: JSONValue = ["alert": "TerwayHighLatency", "for": "17m", "severity": "info"]
    #expect(spec.at("alerts", "overrides") == [override])
  }

  @Test func `makes metrics of recording rules`() async throws {
    let (_, spec) = try await imported(rule("{record: a:b, expr: sum(up)}"))
    #expect(spec.at("metrics", "custom") == [["name": "a:b", "query": "sum(up)"]])
  }

  @Test func `takes of logging configurations where logs go and how long they stay`() async throws {
    let (run, spec) = try await imported(
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: a, namespace: logs}
      data:
        fluent.conf: |
          <match **>
            @type elasticsearch
            host es.example.com
            port 9243
            scheme https
            <buffer>
              host no
            </buffer>
          </match>
      """,
      """
      apiVersion: v1
      kind: ConfigMap
      metadata: {name: b, namespace: logs}
      data:
        loki.yaml: |
          limits_config: {retention_period: 336h}
          common: {replication_factor: 3}
      """)
    #expect(run.code == .success, "\(run.errors)")
    #expect(
      spec["logging"] == [
        "namespace": "logs",
        "fluentd": ["elasticsearch": ["host": "es.example.com", "port": 9243, "scheme": "https"]],
        "loki": ["retention": "336h", "replicationFactor": 3],
      ])
  }

  @Test func `does not ask for logging where there was none`() async throws {
    let (_, spec) = try await imported(rule("{alert: TerwayHighLatency, expr: '\(Self.latency) 0.05'}"))
    #expect(spec["logging"] == ["fluentd": ["enabled": false], "loki": ["enabled": false]])
  }

  @Test func `makes panels of dashboards, besides those that every profile has`() async throws {
    let (run, spec) = try await imported(
      #"""
      {"dashboard": {"panels": [
        {"type": "row", "panels": [{"type": "graph", "title": "Own", "yaxes": [{"format": "Bps"}],
          "targets": [{"expr": "sum(up)", "legendFormat": "{{pod}}"}]}]},
        {"type": "graph", "title": "Known", "targets": [{"expr": "rate(terway_network_bytes_total[5m])"}]}]}}
      """#)
    #expect(run.code == .success, "\(run.errors)")
    #expect(
      spec.at("dashboards", "custom") == [
        ["title": "Own", "type": "timeseries", "query": "sum(up)", "legend": "{{pod}}", "unit": "Bps"]
      ])
  }

  /// What is lost, and why.
  @Test(arguments: [
    ("{alert: Mine, expr: up == 0}", "spec.groups[0].rules[0]: the operator has no alert Mine"),
    ("{alert: TerwayHighLatency, expr: up > 1}", "rules[0].expr: this is not an expression whose threshold is known"),
    ("{alert: TerwayNetworkIsolationBreach, expr: terway_network_isolation_violations_total > 5}", "rules[0].expr: "),
    ("{alert: TerwayDown, expr: up, labels: {team: a}}", "labels.team: alerts get the labels"),
    ("{record: 'a b', expr: up}", "rules[0]: spec.metrics.custom[0].name: \"a b\" must be"),
    ("{record: a, expr: 'sum('}", "rules[0]: spec.metrics.custom[0].query"),
    ("{record: a, expr: up, labels: {a: b}}", "labels: a metric of a profile gets no labels"),
  ])
  func `says what it could not carry over`(text: String, remark: String) async throws {
    let (run, _) = try await imported(rule(text), rule("{record: fine, expr: up}"))
    #expect(run.code == .findings)
    #expect(run.errors.contains("<stdin>:4:") && run.errors.contains("PrometheusRule rules: "))
    #expect(run.errors.contains(remark), "\(run.errors)")
    let check = await TestRun.of("validate -f -", input: run.output)
    #expect(check.code == .success, "\(check.output)")
  }

  @Test func `leaves the first of two values that exclude each other`() async throws {
    let (first, second) = (rule("{record: a, expr: up}"), rule("{record: b, expr: up}"))
    let (run, spec) = try await imported(
      first.replacing("name: rules}", with: "name: rules, namespace: one}"),
      second.replacing("name: rules}", with: "name: rules, namespace: two}"))
    #expect(spec["namespace"] == "one")
    #expect(
      run.errors.contains(
        "metadata.namespace: spec.namespace is \"one\" already, from <stdin>:3:25; \"two\" needs a profile of its own"),
      "\(run.errors)")
  }

  /// Input that is not what it says, and what of it is wrong.
  @Test(arguments: [
    ("a: [", "<stdin>:"),
    ("- a", "<stdin>:1:1: the document: must be an object"),
    (
      "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nspec: {endpoints: {}}",
      "must have spec.endpoints, a list"
    ),
    (
      "apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nspec: {endpoints: [{interval: 15}]}",
      "interval: must be a text, not integer"
    ),
    (
      "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec: {}",
      "PrometheusRule: spec: must have spec.groups"
    ),
    ("apiVersion: v1\nkind: ConfigMap\ndata: {metrics_config: '{'}", "data.metrics_config: "),
    ("apiVersion: v1\nkind: ConfigMap\ndata: {a.json: '{'}", "data[a.json]: is not JSON"),
    ("apiVersion: v1\nkind: ConfigMap\ndata: {loki.yaml: 'a: ['}", "data[loki.yaml]: is not YAML: line 1 of it"),
    (
      "apiVersion: apps/v1\nkind: Deployment\nspec: {template: {spec: {containers: [{env: [{name: MIN_ENI_COUNT, value: ten}]}]}}}",
      "MIN_ENI_COUNT must be a whole number, not \"ten\""
    ),
  ])
  func `refuses what is not what it says`(input: String, message: String) async {
    let run = await TestRun.of("import -f -", input: input)
    #expect(run.code == .findings)
    #expect(run.output == "")
    #expect(run.errors.contains(message), "\(run.errors)")
    #expect(run.errors.hasSuffix("nothing is imported\n"))
  }

  @Test(arguments: [
    ("kind: Secret\napiVersion: v1", "nothing takes the place of v1 Secret: keep it"),
    ("kind: Deployment\napiVersion: apps/v1\nspec: {template: {spec: {containers: []}}}", "sizes no pools"),
    (SampleResource.profile, "is one of the operator's own already"),
  ])
  func `has nothing to say where there is nothing to import`(input: String, message: String) async {
    let run = await TestRun.of("import -f -", input: input)
    #expect(run.code == .findings)
    #expect(run.output == "")
    #expect(
      run.errors.contains(message) && run.errors.hasSuffix("error: there is nothing to import\n"), "\(run.errors)")
  }
}
