import Foundation
import Serialization
import TerwayModel
import Testing

@testable import terway_operator

struct `The files in config/samples` {
  static let folder = "config/samples"
  static let generated =
    "Generated from the schema; UPDATE_GOLDENS=1 swift test --filter SampleFileTests writes it anew."

  static let profile = AnnotatedSample.text(
    of: MonitoringProfile.definition, name: "terway-annotated",
    introduction: [
      "Every field of a TerwayMonitoringProfile with its default: this is the same as `spec: {}`.", Self.generated,
    ])
  static let policy = AnnotatedSample.text(
    of: EniAutoscalePolicy.definition, name: "default",
    introduction: [
      "Every field of an EniAutoscalePolicy with its default: this is the same as `spec: {}`.", Self.generated,
    ])

  @Test(arguments: [
    ("ops_v1alpha1_terwaymonitoringprofile.yaml", profile), ("ops_v1alpha1_eniautoscalepolicy.yaml", policy),
  ])
  func `show every field with its description`(name: String, text: String) throws {
    #expect(try Repository.golden("\(Self.folder)/\(name)", updatedTo: text) == text)
  }

  @Test func `are valid, all together`() async {
    let run = await TestRun.of("validate -f \(Repository.root.path)/\(Self.folder)")
    #expect(run.code == .success)
    #expect(run.output == "")
  }

  @Test func `show the defaults as they are`() throws {
    let document = try #require(try YAML.documents(in: Self.profile, file: "profile").first)
    #expect(try MonitoringProfile(document.value).spec.get() == MonitoringProfileSpec())
    let policy = try #require(try YAML.documents(in: Self.policy, file: "policy").first)
    #expect(try EniAutoscalePolicy(policy.value).spec().get() == EniAutoscalePolicy(metadata: .init()).spec().get())
  }

  @Test func `render to the objects of the documented names`() async throws {
    let run = await TestRun.of(
      "render -f \(Repository.root.path)/\(Self.folder)/ops_v1alpha1_terwaymonitoringprofile_minimal.yaml")
    let objects = try YAML.documents(in: run.output, file: "output").map { document in
      [document.value["kind"], document.value.at("metadata", "name")].map { $0?.string ?? "" }.joined(separator: "/")
    }
    #expect(
      Set(objects).isSuperset(of: [
        "ServiceMonitor/terway-monitor", "PrometheusRule/terway-performance-rules", "PrometheusRule/terway-qos-rules",
        "PrometheusRule/terway-security-rules", "PrometheusRule/terway-recording-rules",
        "ConfigMap/terway-custom-metrics", "ConfigMap/grafana-terway-dashboard", "ConfigMap/fluentd-terway-config",
        "ConfigMap/loki-terway-config",
      ]))
  }
}
