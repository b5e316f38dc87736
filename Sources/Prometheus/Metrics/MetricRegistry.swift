import Locking

/// Everything that one process exports on `/metrics`.
///
/// Families register once and are then updated without the registry; asking again for a family that exists, with the same
/// shape, returns it. Values that live elsewhere (a cache, the process table) are read by collectors when a scrape comes.
///
/// # Guarantees
/// - May be used from any thread at once.
/// - The exposition is sorted: equal values give equal bytes.
/// - Series per family are bounded, those of collectors too; `metric_registry_rejected_series_total` tells what was left out.
///
/// # Caveats
/// A family asked for twice under one name with different kind, labels, buckets or limit is a mistake in the program and traps.
public final class MetricRegistry: Sendable {
  /// Reads the current values of one or more families. Runs on the thread of the scrape: it must not block for long.
  public typealias Collector = @Sendable () -> [MetricSnapshot]

  /// Returns families that are written already. Their names must be nobody else's; their number of series is not bounded here.
  public typealias WrittenCollector = @Sendable () -> [WrittenFamily]

  private struct State {
    var families: [String: any RegisteredFamily] = [:]
    var collectors: [Collector] = []
    var writtenCollectors: [WrittenCollector] = []
    /// Samples of collectors that were over the limit, by metric name.
    var rejected: [String: UInt64] = [:]
  }
  private let state = Lock(State())
  private let seriesLimit: Int

  /// - Parameter seriesLimit: the most series that one family exports, unless it asks for another limit. Families filled by
  ///   collectors may have ten times as many, since what they read is bounded by what the process holds anyway.
  public init(seriesLimit: Int = 10_000) {
    precondition(seriesLimit > 0, "a registry needs room for at least one series per family")
    self.seriesLimit = seriesLimit
  }

  public func counter(
    _ name: String, help: String, labels: [String] = [], seriesLimit: Int? = nil
  ) -> CounterFamily {
    register(name, help: help, labels: labels, seriesLimit: seriesLimit, configuration: .init())
  }

  public func gauge(
    _ name: String, help: String, labels: [String] = [], seriesLimit: Int? = nil
  ) -> GaugeFamily {
    register(name, help: help, labels: labels, seriesLimit: seriesLimit, configuration: .init())
  }

  /// - Parameter buckets: upper bounds, ascending, in the metric's unit, without the infinite one.
  public func histogram(
    _ name: String, help: String, labels: [String] = [], buckets: [Double] = Histogram.durationBounds,
    seriesLimit: Int? = nil
  ) -> HistogramFamily {
    precondition(zip(buckets, buckets.dropFirst()).allSatisfy(<), "buckets of \(name) do not ascend: \(buckets)")
    precondition(buckets.allSatisfy(\.isFinite), "buckets of \(name) are not finite: \(buckets)")
    precondition(!labels.contains("le"), "histogram \(name) may not have a label named le")
    return register(name, help: help, labels: labels, seriesLimit: seriesLimit, configuration: .init(bounds: buckets))
  }

  /// Adds families that are read at scrape time. Families of one name from several collectors are merged.
  public func collect(_ collector: @escaping Collector) {
    state.withLock { $0.collectors.append(collector) }
  }

  /// Adds families that are kept in writing and handed out at scrape time.
  public func collectWritten(_ collector: @escaping WrittenCollector) {
    state.withLock { $0.writtenCollectors.append(collector) }
  }

  /// Everything, in the text format 0.0.4 (`text/plain; version=0.0.4`).
  public func exposition() -> String {
    let (families, collectors, writtenCollectors) = state.withLock {
      ($0.families.values.map { $0 }, $0.collectors, $0.writtenCollectors)
    }
    var text = ExpositionText()
    let snapshots = merged(families.map(\.snapshot), collectors.flatMap { $0() }) + [rejections(of: families)]
    var written = writtenCollectors.flatMap { $0() }.sorted { $0.name < $1.name }[...]
    for snapshot in snapshots.sorted(by: { $0.name < $1.name }) {
      while let first = written.first, first.name < snapshot.name { text.append(written.removeFirst()) }
      text.append(snapshot)
    }
    for family in written { text.append(family) }
    return text.string
  }

  /// The `Content-Type` of `exposition()`.
  public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  private func register<Series: MetricSeries>(
    _ name: String, help: String, labels: [String], seriesLimit: Int?, configuration: Series.Configuration
  ) -> MetricFamily<Series> {
    state.withLock { state in
      guard let existing = state.families[name] else {
        let family = MetricFamily<Series>(
          name, help: help, labels: labels, seriesLimit: seriesLimit ?? self.seriesLimit, configuration: configuration)
        state.families[name] = family
        return family
      }
      guard let family = existing as? MetricFamily<Series>, family.labelNames == labels,
        family.configuration == configuration
      else { preconditionFailure("metric \(name) is registered twice, with different kind, labels or buckets") }
      return family
    }
  }

  /// One snapshot per name. Of samples with equal labels the first stays: a registered family wins.
  private func merged(_ registered: [MetricSnapshot], _ collected: [MetricSnapshot]) -> [MetricSnapshot] {
    var byName = Dictionary(registered.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    for snapshot in collected { byName[snapshot.name, default: snapshot.emptied].samples += snapshot.samples }
    let collectedNames = Set(collected.map(\.name))
    return byName.values.map { snapshot in
      guard collectedNames.contains(snapshot.name) else { return snapshot }
      var bounded = snapshot
      var seen: Set<[MetricSnapshot.Label]> = []
      bounded.samples = snapshot.samples.filter { seen.insert($0.labels).inserted }
      let excess = bounded.samples.count - seriesLimit * 10
      if excess > 0 {
        bounded.samples.removeLast(excess)
        state.withLock { $0.rejected[snapshot.name, default: 0] += UInt64(excess) }
      }
      return bounded
    }
  }

  private func rejections(of families: [any RegisteredFamily]) -> MetricSnapshot {
    var counts = state.withLock { $0.rejected }
    for family in families where !family.labelNames.isEmpty { counts[family.name, default: 0] += family.rejectedSeries }
    return MetricSnapshot(
      "metric_registry_rejected_series_total",
      help: "Series left out because their metric was at its limit.", kind: .counter,
      samples: counts.map { .init([.init("metric", $0.key)], Double($0.value)) })
  }
}

extension MetricSnapshot {
  fileprivate var emptied: MetricSnapshot { MetricSnapshot(name, help: help, kind: kind) }
}

/// A family of any kind, as the registry keeps it.
private protocol RegisteredFamily: Sendable {
  var name: String { get }
  var labelNames: [String] { get }
  var rejectedSeries: UInt64 { get }
  var snapshot: MetricSnapshot { get }
}

extension MetricFamily: RegisteredFamily {}
