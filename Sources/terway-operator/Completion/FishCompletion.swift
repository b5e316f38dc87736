/// The completion script of fish.
struct FishCompletion {
  let executable: String
  let commands: [Command]

  var script: String {
    let lines =
      ["# fish completion of \(executable)", "complete -c \(executable) -f"]
      + commands.map { line("__fish_use_subcommand", "-a \($0.name)", $0.summary) }
      + ProgramFlag.allCases.map { flag in
        line("__fish_use_subcommand", flag.spellings.map(Self.switchName).joined(separator: " "), flag.help)
      } + commands.flatMap(lines)
    return lines.joined(separator: "\n") + "\n"
  }

  private func lines(for command: Command) -> [String] {
    let condition = "__fish_seen_subcommand_from \(command.name)"
    let operands = command.operandWords(among: commands)
    let operand = operands.isEmpty ? [] : [line(condition, "-a '\(operands.joined(separator: " "))'", "")]
    return operand
      + command.options.map { option in
        let names = option.spellings.map(Self.switchName).joined(separator: " ")
        let value =
          switch option.completion {
          case _ where option.isSwitch: ""
          case .words(let words): " -x -a '\(words.joined(separator: " "))'"
          case .files: " -r -F"
          case .nothing: " -x"
          }
        return line(condition, names + value, option.purpose)
      }
  }

  private func line(_ condition: String, _ what: String, _ description: String) -> String {
    let told = description.isEmpty ? "" : " -d \(Self.quoted(description))"
    return "complete -c \(executable) -n '\(condition)' \(what)\(told)"
  }

  /// fish reads backslashes inside of single quotes.
  private static func quoted(_ text: String) -> String {
    "'\(text.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'"
  }

  /// `-l filename` or `-s f`.
  private static func switchName(_ spelling: String) -> String {
    spelling.hasPrefix("--") ? "-l \(spelling.dropFirst(2))" : "-s \(spelling.dropFirst())"
  }
}
