import KubernetesModel

/// Every command of the program. Parsing, help and completion follow from it: a new command is a new line here.
enum CommandTable {
  static let summary = """
    The operator that keeps the monitoring of the Terway network plugin in shape, and tools to try its resources without \
    a cluster.
    """

  static let commands: [Command] = [
    RunCommand.command, RenderCommand.command, ValidateCommand.command, ImportCommand.command, SimulateCommand.command,
    CapacityCommand.command, DiagnoseCommand.command, ReportCommand.command, CRDsCommand.command,
    VersionCommand.command, CompletionCommand.command, HelpCommand.command,
  ]

  static func command(named name: String) throws(UsageError) -> Command {
    let known = commands.map(\.name)
    guard let command = commands.first(where: { $0.name == name }) else {
      throw .unknownCommand(name, meant: Suggestion.closest(to: name, among: known), known: known)
    }
    return command
  }
}
