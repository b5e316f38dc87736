import KubernetesModel
import TerwayModel

enum CRDsCommand {
  static let definitions = [MonitoringProfile.definition, EniAutoscalePolicy.definition]

  static let output = OutputFormat.option([.yaml, .json], default: .yaml)
  static let apply = Option<Bool>.switch(
    "apply", "Create them in the cluster, or bring those that are there up to date, in place of printing them.")

  static let command = Command(
    name: "crds", summary: "Print or apply the CustomResourceDefinitions of this version",
    details: """
      The definitions belong to a version of the program: an upgrade brings them up to date first. Nothing is taken away \
      from the resources that are there.

      The exit code is 1 when the API server refuses one, and 3 when the cluster cannot be reached.
      """,
    groups: [
      Command.OptionGroup(title: "Output", options: [output.declaration]),
      Command.OptionGroup(
        title: "Cluster",
        options: [apply.declaration, RunCommand.kubeconfig.declaration, RunCommand.context.declaration]),
    ],
    examples: [
      Command.Example("Before an upgrade, by kubectl", "PROGRAM crds | kubectl apply --server-side -f -"),
      Command.Example("The same without kubectl", "PROGRAM crds --apply"),
    ],
    action: { arguments, invocation in
      guard arguments[apply] else {
        try invocation.output.write(arguments[output].text(ofObjects: definitions.map(\.manifest)))
        return .success
      }
      let installer = DefinitionInstaller(
        client: try await ClusterAccess.client(arguments, invocation))
      for definition in definitions {
        do {
          let outcome = try await installer.install(definition)
          try invocation.output.write("\(definition.name) \(outcome.rawValue)\n")
        } catch let error as any ExitingError {
          throw error
        } catch {
          throw Unreachable(reason: error)
        }
      }
      return .success
    })
}
