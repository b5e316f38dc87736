import Monitoring
import Serialization
import TerwayModel
import Testing

@testable import terway_operator

struct `The render command` {
  private func rendered(_ run: TestRun) throws -> [JSONValue] {
    try YAML.documents(in: run.output, file: "output").map(\.value)
  }

  @Test func `prints what the renderer makes, in its order`() async throws {
    let run = await TestRun.of("render -f -", input: SampleResource.profile)
    #expect(run.code == .success)
    #expect(run.errors == "")
    let expected = MonitoringRenderer.manifests(for: "terway", spec: MonitoringProfileSpec()).map(\.content)
    #expect(try rendered(run) == expected)
    #expect(expected.count > 5)
  }

  @Test func `prints one List as JSON`() async throws {
    let run = await TestRun.of("render -f - -o json", input: SampleResource.profile)
    let list = try JSONValue(jsonBytes: Array(run.output.utf8))
    #expect(list["kind"] == "List" && list["apiVersion"] == "v1")
    let expected = MonitoringRenderer.manifests(for: "terway", spec: MonitoringProfileSpec()).map(\.content)
    #expect(list["items"] == .array(expected))
  }

  @Test func `renders every profile of all files`() async throws {
    let files = [
      "a.yaml": SampleResource.profile,
      "b/c.yaml": SampleResource.profile.replacing("name: terway", with: "name: second"),
    ]
    try await TemporaryDirectory.with(files) { directory in
      let run = await TestRun.of("render -R -f \(directory)")
      let names = try rendered(run).compactMap { $0.at("metadata", "name")?.string }
      #expect(names.contains("terway-monitor") && names.contains("second-monitor"))
    }
  }

  @Test func `puts flags in the place of what a cluster would tell`() async throws {
    let run = await TestRun.of(
      "render -f - --prometheus-version 3.1 --operator-namespace elsewhere", input: SampleResource.profile)
    let expected = MonitoringRenderer.manifests(
      for: "terway", spec: MonitoringProfileSpec(),
      cluster: DetectedCluster(prometheuses: [.init(namespace: "", name: "", version: .init(3, 1))]),
      endpoint: OperatorEndpoint(namespace: "elsewhere")
    ).map(\.content)
    #expect(try rendered(run) == expected)
  }

  @Test func `says that policies generate nothing`() async {
    let run = await TestRun.of("render -f -", input: SampleResource.policy)
    #expect(run.code == .success)
    #expect(run.output == "")
    #expect(run.errors == "note: EniAutoscalePolicy \"default\" is valid and generates nothing\n")
  }

  @Test func `prints no object when anything is invalid`() async {
    let run = await TestRun.of("render -f -", input: SampleResource.profile + "---\n" + SampleResource.invalid)
    #expect(run.code == .findings)
    #expect(run.output == "")
    #expect(
      run.errors == """
        <stdin>:10:3: metadata.name: "terway" is the name of another TerwayMonitoringProfile, at <stdin>:4:3
        <stdin>:12:3: spec.metricz: unknown field; did you mean "metrics"?
        <stdin>:15:7: spec.alerts.qos.enabled: "yess" must be true or false, not a string
        error: 3 findings: nothing is rendered

        """)
  }
}
