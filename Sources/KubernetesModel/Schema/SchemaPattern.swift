/// A regular expression for a whole string, and how to say in words what it accepts.
///
/// Written in the part of RE2's syntax that `PatternParser` reads, so that the API server and we accept the same.
public struct SchemaPattern: Sendable {
  /// Anchored: starts with `^`, ends with `$`.
  public let expression: String
  /// Completes "must be …", for instance `a duration such as 15s or 5m`.
  public let meaning: String
  /// Strings that match, for documentation and tests.
  public let examples: [String]
  private let automaton: PatternAutomaton

  /// The expression must be anchored and legal: both are mistakes of the declaration, not of its input.
  public init(_ expression: String, _ meaning: String, examples: [String]) {
    precondition(expression.hasPrefix("^") && expression.hasSuffix("$"), "\(expression) is not anchored")
    do throws(PatternError) {
      automaton = try PatternAutomaton(PatternParser.parse(String(expression.dropFirst().dropLast())))
    } catch {
      preconditionFailure("\(expression) is no regular expression that can be used here: \(error.reason)")
    }
    self.expression = expression
    self.meaning = meaning
    self.examples = examples
  }

  /// True when the whole text matches. Takes time in proportion to the text, whatever it holds.
  public func matches(_ text: String) -> Bool { automaton.matches(text) }
}
