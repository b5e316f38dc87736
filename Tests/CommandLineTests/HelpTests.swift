import Foundation
import Testing

@testable import terway_operator

struct `Help texts` {
  static let names = [nil] + CommandTable.commands.map(\.name)

  @Test(arguments: names)
  func `are what the golden files hold`(name: String?) async throws {
    let run = await TestRun.of("help \(name ?? "")")
    #expect(run.code == .success)
    let path = "Tests/CommandLineTests/Goldens/help\(name.map { "-\($0)" } ?? "").txt"
    #expect(try Repository.golden(path, updatedTo: run.output) == run.output)
  }

  @Test(arguments: names)
  func `have no line above 80 characters and no blanks at line ends`(name: String?) async {
    let run = await TestRun.of("help \(name ?? "")")
    for line in run.output.split(separator: "\n", omittingEmptySubsequences: false) {
      #expect(line.count <= 80)
      #expect(!line.hasSuffix(" "))
    }
    #expect(run.output.hasSuffix("\n") && !run.output.hasSuffix("\n\n"))
  }

  @Test(arguments: CommandTable.commands.map(\.name))
  func `are the same by the flag, the short flag and the command`(name: String) async {
    let texts = [
      await TestRun.of("\(name) --help").output, await TestRun.of("\(name) -h").output,
      await TestRun.of("help \(name)").output,
    ]
    #expect(Set(texts).count == 1)
  }

  @Test func `speak of kubectl where kubectl started the program`() async {
    let run = await TestRun.of("render --help", executable: "kubectl-terway")
    #expect(run.output.contains("Usage:\n  kubectl terway render -f FILE... [flags]\n"))
    #expect(!run.output.contains("terway-operator render"))
  }

  @Test func `have bold headings on a terminal only`() async {
    let styled = await TestRun.of("--help", isStyled: true).output
    let plain = await TestRun.of("--help").output
    #expect(styled.contains("\u{1B}[1mUsage:\u{1B}[0m"))
    #expect(!plain.contains("\u{1B}"))
    #expect(styled.replacing("\u{1B}[1m", with: "").replacing("\u{1B}[0m", with: "") == plain)
  }

  @Test(arguments: CommandTable.commands)
  func `show only examples that can be parsed`(command: Command) throws {
    for example in command.examples {
      let own = example.line.split(separator: "PROGRAM ").last.map(String.init) ?? ""
      let words = own.prefix { !"|>)".contains($0) }.split(separator: " ").map(String.init)
      #expect(words.first == command.name)
      _ = try ArgumentParser.parse(Array(words.dropFirst()), of: command, environment: [:])
    }
  }

  @Test func `stand in the reference as they are`() async throws {
    let path = "docs/reference/command-line.md"
    var reference = try Repository.text(path)
    for command in CommandTable.commands {
      let opening = "```console\n$ terway-operator \(command.name) --help\n"
      let start = try #require(reference.firstRange(of: opening), "no block for \(command.name)").upperBound
      let end = try #require(reference[start...].firstRange(of: "```\n")).lowerBound
      reference.replaceSubrange(start..<end, with: await TestRun.of("help \(command.name)").output)
    }
    #expect(try Repository.golden(path, updatedTo: reference) == reference)
  }
}
