import Foundation

/// A regular expression for a whole string, and how to say in words what it accepts.
///
/// Written in what RE2 (the API server) and ICU (here) read alike: no look-around, no back-references.
public struct SchemaPattern: Sendable {
  /// Anchored: starts with `^`, ends with `$`.
  public let expression: String
  /// Completes "must be …", for instance `a duration such as 15s or 5m`.
  public let meaning: String
  /// Strings that match, for documentation and tests.
  public let examples: [String]
  private let compiled: NSRegularExpression

  /// The expression must be anchored and legal: both are mistakes of the declaration, not of its input.
  public init(_ expression: String, _ meaning: String, examples: [String]) {
    precondition(expression.hasPrefix("^") && expression.hasSuffix("$"), "\(expression) is not anchored")
    do {
      compiled = try NSRegularExpression(pattern: expression)
    } catch {
      preconditionFailure("\(expression) is no regular expression: \(error)")
    }
    self.expression = expression
    self.meaning = meaning
    self.examples = examples
  }

  /// True when the whole text matches.
  public func matches(_ text: String) -> Bool {
    let whole = NSRange(text.startIndex..., in: text)
    // `$` of ICU also matches before a line break at the end, that of RE2 does not.
    return compiled.firstMatch(in: text, range: whole)?.range == whole
  }
}
