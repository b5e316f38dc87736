import Insights
import KubernetesModel
import Prometheus

/// Reads from a Prometheus the history of what a report looks at for unusual readings.
struct SignalCollector: Sendable {
  let prometheus: PrometheusClient
  let progress: Progress

  /// All at the same time, so that they take no longer than one.
  ///
  /// - Parameters:
  ///   - now: seconds since 1970.
  ///   - fresh: what is not before this is told even if it has happened before, in seconds since 1970.
  /// - Throws: `CancellationError` only.
  func collect(at now: Double, afresh fresh: Double) async throws -> Collected<[SignalReview]> {
    let range = QueryRange(
      last: Signal.range, until: now, points: Int(Signal.range / Signal.step), shortestStep: Signal.step)
    let histories = try await withThrowingTaskGroup(of: (Int, Collected<History?>).self) { group in
      for (place, signal) in Signal.all.enumerated() {
        group.addTask {
          let history = try await BoundedReading.part(signal.title.en, progress) {
            try await prometheus.queryRange(signal.query, range).series.first.map(History.init)
          }
          return (place, history)
        }
      }
      return try await group.reduce(into: [Int: Collected<History?>]()) { $0[$1.0] = $1.1 }
    }
    let reasons = Set(histories.values.map(\.reason))
    // Who answers nothing, and why, is said once.
    if let only = reasons.first, let reason = only, reasons.count == 1 { return .unknown(reason) }
    return .value(
      Signal.all.enumerated().map { place, signal in
        SignalReview(signal, Self.unwrapped(histories[place] ?? .absent), at: now, afresh: fresh)
      })
  }

  private static func unwrapped(_ history: Collected<History?>) -> Collected<History> {
    switch history {
    case .value(let history): history.map { .value($0) } ?? .absent
    case .absent: .absent
    case .unknown(let reason): .unknown(reason)
    }
  }
}
