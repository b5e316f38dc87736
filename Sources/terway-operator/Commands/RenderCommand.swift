import Monitoring
import Prometheus
import Serialization
import TerwayModel

enum RenderCommand {
  static let output = OutputFormat.option([.yaml, .json], default: .yaml)
  static let prometheusVersion = Option<PrometheusVersion?>(
    "prometheus-version", ValueSyntax.prometheusVersion.optional, default: nil,
    shownAs: "\(PrometheusVersion.baseline)",
    "The version of the cluster's Prometheus, where a profile leaves spec.metrics.prometheusVersion empty.")
  static let operatorNamespace = Option<String>(
    "operator-namespace", .namespace, default: OperatorEndpoint().namespace, shownAs: OperatorEndpoint().namespace,
    "The namespace in which the operator runs, from which its own metrics are scraped.")

  static let command = Command(
    name: "render", summary: "Print the objects that profiles generate, without a cluster",
    details: """
      Prints every object that the operator would make for the \(MonitoringProfile.resource.kind.kind) resources in the \
      files, except for what it adds when it applies them (owner references). Resources of kind \
      \(EniAutoscalePolicy.resource.kind.kind) are checked and generate nothing.

      The output is the same for the same input, byte for byte. When anything in the input is invalid, it says what on \
      standard error as validate does and prints no object.
      """,
    groups: [
      InputOptions.group,
      Command.OptionGroup(
        title: "In place of a cluster", options: [prometheusVersion.declaration, operatorNamespace.declaration]),
      Command.OptionGroup(title: "Output", options: [output.declaration]),
    ],
    examples: [
      Command.Example("What a profile generates", "PROGRAM render -f profile.yaml"),
      Command.Example(
        "How the cluster differs from it", "PROGRAM render -f profile.yaml | kubectl diff -f -"),
      Command.Example("As one List", "PROGRAM render -f profile.yaml -o json > objects.json"),
    ],
    action: render)

  private static func render(_ arguments: Arguments, _ invocation: Invocation) throws -> ExitCode {
    let set = try InputOptions.resources(arguments, invocation)
    guard set.findings.isEmpty else {
      for finding in set.findings { invocation.output.tell("\(finding)") }
      invocation.output.error("\(set.findingCount): nothing is rendered")
      return .findings
    }
    var manifests: [JSONValue] = []
    for resource in set.resources {
      guard resource.kind.type == MonitoringProfile.resource else {
        invocation.output.note("\(resource.title) is valid and generates nothing")
        continue
      }
      let profile = try MonitoringProfile(resource.value)
      manifests += try MonitoringRenderer.manifests(
        for: profile.metadata.name, spec: profile.checkedSpec.get(), cluster: cluster(arguments),
        endpoint: OperatorEndpoint(namespace: arguments[operatorNamespace])
      ).map(\.content)
    }
    try invocation.output.write(arguments[output].text(ofObjects: manifests))
    return .success
  }

  /// A cluster of which nothing is known but what the flags say.
  private static func cluster(_ arguments: Arguments) -> DetectedCluster {
    guard let version = arguments[prometheusVersion] else { return DetectedCluster() }
    return DetectedCluster(prometheuses: [DetectedPrometheus(namespace: "", name: "", version: version)])
  }
}
