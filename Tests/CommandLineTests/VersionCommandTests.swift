import Serialization
import Testing

@testable import terway_operator

struct `The version command` {
  @Test(arguments: ["json", "yaml"])
  func `tells programs`(format: String) async throws {
    let run = await TestRun.of("version -o \(format)")
    let value = try #require(try YAML.documents(in: run.output, file: "output").first).value
    #expect(value["version"] == .string(BuildInformation.current.version))
    #expect(value["platform"] == .string(BuildInformation.current.platform))
    #expect(value["swift"]?.string?.isEmpty == false)
  }

  @Test func `says the same as the flag`() async {
    let (command, flag) = (await TestRun.of("version"), await TestRun.of("--version"))
    #expect(command.output.hasPrefix("terway-operator 0.1.0 ("))
    #expect(command.output == flag.output && flag.code == .success)
  }
}
