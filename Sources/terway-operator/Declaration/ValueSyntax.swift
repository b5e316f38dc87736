/// How the value of an option is written, and what it becomes.
struct ValueSyntax<Value: Sendable>: Sendable {
  /// Stands for the value in help texts: `ADDRESS`.
  var placeholder: String
  /// Completes "must be …".
  var expectation: String
  var completion: ValueCompletion = .nothing
  /// `nil` when the text is not such a value.
  var parse: @Sendable (String) -> Value?
}

/// What a shell offers where a value is expected.
enum ValueCompletion: Hashable, Sendable {
  case nothing
  case words([String])
  /// Directories, and files with one of these extensions; no extensions = every file.
  case files(extensions: [String])
}

extension ValueSyntax {
  /// The same syntax for an option that may be absent.
  var optional: ValueSyntax<Value?> {
    ValueSyntax<Value?>(placeholder: placeholder, expectation: expectation, completion: completion) { [parse] text in
      parse(text).map(Optional.some)
    }
  }
}

extension ValueSyntax where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One of a few words.
  static func word(_ placeholder: String) -> Self {
    let words = Value.allCases.map(\.rawValue)
    return ValueSyntax(
      placeholder: placeholder, expectation: words.joinedAsChoice, completion: .words(words),
      parse: Value.init(rawValue:))
  }
}

extension ValueSyntax<String> {
  /// Any text but the empty one.
  static func text(_ placeholder: String) -> Self {
    ValueSyntax(placeholder: placeholder, expectation: "a text that is not empty") { $0.isEmpty ? nil : $0 }
  }

  /// A path; whether something is there is for the command to find out.
  static func path(_ placeholder: String, extensions: [String] = [], or other: String? = nil) -> Self {
    let expectation = ["a path", other].compactMap(\.self).joined(separator: ", or ")
    return ValueSyntax(placeholder: placeholder, expectation: expectation, completion: .files(extensions: extensions)) {
      $0.isEmpty ? nil : $0
    }
  }
}

extension ValueSyntax<Int> {
  static func count(_ placeholder: String, in range: ClosedRange<Int>) -> Self {
    ValueSyntax(
      placeholder: placeholder, expectation: "a whole number from \(range.lowerBound) to \(range.upperBound)"
    ) { text in
      text.allSatisfy { $0.isASCII && $0.isNumber } ? Int(text).flatMap { range.contains($0) ? $0 : nil } : nil
    }
  }
}

extension ValueSyntax<Bool> {
  /// What a switch takes after its equals sign.
  static let truth = ValueSyntax(
    placeholder: "BOOL", expectation: "true or false", completion: .words(["true", "false"]),
    parse: { ["true": true, "false": false][$0] })
}

extension [String] {
  /// `a, b or c`.
  var joinedAsChoice: String { joined(lastBy: "or") }

  /// `a, b and c`.
  var joinedAsList: String { joined(lastBy: "and") }

  private func joined(lastBy word: String) -> String {
    guard count > 1, let last else { return first ?? "" }
    return "\(dropLast().joined(separator: ", ")) \(word) \(last)"
  }
}
