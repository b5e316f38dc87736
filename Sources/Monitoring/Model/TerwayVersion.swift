/// Major and minor number of a release of Terway.
struct TerwayVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
  var major: Int
  var minor: Int

  init(_ major: Int, _ minor: Int) { (self.major, self.minor) = (major, minor) }

  /// Of an image's tag such as `v1.16.7` or `v1.5.6-1-gabc`; `nil` for a tag that is no version.
  init?(_ tag: String) {
    let numbers = tag.drop { $0 == "v" }.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    guard numbers.count >= 2, let major = Int(numbers[0]), let minor = Int(numbers[1].prefix { $0.isNumber }) else {
      return nil
    }
    self.init(major, minor)
  }

  var description: String { "\(major).\(minor)" }

  static func < (one: TerwayVersion, other: TerwayVersion) -> Bool {
    (one.major, one.minor) < (other.major, other.minor)
  }
}
