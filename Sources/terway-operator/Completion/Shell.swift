/// A shell for which a completion script can be made.
enum Shell: String, CaseIterable, Sendable {
  case bash, zsh, fish

  /// - Parameter executable: the file name that is completed.
  func script(for commands: [Command], executable: String) -> String {
    switch self {
    case .bash: BashCompletion(executable: executable, commands: commands).script
    case .zsh: ZshCompletion(executable: executable, commands: commands).script
    case .fish: FishCompletion(executable: executable, commands: commands).script
    }
  }

  /// The name of a shell function for an executable.
  static func function(for executable: String) -> String {
    "_" + String(executable.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
  }

  /// A text in single quotes, as every POSIX shell reads it.
  static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "'\\''"))'" }
}

extension Command {
  /// What may follow the name besides flags.
  func operandWords(among commands: [Command]) -> [String] {
    switch operand?.choice {
    case .words(let words): words
    case .commands: commands.map(\.name)
    case nil: []
    }
  }
}

extension OptionDeclaration {
  /// The first sentence of the help, without its full stop.
  var purpose: String {
    let end = help.firstRange(of: ". ")?.lowerBound ?? help.endIndex
    let sentence = help[..<end]
    return String(sentence.hasSuffix(".") ? sentence.dropLast() : sentence)
  }

  /// `--filename` and `-f`.
  var spellings: [String] { [flag] + [short.map { "-\($0)" }].compactMap(\.self) }
}
