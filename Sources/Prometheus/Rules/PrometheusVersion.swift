/// A release of Prometheus, and what rule files it can load.
public struct PrometheusVersion: Hashable, Sendable, Comparable, CustomStringConvertible {
  public var major: Int
  public var minor: Int

  public init(_ major: Int, _ minor: Int) {
    (self.major, self.minor) = (major, minor)
  }

  /// Reads `2.42`, `2.42.0`, `v3.1.0`, `v3.1.0-rc.1`; `nil` for anything else.
  public init?(_ text: String) {
    let numbers = (text.hasPrefix("v") ? text.dropFirst() : text[...])
      .split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    guard numbers.count >= 2, numbers.prefix(2).allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
      let major = Int(numbers[0]), let minor = Int(numbers[1])
    else { return nil }
    self.init(major, minor)
  }

  /// The oldest release that loads everything we generate by default; assumed when nothing tells.
  public static let baseline = PrometheusVersion(2, 42)

  public var knowsKeepFiringFor: Bool { self >= PrometheusVersion(2, 42) }
  public var knowsQueryOffset: Bool { self >= PrometheusVersion(2, 53) }
  public var knowsGroupLabels: Bool { self >= PrometheusVersion(3, 0) }

  public var description: String { "\(major).\(minor)" }

  public static func < (left: PrometheusVersion, right: PrometheusVersion) -> Bool {
    (left.major, left.minor) < (right.major, right.minor)
  }
}
