import Serialization

enum ValidateCommand {
  static let output = OutputFormat.option([.text, .json, .yaml], default: .text)

  static let command = Command(
    name: "validate", summary: "Check resources in files, without a cluster",
    details: """
      Checks \(OwnKind.names.joinedAsList) resources for everything that the API server and the operator would refuse: \
      syntax, unknown fields, types, bounds, rules between fields, and names that are used twice.

      Prints one line for each finding, FILE:LINE:COLUMN: FIELD: what is wrong; with -o json or yaml a list of objects \
      with file, line, column, path, message and value. The exit code is 0 when all is well and 1 when anything was \
      found.
      """,
    groups: [InputOptions.group, Command.OptionGroup(title: "Output", options: [output.declaration])],
    examples: [
      Command.Example("A file", "PROGRAM validate -f profile.yaml"),
      Command.Example(
        "All manifests below a directory, for a program to read", "PROGRAM validate -R -f deploy/ -o json"),
      Command.Example("What a pipeline makes", "kustomize build . | PROGRAM validate --ignore-foreign -f -"),
    ],
    action: { arguments, invocation in
      let set = try InputOptions.resources(arguments, invocation)
      let format = arguments[output]
      try invocation.output.write(
        format == .text
          ? set.findings.map { "\($0)\n" }.joined() : format.text(of: .array(set.findings.map(\.record))))
      invocation.output.tell(summary(of: set))
      return set.findings.isEmpty ? .success : .findings
    })

  private static func summary(of set: ResourceSet) -> String {
    if set.resources.isEmpty { return set.findingCount }
    let resources = "\(set.resources.count) \(set.resources.count == 1 ? "resource" : "resources")"
    return set.findings.isEmpty ? "\(resources) valid" : "\(set.findingCount) in \(resources)"
  }
}
