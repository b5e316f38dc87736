import Insights
import KubernetesModel
import Prometheus

/// Reads from a Prometheus the history of what a report looks at for unusual readings.
struct SignalCollector: Sendable {
  let prometheus: PrometheusClient
  let progress: Progress

  /// - Parameter now: seconds since 1970.
  /// - Throws: `CancellationError` only.
  func collect(at now: Double) async throws -> Collected<[SignalReview]> {
    let range = QueryRange(
      last: Signal.range, until: now, points: Int(Signal.range / Signal.step), shortestStep: Signal.step)
    var reviews: [SignalReview] = []
    for signal in Signal.all {
      let history = try await BoundedReading.part(signal.title.en, progress) {
        try await prometheus.queryRange(signal.query, range).series.first.map(History.init)
      }
      reviews.append(SignalReview(signal, Self.unwrapped(history), at: now))
      // Who does not answer the first question does not answer the others.
      if reviews.count == 1, let reason = history.reason { return .unknown(reason) }
    }
    return .value(reviews)
  }

  private static func unwrapped(_ history: Collected<History?>) -> Collected<History> {
    switch history {
    case .value(let history): history.map { .value($0) } ?? .absent
    case .absent: .absent
    case .unknown(let reason): .unknown(reason)
    }
  }
}
