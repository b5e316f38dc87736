enum HelpCommand {
  static let command = Command(
    name: "help", summary: "Show the help of the program or of a command",
    details: "Prints what --help after the command prints.",
    operand: Command.Operand(placeholder: "COMMAND", isRequired: false, choice: .commands),
    examples: [Command.Example("What render takes", "PROGRAM help render")],
    action: { arguments, invocation in
      try show(try arguments.operands.first.map { name in try CommandTable.command(named: name) }, invocation)
    })

  /// Prints the help of a command; without one, the overview.
  static func show(_ command: Command?, _ invocation: Invocation) throws(OutputError) -> ExitCode {
    try invocation.output.write(command.map(helpText(invocation).text) ?? overview(invocation))
    return .success
  }

  static func overview(_ invocation: Invocation) -> String {
    helpText(invocation).overview(of: CommandTable.commands, summary: CommandTable.summary)
  }

  private static func helpText(_ invocation: Invocation) -> HelpText {
    let sink = invocation.output.standardOutput
    return HelpText(program: invocation.program, executable: invocation.executable, heading: { sink.styled($0, .bold) })
  }
}
