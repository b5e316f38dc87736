import Serialization

/// One time series of an answer. Values that JSON has no number for (`NaN`, `+Inf`) are kept as such: whoever computes with
/// them decides.
public struct PrometheusSeries: Hashable, Sendable {
  /// With `__name__`, where the expression keeps it.
  public var labels: [String: String]
  /// Oldest first; of an instant query, one.
  public var samples: [Sample]

  public init(labels: [String: String], samples: [Sample]) {
    (self.labels, self.samples) = (labels, samples)
  }

  public struct Sample: Hashable, Sendable {
    /// Seconds since 1970.
    public var time: Double
    public var value: Double

    public init(time: Double, value: Double) { (self.time, self.value) = (time, value) }
  }
}

/// What a Prometheus answered.
public struct PrometheusAnswer: Hashable, Sendable {
  public var series: [PrometheusSeries]
  /// What was wrong while the answer was made: with Thanos and federated stores the sign that something is missing.
  public var warnings: [String]

  /// False when a part of what was asked for may be missing.
  public var isComplete: Bool { warnings.isEmpty }

  public init(series: [PrometheusSeries], warnings: [String] = []) {
    (self.series, self.warnings) = (series, warnings)
  }
}

extension PrometheusSeries: JSONDecodable {
  public init(json reader: inout JSONReader) throws(JSONError) {
    self.init(labels: [:], samples: [])
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metric": labels = try [String: String](json: &reader)
      case "value": samples = [try Sample(json: &reader)]
      case "values": samples = try [Sample](json: &reader)
      default: break
      }
    }
  }
}

extension PrometheusSeries.Sample: JSONDecodable {
  /// A pair: the time as a number, the value as a text.
  public init(json reader: inout JSONReader) throws(JSONError) {
    var (time, value): (Double?, Double?)
    try reader.readArray { (reader) throws(JSONError) in
      if time == nil {
        time = try reader.readDouble()
      } else if value == nil {
        let text = try reader.readString()
        guard let number = Self.number(text) else { throw reader.refused("\(text) is no sample value") }
        value = number
      } else {
        throw reader.refused("a sample has a time and a value and nothing else")
      }
    }
    guard let time, let value else { throw reader.refused("a sample has a time and a value") }
    self.init(time: time, value: value)
  }

  private static func number(_ text: String) -> Double? {
    switch text {
    case "NaN": .nan
    case "+Inf", "Inf": .infinity
    case "-Inf": -.infinity
    default: Double(text).flatMap { $0.isFinite ? $0 : nil }
    }
  }
}
