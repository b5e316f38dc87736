import Locking

/// What one series of a family holds.
public protocol MetricSeries: AnyObject, Sendable {
  /// What all series of a family are made with.
  associatedtype Configuration: Sendable & Hashable

  static var kind: MetricSnapshot.Kind { get }
  init(_ configuration: Configuration)
  var reading: MetricSnapshot.Value { get }
}

public typealias CounterFamily = MetricFamily<Counter>
public typealias GaugeFamily = MetricFamily<Gauge>
public typealias HistogramFamily = MetricFamily<Histogram>

/// All series of one metric name.
///
/// Series come into being when `with` first asks for them, at zero, so asking once at start makes a counter visible
/// before its first event. Keep what `with` returns where the path is hot: updating a series takes no lock on the family.
///
/// # Guarantees
/// - No more than `seriesLimit` series are ever exported. Past it, `with` returns a series that works but is not
///   exported, and `rejectedSeries` counts the call.
public final class MetricFamily<Series: MetricSeries>: Sendable {
  public let name: String
  public let help: String
  public let labelNames: [String]
  public let seriesLimit: Int
  let configuration: Series.Configuration

  private struct State {
    var series: [[String]: Series] = [:]
    var rejected: UInt64 = 0
  }
  private let state = Lock(State())

  init(_ name: String, help: String, labels: [String], seriesLimit: Int, configuration: Series.Configuration) {
    precondition(MetricName.isValid(metric: name), "\(name) is not a legal metric name")
    for label in labels {
      precondition(MetricName.isValid(label: label), "\(label) is not a legal label name (metric \(name))")
    }
    precondition(Set(labels).count == labels.count, "metric \(name) names a label twice: \(labels)")
    (self.name, self.help, self.labelNames, self.seriesLimit) = (name, help, labels, seriesLimit)
    self.configuration = configuration
    if labels.isEmpty { _ = with([:]) }
  }

  /// The series with these label values, made at zero when it is new.
  ///
  /// - Precondition: `labels` has exactly the family's label names.
  public func with(_ labels: [String: String]) -> Series {
    let values = values(of: labels)
    return state.withLock { state in
      if let existing = state.series[values] { return existing }
      let made = Series(configuration)
      if state.series.count < seriesLimit {
        state.series[values] = made
      } else {
        state.rejected += 1
      }
      return made
    }
  }

  /// Stops exporting one series. Whoever still holds it may go on updating it, unseen.
  public func remove(_ labels: [String: String]) {
    let values = values(of: labels)
    state.withLock { _ = $0.series.removeValue(forKey: values) }
  }

  /// How often a new series was refused because the family was full.
  public var rejectedSeries: UInt64 { state.withLock { $0.rejected } }

  var snapshot: MetricSnapshot {
    let series = state.withLock { $0.series }
    let samples = series.map { values, series in
      MetricSnapshot.Sample(
        labels: zip(labelNames, values).map { MetricSnapshot.Label($0, $1) }, reading: series.reading)
    }
    return MetricSnapshot(name, help: help, kind: Series.kind, samples: samples)
  }

  private func values(of labels: [String: String]) -> [String] {
    precondition(
      labels.count == labelNames.count, "metric \(name) has the labels \(labelNames), not \(labels.keys.sorted())")
    return labelNames.map { label in
      guard let value = labels[label] else { preconditionFailure("metric \(name) needs the label \(label)") }
      return value
    }
  }
}

extension MetricFamily where Series == Counter {
  /// Counts on the only series of a family without labels.
  public func increment(by amount: Double = 1) { with([:]).increment(by: amount) }
}

extension MetricFamily where Series == Gauge {
  /// Sets the only series of a family without labels.
  public func set(_ value: Double) { with([:]).set(value) }
}

extension MetricFamily where Series == Histogram {
  /// Observes on the only series of a family without labels.
  public func observe(_ value: Double) { with([:]).observe(value) }
}

extension MetricSnapshot.Sample {
  init(labels: [MetricSnapshot.Label], reading: MetricSnapshot.Value) {
    (self.labels, self.value) = (labels, reading)
  }
}
