import Prometheus
import Serialization

/// Something generated that a reader would have to trust and should not.
struct LintFinding: Hashable, CustomStringConvertible {
  /// The check that found it.
  var check: String
  /// Where: an alert, a panel, an object.
  var subject: String
  var message: String

  var description: String { "[\(check)] \(subject): \(message)" }
}

/// A check with a name: what it finds wrong with a subject in its surroundings, nothing when all is well.
struct LintCheck<Subject, Scope>: Sendable {
  let name: String
  let find: @Sendable (Subject, Scope) -> [String]

  init(_ name: String, _ find: @escaping @Sendable (Subject, Scope) -> [String]) {
    (self.name, self.find) = (name, find)
  }

  func findings(_ subject: Subject, named name: String, in scope: Scope) -> [LintFinding] {
    find(subject, scope).map { LintFinding(check: self.name, subject: name, message: $0) }
  }
}

/// What is known of a series that expressions may use.
struct KnownSeries: Sendable {
  enum Kind: Sendable { case gauge, counter, histogram }

  var kind: Kind
  /// The labels that its exporter or its rule gives it; `nil` when they are not known.
  var labels: Set<String>?
  /// What Prometheus adds to a scraped series; a recorded one has its rule's labels and no others.
  var isScraped = true
}

/// What expressions are judged against.
struct ExpressionScope: Sendable {
  var scrapeInterval: Duration = .seconds(15)
  var version: PrometheusVersion = .baseline
  /// By name; of histograms the name without suffix.
  var series: [String: KnownSeries] = [:]
  var clusterLabel = ""
  /// Panels follow the zoom of the viewer; rules have windows of their own.
  var isPanel = false

  /// What every Prometheus has.
  static let builtIn: [String: KnownSeries] = [
    "ALERTS": .init(kind: .gauge, labels: nil), "up": .init(kind: .gauge, labels: []),
  ]

  private static let suffixes = ["_bucket", "_count", "_sum"]
  private static let targetLabels: Set<String> = [
    "job", "instance", "namespace", "pod", "service", "endpoint", "container", "node",
  ]

  /// The series of a name, a histogram's by any of its suffixes.
  func series(named name: String) -> KnownSeries? {
    if let series = series[name] ?? Self.builtIn[name] { return series.kind == .histogram ? nil : series }
    for suffix in Self.suffixes where name.hasSuffix(suffix) {
      guard var series = series[String(name.dropLast(suffix.count))], series.kind == .histogram else { continue }
      if suffix == "_bucket" { series.labels?.insert("le") }
      series.kind = .counter
      return series
    }
    return nil
  }

  func isCounter(_ name: String) -> Bool {
    if let series = series(named: name) { return series.kind == .counter }
    return (["_total"] + Self.suffixes).contains { name.hasSuffix($0) }
  }

  func labels(of selector: VectorSelector) -> Set<String>? {
    guard let name = selector.metric, let series = series(named: name), let labels = series.labels else { return nil }
    let cluster: Set<String> = clusterLabel.isEmpty ? [] : [clusterLabel]
    return series.isScraped ? labels.union(Self.targetLabels).union(cluster) : labels
  }
}

extension PromQL {
  /// Every binary operation, with what it is part of.
  var operations: [(operation: BinaryOperation, ancestors: [PromQL])] {
    var found: [(BinaryOperation, [PromQL])] = []
    forEach { if case .binary(let operation) = $0 { found.append((operation, $1)) } }
    return found
  }

  var aggregations: [Aggregation] {
    var found: [Aggregation] = []
    forEach { expression, _ in if case .aggregation(let aggregation) = expression { found.append(aggregation) } }
    return found
  }

  var calls: [(name: String, arguments: [PromQL], ancestors: [PromQL])] {
    var found: [(String, [PromQL], [PromQL])] = []
    forEach { if case .call(let name, let arguments) = $0 { found.append((name, arguments, $1)) } }
    return found
  }
}
