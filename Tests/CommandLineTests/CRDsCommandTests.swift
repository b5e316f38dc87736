import Serialization
import TerwayModel
import Testing

@testable import terway_operator

struct `The crds command` {
  @Test func `prints the definitions of this version`() async throws {
    let run = await TestRun.of("crds")
    #expect(run.code == .success)
    let printed = try YAML.documents(in: run.output, file: "output").map(\.value)
    #expect(printed == [MonitoringProfile.definition.manifest, EniAutoscalePolicy.definition.manifest])
  }

  @Test func `prints one List as JSON`() async throws {
    let list = try JSONValue(jsonBytes: Array(await TestRun.of("crds -o json").output.utf8))
    #expect(list["kind"] == "List" && list["items"]?.array?.count == 2)
  }

  @Test func `cannot apply them without a cluster`() async {
    let run = await TestRun.of("crds --apply --kubeconfig nowhere.yaml")
    #expect(run.code == .unreachable)
    #expect(run.output == "" && run.errors.contains("nowhere.yaml"))
  }
}
