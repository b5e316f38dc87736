import KubernetesModel

/// A length of time as the user spelled it: `15s`, `5m`, `168h`, `1h30m`, `50ms`.
///
/// The syntax is what Go (Kubernetes, CEL's `duration()`) and Prometheus both read: whole numbers of `h`, `m`, `s` and
/// `ms`, largest unit first, each at most once. Prometheus' `d`, `w` and `y` are refused by Go, Go's fractions (`1.5h`) by
/// Prometheus. The spelling is kept, so that what a user wrote is what is rendered.
public struct DurationText: Hashable, Sendable {
  public let text: String
  public let duration: Duration

  /// An empty string matches; give a minimum length as well.
  public static let syntax = SchemaPattern(
    "^([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$",
    "a duration such as 15s, 5m or 1h30m (whole numbers of h, m, s and ms, in this order)",
    examples: ["15s", "5m", "1h30m", "50ms"])
  /// Longest accepted spelling, in characters: keeps every sum of units below what 64 bits hold.
  public static let maxLength = 16

  /// `nil` when the text is not a duration.
  public init?(_ text: String) {
    guard let duration = Self.parse(text) else { return nil }
    self.text = text
    self.duration = duration
  }

  /// In seconds, with the fraction.
  public var seconds: Double { duration.seconds }

  private static let units: [(suffix: String, milliseconds: Int64)] = [
    ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1),
  ]

  private static func parse(_ text: String) -> Duration? {
    guard !text.isEmpty, text.utf8.count <= maxLength else { return nil }
    var rest = Substring(text)
    var allowed = units[...]
    var milliseconds: Int64 = 0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      let suffix = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(suffix.count)
      guard let count = Int64(digits), let index = allowed.firstIndex(where: { $0.suffix == suffix }) else {
        return nil
      }
      let (product, overflow) = count.multipliedReportingOverflow(by: allowed[index].milliseconds)
      let (sum, carry) = milliseconds.addingReportingOverflow(product)
      guard !overflow, !carry else { return nil }
      milliseconds = sum
      allowed = allowed[(index + 1)...]
    }
    return .milliseconds(milliseconds)
  }
}

extension DurationText: ExpressibleByStringLiteral, CustomStringConvertible {
  /// Only for literals in source code; anything read goes through `init?(_:)` or `Codable`.
  public init(stringLiteral text: String) {
    guard let value = Self(text) else { preconditionFailure("\(text) is no duration") }
    self = value
  }

  public var description: String { text }
}

extension DurationText: Codable {
  public init(from decoder: any Decoder) throws {
    self = try decoder.validated(Self.init, "a duration such as 15s, 5m or 1h30m")
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}
