import Serialization

enum VersionCommand {
  static let output = OutputFormat.option([.text, .json, .yaml], default: .text)

  static let command = Command(
    name: "version", summary: "Print the version",
    details: "Prints the version of the program, and what it was built from, with and for. Asks no cluster.",
    groups: [Command.OptionGroup(title: "Output", options: [output.declaration])],
    examples: [Command.Example("For a program to read", "PROGRAM version -o json")],
    action: { arguments, invocation in try show(arguments[output], invocation) })

  static func show(_ format: OutputFormat, _ invocation: Invocation) throws(OutputError) -> ExitCode {
    let build = BuildInformation.current
    try invocation.output.write(format == .text ? build.text : format.text(of: build.value))
    return .success
  }
}

extension BuildInformation {
  fileprivate var text: String {
    let origin = ([commit.map { "commit \($0)" }, "Swift \(swift)", platform].compactMap(\.self)).joined(
      separator: ", ")
    return "\(Invocation.defaultExecutable) \(version) (\(origin))\n"
  }

  fileprivate var value: JSONValue {
    var value: JSONValue = ["version": .string(version), "swift": .string(swift), "platform": .string(platform)]
    value["commit"] = commit.map(JSONValue.string)
    return value
  }
}
