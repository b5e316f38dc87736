/// The help of the program and of each command, made from their declarations; lines of at most 80 characters.
struct HelpText: Sendable {
  static let width = 80

  var program: String
  /// The file name of the executable.
  var executable: String
  /// Makes a heading of a text.
  var heading: @Sendable (String) -> String = { $0 }

  func overview(of commands: [Command], summary: String) -> String {
    let rows = commands.map { TextLayout.Row(label: $0.name, text: $0.summary) }
    let exits = ExitCode.documented.map { TextLayout.Row(label: "\($0.code.rawValue)", text: $0.meaning) }
    let flags = ProgramFlag.allCases.map { TextLayout.Row(label: $0.label, text: $0.help) }
    return sections([
      TextLayout.wrapped(summary, width: Self.width),
      section("Usage", ["  \(program) COMMAND [flags]"]),
      section("Commands", TextLayout.columns(rows, width: Self.width)),
      section("Flags", TextLayout.columns(flags, width: Self.width)),
      section("Exit codes", TextLayout.columns(exits, width: Self.width)),
      TextLayout.wrapped(
        "Run '\(program) COMMAND --help' for the flags and examples of a command.", width: Self.width),
    ])
  }

  func text(for command: Command) -> String {
    let options = command.shownGroups.map { group in
      (title: group.title, rows: group.options.map { TextLayout.Row(label: Self.label($0), text: Self.help($0)) })
    }
    let isStacked = options.contains { TextLayout.needStacking($0.rows) }
    let details = command.details.split(separator: "\n\n").map {
      TextLayout.wrapped(String($0), width: Self.width)
    }
    return sections(
      [TextLayout.wrapped("\(command.summary).", width: Self.width)]
        + [section("Usage", ["  \(program) \(Self.synopsis(of: command))"])]
        + details
        + (command.examples.isEmpty ? [] : [section("Examples", examples(of: command))])
        + options.map { group in
          section(
            group.title,
            isStacked
              ? TextLayout.stacked(group.rows, width: Self.width)
              : TextLayout.columns(group.rows, width: Self.width))
        })
  }

  /// `validate -f FILE... [flags]`
  static func synopsis(of command: Command) -> String {
    let required = command.options.filter(\.isRequired).map { option in
      let flag = option.short.map { "-\($0)" } ?? option.flag
      return "\(flag) \(option.placeholder ?? "")\(option.isRepeatable ? "..." : "")"
    }
    let operand = command.operand.map { $0.isRequired ? $0.placeholder : "[\($0.placeholder)]" }
    return ([command.name] + [operand].compactMap(\.self) + required + ["[flags]"]).joined(separator: " ")
  }

  private func examples(of command: Command) -> [String] {
    command.examples.enumerated().flatMap { index, example in
      let shown = example.line.replacing("PROGRAM", with: program).replacing("EXECUTABLE", with: executable)
      return (index == 0 ? [] : [""])
        + TextLayout.wrapped(example.purpose, width: Self.width - 4).map { "  # \($0)" } + ["  \(shown)"]
    }
  }

  /// `-f, --filename FILE`
  private static func label(_ option: OptionDeclaration) -> String {
    let short = option.short.map { "-\($0), " } ?? "    "
    return short + option.flag + (option.placeholder.map { " \($0)" } ?? "")
  }

  private static func help(_ option: OptionDeclaration) -> String {
    var sentences = [option.help]
    if case .words(let words) = option.completion, !option.isSwitch {
      sentences.append("One of \(words.joinedAsChoice).")
    }
    if option.isRepeatable { sentences.append("May be given more than once.") }
    if let variable = option.environment { sentences.append("$\(variable) stands in for it.") }
    if let text = option.defaultText { sentences.append("(default: \(text))") }
    return sentences.joined(separator: " ")
  }

  private func section(_ title: String, _ lines: [String]) -> [String] { [heading("\(title):")] + lines }

  private func sections(_ sections: [[String]]) -> String {
    sections.map { $0.joined(separator: "\n") }.joined(separator: "\n\n") + "\n"
  }
}
