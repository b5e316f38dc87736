/// One metric family as a scrape sees it: what collectors return and what the text format is written from.
public struct MetricSnapshot: Sendable, Hashable {
  public enum Kind: String, Sendable { case counter, gauge, histogram }

  public var name: String
  public var help: String
  public var kind: Kind
  public var samples: [Sample]

  /// - Precondition: `name` is a legal metric name.
  public init(_ name: String, help: String, kind: Kind, samples: [Sample] = []) {
    precondition(MetricName.isValid(metric: name), "\(name) is not a legal metric name")
    (self.name, self.help, self.kind, self.samples) = (name, help, kind, samples)
  }

  public struct Sample: Sendable, Hashable {
    public var labels: [Label]
    public var value: Value

    public init(_ labels: [Label] = [], _ value: Double) {
      (self.labels, self.value) = (labels, .number(value))
    }

    init(_ labels: [Label], distribution: HistogramSnapshot) {
      (self.labels, self.value) = (labels, .distribution(distribution))
    }
  }

  public struct Label: Sendable, Hashable {
    public var name: String
    public var value: String

    /// - Precondition: `name` is a legal label name.
    public init(_ name: String, _ value: String) {
      precondition(MetricName.isValid(label: name), "\(name) is not a legal label name")
      (self.name, self.value) = (name, value)
    }
  }

  public enum Value: Sendable, Hashable {
    case number(Double)
    case distribution(HistogramSnapshot)
  }
}

/// What a histogram has counted so far.
public struct HistogramSnapshot: Sendable, Hashable {
  /// Upper bounds, ascending, without the infinite one.
  public var bounds: [Double]
  /// Observations per bucket, not cumulated; one more than there are bounds.
  public var counts: [UInt64]
  public var sum: Double
}
