/// What kubectl, from 1.26 on, asks of an executable `kubectl_complete-terway` on the `PATH`, so that a shell completes what
/// follows `kubectl terway`.
///
/// It is given the words behind `terway`, of which the last is being written, and answers as cobra's `__complete` does:
/// a line for each candidate, with what it is for behind a tab, and then a colon and a number that tells the shell what to
/// do besides.
struct PluginCompletion {
  static let executablePrefix = "kubectl_complete-"

  let commands: [Command]

  private typealias Candidate = (word: String, purpose: String)

  /// What a shell may offer besides the candidates: cobra's `ShellCompDirective`.
  private enum Directive: Int {
    case files = 0
    case nothing = 4
  }

  func answer(to words: [String]) -> String {
    var before = Array(words.dropLast())
    var written = words.last ?? ""
    // `--flag=value` is one word, of which the shell asks for the value only.
    var needsValue = false
    if written.hasPrefix("-"), let sign = written.firstIndex(of: "=") {
      before.append(String(written[..<sign]))
      written = String(written[written.index(after: sign)...])
      needsValue = true
    }
    let (candidates, directive) = offers(after: before, needsValue: needsValue)
    let lines = candidates.filter { $0.word.hasPrefix(written) }
      .map { $0.purpose.isEmpty ? $0.word : "\($0.word)\t\($0.purpose)" }
    return (lines + [":\(directive.rawValue)"]).map { $0 + "\n" }.joined()
  }

  private func offers(after words: [String], needsValue: Bool) -> ([Candidate], Directive) {
    guard let first = words.first else {
      let flags = ProgramFlag.allCases.flatMap { flag in flag.spellings.map { ($0, flag.help) } }
      return (commands.map { ($0.name, $0.summary) } + flags, .nothing)
    }
    guard let command = commands.first(where: { $0.name == first }) else { return ([], .nothing) }
    let option = command.options.first { $0.spellings.contains(words[words.count - 1]) }
    if let option, needsValue || !option.isSwitch { return offers(option) }
    if needsValue { return ([], .nothing) }
    let flags = command.options.flatMap { option in option.spellings.map { ($0, option.purpose) } }
    return (command.operandWords(among: commands).map { ($0, "") } + flags, .nothing)
  }

  private func offers(_ option: OptionDeclaration) -> ([Candidate], Directive) {
    switch option.completion {
    case .words(let words): (words.map { ($0, "") }, .nothing)
    case .files: ([], .files)
    case .nothing: ([], .nothing)
    }
  }
}
