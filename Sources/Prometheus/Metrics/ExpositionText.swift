/// Writes the Prometheus text format 0.0.4.
struct ExpositionText {
  private(set) var string = ""

  /// Appends one family, its series sorted by label values; nothing when it has no series.
  mutating func append(_ family: MetricSnapshot) {
    guard !family.samples.isEmpty else { return }
    head(family.name, family.help, family.kind)
    for sample in family.samples.sorted(by: precedes) {
      switch sample.value {
      case .number(let value): line(family.name, sample.labels, value)
      case .distribution(let histogram): lines(family.name, sample.labels, histogram)
      }
    }
  }

  /// Appends a family that is written already; nothing when it has no series.
  mutating func append(_ family: WrittenFamily) {
    guard !family.isEmpty else { return }
    head(family.name, family.help, family.kind)
    for lines in family.lines { string += lines.text }
  }

  private mutating func head(_ name: String, _ help: String, _ kind: MetricSnapshot.Kind) {
    string += "# HELP \(name) \(escaped(help: help))\n# TYPE \(name) \(kind.rawValue)\n"
  }

  private mutating func lines(_ name: String, _ labels: [MetricSnapshot.Label], _ histogram: HistogramSnapshot) {
    var cumulated: UInt64 = 0
    for (bound, count) in zip(histogram.bounds + [.infinity], histogram.counts) {
      cumulated += count
      line(name + "_bucket", labels + [.init("le", SampleText.number(bound))], Double(cumulated))
    }
    line(name + "_sum", labels, histogram.sum)
    line(name + "_count", labels, Double(cumulated))
  }

  private mutating func line(_ name: String, _ labels: [MetricSnapshot.Label], _ value: Double) {
    string += name
    var separator = "{"
    for label in labels {
      string += separator
      string += label.name
      string += "=\""
      string += SampleText.escaped(labelValue: label.value)
      string += "\""
      separator = ","
    }
    if !labels.isEmpty { string += "}" }
    string += " "
    string += SampleText.number(value)
    string += "\n"
  }

  private func precedes(_ left: MetricSnapshot.Sample, _ right: MetricSnapshot.Sample) -> Bool {
    for (mine, theirs) in zip(left.labels, right.labels) where mine != theirs {
      return (mine.name, mine.value) < (theirs.name, theirs.value)
    }
    return left.labels.count < right.labels.count
  }

  private func escaped(help: String) -> String {
    SampleText.escaped(help, ["\\": "\\\\", "\n": "\\n"])
  }
}

/// How numbers and label values are written, in samples and in expressions alike.
enum SampleText {
  static func number(_ value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    if value.rounded() == value, abs(value) < 0x1p53 { return String(Int64(value)) }
    return "\(value)"
  }

  /// Scalar by scalar: a line feed after a carriage return, or a quote under an accent, is part of another `Character`.
  static func escaped(labelValue value: String) -> String {
    guard value.utf8.contains(where: { $0 == 0x5c || $0 == 0x22 || $0 == 0x0a }) else { return value }
    return escaped(value, ["\\": "\\\\", "\"": "\\\"", "\n": "\\n"])
  }

  static func escaped(_ text: String, _ replacements: [Unicode.Scalar: String]) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if let replacement = replacements[scalar] {
        escaped.append(contentsOf: replacement.unicodeScalars)
      } else {
        escaped.append(scalar)
      }
    }
    return String(escaped)
  }
}
