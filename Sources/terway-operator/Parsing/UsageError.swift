/// A command line that cannot be understood.
enum UsageError: Error, Equatable, Sendable {
  case unknownCommand(String, meant: String?, known: [String])
  /// A flag stands where the command should.
  case flagBeforeCommand(String)
  case unknownFlag(String, command: String, meant: String?)
  case missingValue(flag: String, placeholder: String, expectation: String)
  /// `source` is the flag, or the environment variable that stood in for it.
  case invalidValue(String, source: String, expectation: String, meant: String?)
  case repeated(flag: String)
  case missingFlag(String, placeholder: String, expectation: String)
  case missingOperand(String, expectation: String)
  /// `meant` is a flag that the operand may be a value of.
  case unexpectedOperand(String, command: String, meant: String?)
  /// Values that are fine each and wrong together.
  case contradiction(String)
}

extension UsageError: CustomStringConvertible {
  var description: String {
    switch self {
    case .unknownCommand(let name, let meant, let known):
      "unknown command \(quoted(name)); \(meant.map(didYouMean) ?? "known are \(known.joined(separator: ", "))")"
    case .flagBeforeCommand(let flag):
      "\(flag) comes before the command; flags follow it"
    case .unknownFlag(let flag, let command, let meant):
      "unknown flag \(flag) of \(command)" + (meant.map { "; did you mean \($0)?" } ?? "")
    case .missingValue(let flag, let placeholder, let expectation):
      "\(flag) needs a value: \(placeholder) must be \(expectation)"
    case .invalidValue(let text, let source, let expectation, let meant):
      "\(source): \(quoted(text)) must be \(expectation)" + (meant.map { "; \(didYouMean($0))" } ?? "")
    case .repeated(let flag):
      "\(flag) is given more than once"
    case .missingFlag(let flag, let placeholder, let expectation):
      "\(flag) is required: \(placeholder) must be \(expectation)"
    case .missingOperand(let placeholder, let expectation):
      "\(placeholder) is missing: it must be \(expectation)"
    case .unexpectedOperand(let text, let command, let meant):
      "unexpected argument \(quoted(text)) of \(command)" + (meant.map { "; did you mean \($0) \(text)?" } ?? "")
    case .contradiction(let message):
      message
    }
  }

  private func quoted(_ text: String) -> String { text.debugDescription }

  private func didYouMean(_ word: String) -> String { "did you mean \(quoted(word))?" }
}
