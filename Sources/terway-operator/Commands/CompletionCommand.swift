enum CompletionCommand {
  static let command = Command(
    name: "completion", summary: "Print a script that makes a shell complete commands and flags",
    details: "The script completes commands, flags, the values of flags, and files; it needs nothing but the shell.",
    operand: Command.Operand(placeholder: "SHELL", isRequired: true, choice: .words(Shell.allCases.map(\.rawValue))),
    examples: [
      Command.Example("bash, for this session", "source <(PROGRAM completion bash)"),
      Command.Example(
        "zsh, for good: into a directory that $fpath names", "PROGRAM completion zsh > ~/.zfunc/_EXECUTABLE"),
      Command.Example("fish, for this session", "PROGRAM completion fish | source"),
    ],
    action: { arguments, invocation in
      guard let shell = arguments.operands.first.flatMap(Shell.init(rawValue:)) else { return .usage }
      try invocation.output.write(shell.script(for: CommandTable.commands, executable: invocation.executable))
      return .success
    })
}
