/// The completion script of zsh, for a directory of `$fpath` or to be sourced after `compinit`.
struct ZshCompletion {
  let executable: String
  let commands: [Command]

  /// Where it is autoloaded, it is the body of a function of its file's name, and is to complete at once.
  var script: String {
    let function = Shell.function(for: executable)
    let names = commands.map { "      \(Shell.quoted("\($0.name):\($0.summary)"))" }
    return """
      #compdef \(executable)
      # zsh completion of \(executable)
      \(function)() {
        local -a commands
        local command
        if ((CURRENT == 2)); then
          commands=(
      \(names.joined(separator: "\n"))
          )
          _describe command commands
          _arguments \(ProgramFlag.allCases.map { flag in
            flag.spellings.map { Shell.quoted("\($0)[\(Self.escaped(flag.help))]") }.joined(separator: " ")
          }.joined(separator: " "))
          return
        fi
        command=$words[2]
        shift words
        ((CURRENT--))
        case $command in
      \(commands.map(branch).joined(separator: "\n"))
        esac
      }
      if [[ $funcstack[1] == (\(function)|\(Shell.quoted("_\(executable)"))) ]]; then
        \(function) "$@"
      else
        compdef \(function) \(executable)
      fi

      """
  }

  private func branch(of command: Command) -> String {
    let operands = command.operandWords(among: commands)
    let operand = operands.isEmpty ? [] : ["'1: :(\(operands.joined(separator: " ")))'"]
    let lines = (operand + command.options.map(specification)).map { "        \($0)" }
    return "    \(command.name))\n      _arguments -s \\\n\(lines.joined(separator: " \\\n"))\n      ;;"
  }

  /// `'*'{-f+,--filename=}'[What it is]:FILE:_files'`
  private func specification(of option: OptionDeclaration) -> String {
    let help = "[\(Self.escaped(option.purpose))]"
    guard let placeholder = option.placeholder else {
      return option.spellings.map { Shell.quoted("\($0)\(help)") }.joined(separator: " ")
    }
    let action =
      switch option.completion {
      case .words(let words): "(\(words.joined(separator: " ")))"
      case .files(let extensions) where extensions.isEmpty: "_files"
      case .files(let extensions): "_files -g \"*.(\(extensions.joined(separator: "|")))(-.)\""
      case .nothing: " "
      }
    let times = option.isRepeatable ? "*" : ""
    return option.spellings.map { spelling in
      let taking = spelling.hasPrefix("--") ? "=" : "+"
      return Shell.quoted("\(times)\(spelling)\(taking)\(help):\(placeholder):\(action)")
    }.joined(separator: " ")
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("[", with: "\\[").replacing("]", with: "\\]").replacing(":", with: "\\:")
  }
}
