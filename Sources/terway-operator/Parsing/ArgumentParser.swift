import KubernetesModel

/// Takes the arguments after a command's name apart, along its declaration.
struct ArgumentParser {
  enum Outcome: Sendable {
    case arguments(Arguments)
    /// `--help` was given; whatever else is wrong does not matter then.
    case help
  }

  private let command: Command
  private let environment: [String: String]
  private var given: [String: [String]] = [:]
  private var operands: [String] = []
  private var wantsHelp = false
  private var firstError: UsageError?

  /// - Parameter environment: stands in for options that declare a variable.
  static func parse(
    _ arguments: [String], of command: Command, environment: [String: String]
  ) throws(UsageError) -> Outcome {
    var parser = ArgumentParser(command: command, environment: environment)
    parser.takeApart(arguments)
    if parser.wantsHelp { return .help }
    if let error = parser.firstError { throw error }
    return .arguments(try parser.checkedArguments())
  }

  private init(command: Command, environment: [String: String]) {
    (self.command, self.environment) = (command, environment)
  }

  private mutating func takeApart(_ arguments: [String]) {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      if argument == "--" {
        operands += rest
        return
      } else if argument.hasPrefix("--") {
        takeLong(argument.dropFirst(2), &rest)
      } else if argument.hasPrefix("-"), argument.count > 1 {
        takeShort(argument.dropFirst(), &rest)
      } else {
        operands.append(argument)
      }
    }
  }

  private mutating func takeLong(_ text: Substring, _ rest: inout ArraySlice<String>) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = parts.first.map(String.init) ?? ""
    guard let option = command.options.first(where: { $0.name == name }) else {
      let meant = Suggestion.closest(to: name, among: command.options.map(\.name))
      return fail(.unknownFlag("--\(name)", command: command.name, meant: meant.map { "--\($0)" }))
    }
    take(option, attached: parts.count == 2 ? String(parts[1]) : nil, &rest)
  }

  /// `-f FILE`, `-fFILE`, `-f=FILE`, and switches in one word: `-Rf FILE`.
  private mutating func takeShort(_ text: Substring, _ rest: inout ArraySlice<String>) {
    var letters = text
    while let letter = letters.popFirst() {
      guard let option = command.options.first(where: { $0.short == letter }) else {
        return fail(.unknownFlag("-\(letter)", command: command.name, meant: nil))
      }
      if letters.hasPrefix("=") { return take(option, attached: String(letters.dropFirst()), &rest) }
      if option.isSwitch {
        take(option, attached: nil, &rest)
      } else {
        return take(option, attached: letters.isEmpty ? nil : String(letters), &rest)
      }
    }
  }

  private mutating func take(_ option: OptionDeclaration, attached: String?, _ rest: inout ArraySlice<String>) {
    if option.name == Command.help.declaration.name { return wantsHelp = true }
    if given[option.name] != nil, !option.isRepeatable { return fail(.repeated(flag: option.flag)) }
    if let text = attached {
      given[option.name, default: []].append(text)
    } else if option.isSwitch {
      given[option.name, default: []].append("true")
    } else if let text = rest.first, !isFlag(text) {
      rest.removeFirst()
      given[option.name, default: []].append(text)
    } else {
      fail(
        .missingValue(flag: option.flag, placeholder: option.placeholder ?? "", expectation: option.expectation))
    }
  }

  /// A flag of this command where a value should be means that the value was forgotten.
  private func isFlag(_ text: String) -> Bool {
    command.options.contains { option in
      text == option.flag || text.hasPrefix("\(option.flag)=") || option.short.map { text == "-\($0)" } ?? false
    }
  }

  private mutating func fail(_ error: UsageError) {
    if firstError == nil { firstError = error }
  }

  private func checkedArguments() throws(UsageError) -> Arguments {
    try checkOperands()
    var values: [String: any Sendable] = [:]
    for option in command.options {
      if let texts = given[option.name] {
        values[option.name] = try value(of: option, texts, source: option.flag)
      } else if let variable = option.environment, let text = environment[variable], !text.isEmpty {
        values[option.name] = try value(of: option, [text], source: "$\(variable) (for \(option.flag))")
      } else if option.isRequired {
        throw .missingFlag(
          option.flag, placeholder: option.placeholder ?? "", expectation: option.expectation)
      }
    }
    return Arguments(values: values, operands: operands)
  }

  private func value(
    of option: OptionDeclaration, _ texts: [String], source: String
  ) throws(UsageError) -> any Sendable {
    switch option.read(texts) {
    case .value(let value): return value
    case .wrong(let text):
      var meant: String?
      if case .words(let words) = option.completion { meant = Suggestion.closest(to: text, among: words) }
      throw .invalidValue(text, source: source, expectation: option.expectation, meant: meant)
    }
  }

  private func checkOperands() throws(UsageError) {
    guard let operand = command.operand else {
      guard let first = operands.first else { return }
      let required = command.options.first { $0.isRequired && given[$0.name] == nil }
      throw .unexpectedOperand(first, command: command.name, meant: required?.spellings.last)
    }
    if operands.count > 1 { throw .unexpectedOperand(operands[1], command: command.name, meant: nil) }
    guard case .words(let words) = operand.choice else { return }
    guard let first = operands.first else {
      if operand.isRequired { throw .missingOperand(operand.placeholder, expectation: words.joinedAsChoice) }
      return
    }
    if !words.contains(first) {
      let meant = Suggestion.closest(to: first, among: words)
      throw .invalidValue(first, source: operand.placeholder, expectation: words.joinedAsChoice, meant: meant)
    }
  }
}
