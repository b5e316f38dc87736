/// An option of a command line, with the type of its value. ``Arguments`` is asked for its value with it.
struct Option<Value: Sendable>: Sendable {
  let declaration: OptionDeclaration
  /// The value when the option is absent.
  let initial: Value
}

/// What parsing, help and completion know of an option.
struct OptionDeclaration: Sendable {
  /// Without the dashes.
  let name: String
  let short: Character?
  /// `nil` for a switch, which takes `true` or `false` after an equals sign only.
  let placeholder: String?
  let completion: ValueCompletion
  let isRepeatable: Bool
  let isRequired: Bool
  /// Sentences without the default, which is added to them.
  let help: String
  /// What help says of the value of an absent option.
  let defaultText: String?
  /// The environment variable that stands in for an absent option.
  let environment: String?
  /// Completes "must be …".
  let expectation: String
  /// Makes one value of all that were given; `nil` names the one that is wrong.
  let read: @Sendable ([String]) -> OptionReading
}

enum OptionReading: Sendable {
  case value(any Sendable)
  case wrong(String)
}

extension OptionDeclaration {
  var isSwitch: Bool { placeholder == nil }

  /// As messages name it: `--filename`.
  var flag: String { "--\(name)" }
}

extension Option {
  /// An option that takes one value.
  ///
  /// - Parameter shownAs: what help says of the default; `nil` = nothing.
  init(
    _ name: String, short: Character? = nil, _ syntax: ValueSyntax<Value>, default initial: Value,
    shownAs defaultText: String?, environment: String? = nil, _ help: String
  ) {
    self.initial = initial
    declaration = OptionDeclaration(
      name: name, short: short, placeholder: syntax.placeholder, completion: syntax.completion, isRepeatable: false,
      isRequired: false, help: help, defaultText: defaultText, environment: environment,
      expectation: syntax.expectation,
      read: { texts in texts.last.map { text in syntax.reading(of: text) } ?? .value(initial) })
  }

  /// An option that takes a value each time it is given.
  static func repeated<Element>(
    _ name: String, short: Character? = nil, _ syntax: ValueSyntax<Element>, required: Bool = false, _ help: String
  ) -> Self where Value == [Element] {
    Option(
      declaration: OptionDeclaration(
        name: name, short: short, placeholder: syntax.placeholder, completion: syntax.completion, isRepeatable: true,
        isRequired: required, help: help, defaultText: nil, environment: nil, expectation: syntax.expectation,
        read: { texts in
          var values: [Element] = []
          for text in texts {
            guard let value = syntax.parse(text) else { return .wrong(text) }
            values.append(value)
          }
          return .value(values)
        }),
      initial: [])
  }
}

extension Option<Bool> {
  /// An option that is off unless it is given.
  static func `switch`(_ name: String, short: Character? = nil, _ help: String) -> Self {
    let syntax = ValueSyntax<Bool>.truth
    return Option(
      declaration: OptionDeclaration(
        name: name, short: short, placeholder: nil, completion: syntax.completion, isRepeatable: false,
        isRequired: false, help: help, defaultText: nil, environment: nil, expectation: syntax.expectation,
        read: { texts in texts.last.map { text in syntax.reading(of: text) } ?? .value(false) }),
      initial: false)
  }
}

extension ValueSyntax {
  fileprivate func reading(of text: String) -> OptionReading {
    parse(text).map { .value($0) } ?? .wrong(text)
  }
}
