import Prometheus

/// A series as its exporter serves it. Only signals name these; everything else names signals.
public protocol SourceMetric: Sendable {
  /// Of a histogram without `_bucket`, `_count` or `_sum`.
  var name: String { get }
  var kind: MetricSnapshot.Kind { get }
  /// The labels that we rely on, in the order in which they are written. There may be more.
  var labels: [String] { get }
  var help: String { get }
  /// Any one of them serves it.
  var exporters: Set<Exporter> { get }
}

/// Every metric that something generated may be made of.
public enum SourceMetrics {
  public static var all: [any SourceMetric] { ContractMetric.allCases + UpstreamMetric.allCases }
}
