import Testing

@testable import terway_operator

struct `Parsing of arguments` {
  static let names = Option<[String]>.repeated("filename", short: "f", .path("FILE"), "Files.")
  static let color = Option<String>("color", short: "c", .text("NAME"), default: "red", shownAs: "red", "A color.")
  static let count = Option<Int>(
    "count", .count("COUNT", in: 1...9), default: 3, shownAs: "3", environment: "COUNT", "How many.")
  static let deep = Option<Bool>.switch("deep", short: "d", "Look deep.")
  static let loud = Option<Bool>.switch("loud", short: "l", "Be loud.")

  static let command = Command(
    name: "try", summary: "Try", details: "",
    operand: Command.Operand(placeholder: "WORD", isRequired: false, choice: .commands),
    groups: [
      Command.OptionGroup(
        title: "All",
        options: [
          names.declaration, color.declaration, count.declaration, deep.declaration, loud.declaration,
        ])
    ],
    action: { _, _ in .success })

  private func parse(_ line: String, environment: [String: String] = [:]) throws -> Arguments? {
    let words = line.split(separator: " ").map(String.init)
    switch try ArgumentParser.parse(words, of: Self.command, environment: environment) {
    case .help: return nil
    case .arguments(let arguments): return arguments
    }
  }

  @Test(arguments: [
    ("--filename a.yaml", ["a.yaml"]),
    ("--filename=a.yaml", ["a.yaml"]),
    ("--filename=a=b", ["a=b"]),
    ("-f a.yaml", ["a.yaml"]),
    ("-fa.yaml", ["a.yaml"]),
    ("-f=a.yaml", ["a.yaml"]),
    ("-f a -f b --filename c", ["a", "b", "c"]),
    ("-f -", ["-"]),
    ("-f --unknown", ["--unknown"]),
    ("-dlf a", ["a"]),
    ("", []),
  ])
  func `finds values however they are written`(line: String, expected: [String]) throws {
    #expect(try parse(line)?[Self.names] == expected)
  }

  @Test(arguments: [
    ("", false), ("--deep", true), ("--deep=true", true), ("--deep=false", false), ("-d", true), ("-ld", true),
    ("-d=false", false),
  ])
  func `turns switches on and off`(line: String, expected: Bool) throws {
    #expect(try parse(line)?[Self.deep] == expected)
  }

  @Test func `takes a switch without the word after it`() throws {
    let arguments = try #require(try parse("--deep true"))
    #expect(arguments[Self.deep])
    #expect(arguments.operands == ["true"])
  }

  @Test(arguments: [("", [:], 3), ("", ["COUNT": "5"], 5), ("--count 7", ["COUNT": "5"], 7), ("", ["COUNT": ""], 3)])
  func `prefers flags to the environment, and that to the default`(
    line: String, environment: [String: String], expected: Int
  ) throws {
    #expect(try parse(line, environment: environment)?[Self.count] == expected)
  }

  @Test func `takes everything after two dashes as it is`() throws {
    #expect(try parse("-d -- --deep")?.operands == ["--deep"])
  }

  @Test(arguments: ["--help", "-h", "-dh", "--nonsense --help", "--count many -h"])
  func `shows help whatever else is wrong`(line: String) throws {
    #expect(try parse(line) == nil)
  }

  @Test func `does not take help for a value that was meant literally`() throws {
    #expect(try parse("-- --help")?.operands == ["--help"])
  }

  @Test(arguments: [
    ("--colour red", UsageError.unknownFlag("--colour", command: "try", meant: "--color")),
    ("--elephant", .unknownFlag("--elephant", command: "try", meant: nil)),
    ("-x", .unknownFlag("-x", command: "try", meant: nil)),
    ("--color", .missingValue(flag: "--color", placeholder: "NAME", expectation: "a text that is not empty")),
    ("--color --deep", .missingValue(flag: "--color", placeholder: "NAME", expectation: "a text that is not empty")),
    ("--color=red --color=blue", .repeated(flag: "--color")),
    ("-d --deep", .repeated(flag: "--deep")),
    (
      "--color=",
      .invalidValue("", source: "--color", expectation: "a text that is not empty", meant: nil)
    ),
    (
      "--count 10",
      .invalidValue("10", source: "--count", expectation: "a whole number from 1 to 9", meant: nil)
    ),
    (
      "--deep=yes", .invalidValue("yes", source: "--deep", expectation: "true or false", meant: nil)
    ),
    ("one two", .unexpectedOperand("two", command: "try", meant: nil)),
  ])
  func `names what it cannot use`(line: String, error: UsageError) {
    #expect(throws: error) { try parse(line) }
  }

  @Test func `names the variable of the environment that it cannot use`() {
    #expect(
      throws: UsageError.invalidValue(
        "lots", source: "$COUNT (for --count)", expectation: "a whole number from 1 to 9", meant: nil)
    ) { try parse("", environment: ["COUNT": "lots"]) }
  }
}
