import Foundation
import KubernetesModel
import Monitoring
import Serialization
import TestSupport
import Testing

extension EndToEnd {
  struct `What is generated` {
    static let specs: [JSONValue] = [[:], Cluster.allSections]

    @Test(arguments: specs)
    func `is accepted by the API server as the command line renders it`(spec: JSONValue) async throws {
      let cluster = try await Cluster.clean()
      let profile: JSONValue = [
        "apiVersion": "ops.terway.io/v1alpha1", "kind": "TerwayMonitoringProfile", "metadata": ["name": "terway"],
        "spec": spec,
      ]
      let program = Repository.product("terway-operator").path
      let rendered = try await Command.succeed(
        program, ["render", "-f", "-", "-o", "json"], input: profile.jsonText(pretty: true))
      let list = try JSONValue(jsonText: rendered)
      let objects = try #require(list["items"]?.array)
      var served: [JSONValue] = []
      for object in objects {
        let offered = try await cluster.client.resources(inGroupVersion: object["apiVersion"]?.string ?? "")
        if offered.contains(where: { $0.kind.kind == object["kind"]?.string }) { served.append(object) }
      }
      #expect(try await served.count == cluster.expected("terway", spec).count)
      for object in served {
        let name = "\(object["kind"]?.string ?? "")/\(object.at("metadata", "name")?.string ?? "")"
        let answer = try await cluster.plane.kubectl(
          "apply", "--dry-run=server", "-f", "-", input: object.jsonText())
        #expect(answer.contains("created (server dry run)"), "\(name): \(answer)")
      }
      // All at once and as YAML too, as a person would do it.
      let yaml = YAML.text(.object(["apiVersion": "v1", "kind": "List", "items": .array(served)]))
      try await cluster.plane.kubectl("apply", "--dry-run=server", "-f", "-", input: yaml)
      #expect(try await cluster.generated().isEmpty)
    }

    @Test(.enabled(if: Promtool.installed != nil), arguments: specs)
    func `holds rules that Prometheus takes as they are in the cluster`(spec: JSONValue) async throws {
      let promtool = try #require(Promtool.installed)
      let cluster = try await Cluster.clean()
      let process = try await cluster.startOperator()
      try await cluster.apply("terway", spec)
      try await cluster.waitUntilReady("terway")
      let rules = try await cluster.generated(by: "terway").filter {
        $0.key.resource == GeneratedResource.prometheusRule
      }
      #expect(rules.count >= 5)
      for (reference, object) in rules {
        let groups = try #require(object.at("spec", "groups"))
        let verdict = try promtool.check(rules: YAML.text(["groups": groups]))
        #expect(verdict.isContent, "\(reference): \(verdict.output)")
      }
      try await process.stop()
    }
  }
}
