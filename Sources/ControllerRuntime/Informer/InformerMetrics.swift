import KubernetesClient
import KubernetesModel
import Prometheus

/// What a scrape reads off an informer.
struct InformerReading: Sendable {
  var isRunning: Bool
  var hasSynced: Bool
  var objects: Int
  var unreadable: Int
  /// Since when the watch has gone on without a break.
  var watchAge: Duration?
  /// Since anything was received, bookmarks included.
  var updateAge: Duration?
  /// Since an object changed.
  var changeAge: Duration?
}

/// The `terway_operator_cache_*` metrics of one informer.
struct InformerMetrics: Sendable {
  let failures: Counter
  let undecodable: Counter
  private let relists: [WatchProtocol.RelistCause: Counter]
  private let labels: [MetricSnapshot.Label]

  init(cache: String, registry: MetricRegistry) {
    labels = [.init("cache", cache)]
    failures =
      registry.counter(
        "terway_operator_cache_failures_total", help: "Lists and watches that failed.", labels: ["cache"]
      ).with(["cache": cache])
    undecodable =
      registry.counter(
        "terway_operator_cache_undecodable_objects_total", help: "Objects passed over because they cannot be read.",
        labels: ["cache"]
      ).with(["cache": cache])
    let relists = registry.counter(
      "terway_operator_cache_relists_total", help: "Whole lists that were fetched, by cause.",
      labels: ["cache", "cause"])
    self.relists = Dictionary(
      uniqueKeysWithValues: WatchProtocol.RelistCause.allCases.map {
        ($0, relists.with(["cache": cache, "cause": $0.rawValue]))
      })
  }

  func countRelist(_ cause: WatchProtocol.RelistCause) { relists[cause]?.increment() }

  func collect<Object>(from informer: Informer<Object>, registry: MetricRegistry) {
    registry.collect { [labels, weak informer] in
      guard let reading = informer?.reading(), reading.isRunning else { return [] }
      let gauge = { (name: String, help: String, value: Double?) in
        MetricSnapshot(
          "terway_operator_cache_\(name)", help: help, kind: .gauge, samples: value.map { [.init(labels, $0)] } ?? [])
      }
      return [
        gauge("synced", "1 once the first list is in.", reading.hasSynced ? 1 : 0),
        gauge("objects", "Cached objects.", Double(reading.objects)),
        gauge(
          "unreadable_objects", "Objects that cannot be read and are treated as though they were not there.",
          Double(reading.unreadable)),
        gauge("watch_age_seconds", "How long the watch has gone on without a break.", reading.watchAge?.seconds),
        gauge(
          "last_update_age_seconds", "Since anything was received, bookmarks included.", reading.updateAge?.seconds),
        gauge("last_event_age_seconds", "Since an object changed.", reading.changeAge?.seconds),
      ]
    }
  }
}
