/// A stretch of time in an expression.
public enum PromRange: Hashable, Sendable {
  case duration(Duration)
  /// A variable that Grafana fills in, for instance `$__rate_interval`.
  case variable(String)

  /// The range that Grafana computes from the scrape interval and the zoom; right for `rate` in a panel.
  public static let grafanaRateInterval = PromRange.variable("$__rate_interval")

  public static func minutes(_ count: Int) -> PromRange { .duration(.seconds(60 * count)) }
  public static func hours(_ count: Int) -> PromRange { .duration(.seconds(3600 * count)) }

  public var text: String {
    switch self {
    case .duration(let duration): PromDuration.text(duration)
    case .variable(let name): name
    }
  }

  var isZero: Bool { self == .duration(.zero) }
}

/// Durations as Prometheus writes them: `5m`, `1h30m`, `250ms`. Never `1d`, which other readers of rule files refuse.
public enum PromDuration {
  /// Whole milliseconds of a duration; the rest is cut off.
  public static func text(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let whole = seconds * 1000 + attoseconds / 1_000_000_000_000_000
    var rest = whole.magnitude
    var text = whole < 0 ? "-" : ""
    for (unit, milliseconds) in [("h", UInt64(3_600_000)), ("m", 60_000), ("s", 1000), ("ms", 1)] {
      let count = rest / milliseconds
      if count > 0 { text += "\(count)\(unit)" }
      rest %= milliseconds
    }
    return whole == 0 ? "0s" : text
  }

  /// Units, largest first, in milliseconds: a day has 24 hours, a year 365 days.
  private static let units: [(name: String, milliseconds: Int64)] = [
    ("y", 365 * 86_400_000), ("w", 7 * 86_400_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000),
    ("ms", 1),
  ]

  /// Reads `1y2w3d4h5m6s7ms`, any of which may be missing; `nil` for anything else, and for more than 292 years.
  public static func parse(_ text: some StringProtocol) -> Duration? {
    var rest = Array(text.utf8)[...]
    var allowed = units[...]
    var total: Int64 = 0
    guard !rest.isEmpty else { return nil }
    while !rest.isEmpty {
      let digits = rest.prefix { (0x30...0x39).contains($0) }
      rest = rest.dropFirst(digits.count)
      let unit = rest.prefix { !(0x30...0x39).contains($0) }
      rest = rest.dropFirst(unit.count)
      guard let count = Int64(String(decoding: digits, as: UTF8.self)),
        let index = allowed.firstIndex(where: { $0.name.utf8.elementsEqual(unit) })
      else { return nil }
      let (product, isTooLarge) = count.multipliedReportingOverflow(by: allowed[index].milliseconds)
      let (sum, isTooMuch) = total.addingReportingOverflow(product)
      guard !isTooLarge, !isTooMuch, sum <= Int64.max / 1_000_000 else { return nil }
      total = sum
      allowed = allowed[(index + 1)...]
    }
    return .milliseconds(total)
  }
}
