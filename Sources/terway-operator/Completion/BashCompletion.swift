/// The completion script of bash. Works without the bash-completion package.
struct BashCompletion {
  let executable: String
  let commands: [Command]

  var script: String {
    let function = Shell.function(for: executable)
    let first = commands.map(\.name) + ProgramFlag.allCases.flatMap(\.spellings)
    return """
      # bash completion of \(executable)
      \(function)() {
        local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} command=${COMP_WORDS[1]} words= word
        COMPREPLY=()
        # --flag=value comes as three words.
        if [[ $cur == '=' ]]; then
          cur=
        elif [[ $prev == '=' ]]; then
          prev=${COMP_WORDS[COMP_CWORD - 2]}
        fi
        if ((COMP_CWORD == 1)); then
          words='\(first.joined(separator: " "))'
        else
          case "$command $prev" in
      \(values.joined(separator: "\n"))
            *)
              case $command in
      \(flags.joined(separator: "\n"))
              esac
              ;;
          esac
        fi
        while IFS= read -r word; do COMPREPLY+=("$word"); done < <(compgen -W "$words" -- "$cur")
      }
      complete -F \(function) \(executable)

      """
  }

  /// One branch for each option that takes a value.
  private var values: [String] {
    commands.flatMap { command in
      command.options.filter { !$0.isSwitch }.map { option in
        let pattern = option.spellings.map { "'\(command.name) \($0)'" }.joined(separator: " | ")
        return switch option.completion {
        case .words(let words): "      \(pattern)) words='\(words.joined(separator: " "))' ;;"
        case .files: "      \(pattern)) compopt -o default; return ;;"
        case .nothing: "      \(pattern)) return ;;"
        }
      }
    }
  }

  /// One branch for each command.
  private var flags: [String] {
    commands.map { command in
      let words = command.operandWords(among: commands) + command.options.flatMap(\.spellings)
      return "          \(command.name)) words='\(words.joined(separator: " "))' ;;"
    }
  }
}
