import KubernetesModel

extension StructuralSchema {
  /// A duration of at least, and at most, so much.
  static func duration(_ range: ClosedRange<Duration>) -> StructuralSchema {
    let rule = SchemaRule(
      .duration() >= range.lowerBound && .duration() <= range.upperBound,
      message: "must be between \(range.lowerBound.goText) and \(range.upperBound.goText)")
    return .string(DurationText.syntax, length: 2...DurationText.maxLength, rules: [rule])
  }
}

extension SchemaTerm<Duration> {
  /// A string field that holds a duration; without a path, the value itself.
  static func duration(_ path: String...) -> Self {
    SchemaTerm(cel: "duration(\(CEL.field(path)))") { root in
      root.value(below: path)?.string.flatMap(DurationText.init)?.duration
    }
  }
}

extension Duration {
  static func minutes(_ count: Int64) -> Duration { .seconds(60 * count) }
  static func hours(_ count: Int64) -> Duration { .seconds(3600 * count) }

  /// The largest unit that gives a whole number: `24h`, `90s`, `50ms`.
  var goText: String {
    let milliseconds = Int64(self / .milliseconds(1))
    let units: [(String, Int64)] = [("h", 3_600_000), ("m", 60_000), ("s", 1_000)]
    for (suffix, size) in units where milliseconds != 0 && milliseconds.isMultiple(of: size) {
      return "\(milliseconds / size)\(suffix)"
    }
    return milliseconds == 0 ? "0s" : "\(milliseconds)ms"
  }
}
