/// Durations as manifests write them: `15s`, `1h30m`, `250ms`, `7d`.
///
/// Takes the syntax that Go (`time.ParseDuration`) and Prometheus have in common, and the units that only one of them
/// has: `ns`, `us` (Go), `d`, `w`, `y` (Prometheus, 24 h, 7 d, 365 d).
public enum KubernetesDuration {
  private static let units: [(suffix: String, nanoseconds: Int64)] = [
    ("ns", 1), ("us", 1_000), ("µs", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000), ("m", 60_000_000_000),
    ("h", 3_600_000_000_000), ("d", 86_400_000_000_000), ("w", 604_800_000_000_000), ("y", 31_536_000_000_000_000),
  ]

  /// - Returns: `nil` for anything that is no duration, is negative, or is beyond 292 years.
  public static func parse(_ text: String) -> Duration? {
    if text == "0" { return .zero }
    var rest = Substring(text)
    guard !rest.isEmpty else { return nil }
    var total: Int64 = 0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      rest = rest.dropFirst(digits.count)
      let name = rest.prefix { !($0.isNumber || $0 == ".") }
      rest = rest.dropFirst(name.count)
      guard let amount = Double(digits), let unit = units.first(where: { $0.suffix == name }) else { return nil }
      let product = (amount * Double(unit.nanoseconds)).rounded()
      guard product < 9e18 else { return nil }
      let (sum, overflow) = total.addingReportingOverflow(Int64(product))
      guard !overflow else { return nil }
      total = sum
    }
    return .nanoseconds(total)
  }

  /// The shortest text that Prometheus reads back to the same value: `90s` is `1m30s`, zero is `0s`.
  ///
  /// Milliseconds are the finest unit; anything below is cut off.
  public static func text(_ duration: Duration) -> String {
    var milliseconds = duration.components.seconds * 1_000 + duration.components.attoseconds / 1_000_000_000_000_000
    guard milliseconds > 0 else { return "0s" }
    var text = ""
    let units: [(String, Int64)] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1)]
    for (suffix, size) in units {
      let count = milliseconds / size
      if count > 0 { text += "\(count)\(suffix)" }
      milliseconds -= count * size
    }
    return text
  }
}

extension Duration {
  /// Seconds, with their fraction.
  public var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) * 1e-18
  }
}
