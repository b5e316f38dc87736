import Serialization

enum ImportCommand {
  static let name = Option<String?>(
    "name", ValueSyntax.resourceName.optional, default: nil,
    shownAs: "what the ServiceMonitor is named after, else terway",
    "The name of the profile, which the names of generated objects begin with.")
  static let output = OutputFormat.option([.yaml, .json], default: .yaml)
  private static let inputs = Command.OptionGroup(
    title: "Input", options: [InputOptions.files.declaration, InputOptions.recursive.declaration])

  static let command = Command(
    name: "import", summary: "Make a profile and policies of hand-written manifests",
    details: """
      Reads ServiceMonitors, PrometheusRules, ConfigMaps with custom metrics, dashboards and the configuration of Fluentd \
      and Loki, dashboards as Grafana exports them, the Deployment of an autoscaler with MIN_ENI_COUNT and its like, and \
      the Job of a performance test. Prints the resources that replace them, with what differs from the defaults.

      What has no place in them is named on standard error, a line for each: FILE:LINE:COLUMN: DOCUMENT: FIELD: why. Nothing \
      is printed when a document is not what its kind says. The exit code is 1 in both cases, and 0 when all was carried \
      over. Policies only recommend; set spec.mode to Apply once their recommendations are what you want.
      """,
    groups: [inputs, Command.OptionGroup(title: "Output", options: [name.declaration, output.declaration])],
    examples: [
      Command.Example("A directory of manifests", "PROGRAM import -f manifests/ > terway.yaml"),
      Command.Example("What is in the cluster", "kubectl get prometheusrules -A -o yaml | PROGRAM import -f -"),
    ],
    action: { arguments, invocation in
      var imported = Import()
      for file in try InputFile.files(arguments[InputOptions.files], recursive: arguments[InputOptions.recursive]) {
        let bytes = try file == .standardInput ? invocation.standardInput() : FileDescriptor.bytes(ofFile: file.name)
        imported.add(bytes, of: file)
      }
      let outcome = imported.finish(name: arguments[name])
      let remarks = imported.remarks
      for remark in remarks { invocation.output.tell("\(remark)") }
      let wrong = remarks.count { $0.gravity == .wrong }
      if wrong > 0 {
        invocation.output.error("\(count(wrong, "thing")) cannot be read: nothing is imported")
        return .findings
      }
      let resources = [outcome.profile].compactMap(\.self) + outcome.policies
      if resources.isEmpty {
        invocation.output.error("there is nothing to import")
        return .findings
      }
      try invocation.output.write(arguments[output].text(ofObjects: resources))
      invocation.output.tell(
        "\(count(imported.understood, "document")) became \(count(resources.count, "resource"))"
          + (remarks.isEmpty ? "" : "; \(count(remarks.count, "thing")) could not be carried over"))
      return remarks.isEmpty ? .success : .findings
    })

  private static func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}

extension ValueSyntax<String> {
  /// The name of one of our resources.
  static let resourceName = ValueSyntax(
    placeholder: "NAME",
    expectation: "a name of at most 35 lower-case letters, digits and dashes that starts with a letter"
  ) { text in
    text.wholeMatch(of: /[a-z]([-a-z0-9]{0,33}[a-z0-9])?/) != nil ? text : nil
  }
}
