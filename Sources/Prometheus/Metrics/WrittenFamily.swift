/// A metric family whose samples are written already: for exporters of so many series that writing all of them for each
/// scrape would take too long.
public struct WrittenFamily: Sendable {
  public var name: String
  public var help: String
  public var kind: MetricSnapshot.Kind
  /// Whole lines, in the order in which they are exported.
  public var lines: [SampleLines]

  /// - Precondition: `name` is a legal metric name.
  public init(_ name: String, help: String, kind: MetricSnapshot.Kind, lines: [SampleLines]) {
    precondition(MetricName.isValid(metric: name), "\(name) is not a legal metric name")
    (self.name, self.help, self.kind, self.lines) = (name, help, kind, lines)
  }

  var isEmpty: Bool { lines.allSatisfy(\.text.isEmpty) }
}

/// Samples in the text format 0.0.4, a line each.
public struct SampleLines: Sendable, Hashable {
  private(set) var text = ""

  public init() {}

  /// Adds a sample.
  ///
  /// - Precondition: the names of the labels are legal.
  public mutating func append(_ name: String, _ labels: KeyValuePairs<String, String>, _ value: Double) {
    text += name
    var separator = "{"
    for (label, value) in labels {
      text += separator
      text += label
      text += "=\""
      text += SampleText.escaped(labelValue: value)
      text += "\""
      separator = ","
    }
    text += labels.isEmpty ? " " : "} "
    text += SampleText.number(value)
    text += "\n"
  }
}
