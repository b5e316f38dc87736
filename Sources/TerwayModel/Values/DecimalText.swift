import KubernetesModel

/// A number that the API carries as a string, as Kubernetes does for everything that is not an integer: `"0.8"`, `"1e9"`.
///
/// The spelling is kept, so that a threshold is rendered as it was written.
public struct DecimalText: Hashable, Sendable {
  public let text: String
  public let value: Double

  /// No sign, no `Inf`, no `NaN`.
  public static let syntax = SchemaPattern(
    "^[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?$", "a number in quotes such as \"0.8\", \"10\" or \"1e9\"",
    examples: ["0.8", "10", "1e9"])
  /// Longest accepted spelling, in characters.
  public static let maxLength = 24

  /// `nil` when the text is not a finite, unsigned decimal number.
  public init?(_ text: String) {
    guard text.utf8.count <= Self.maxLength, Self.syntax.matches(text), let value = Double(text), value.isFinite else {
      return nil
    }
    self.text = text
    self.value = value
  }
}

extension DecimalText: ExpressibleByStringLiteral, CustomStringConvertible {
  /// Only for literals in source code; anything read goes through `init?(_:)` or `Codable`.
  public init(stringLiteral text: String) {
    guard let value = Self(text) else { preconditionFailure("\(text) is no decimal number") }
    self = value
  }

  public var description: String { text }
}

extension DecimalText: Codable {
  public init(from decoder: any Decoder) throws {
    self = try decoder.validated(Self.init, "a number such as 0.8 or 1e9")
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
