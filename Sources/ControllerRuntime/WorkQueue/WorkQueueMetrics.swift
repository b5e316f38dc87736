import Prometheus

/// What a scrape reads off a work queue.
struct WorkQueueReading: Sendable {
  var depth: Int
  var adds: UInt64
  var retries: UInt64
  var unfinished: Duration
  var longestRunning: Duration
}

/// The `workqueue_*` metrics under the names and labels of client-go.
struct WorkQueueMetrics: Sendable {
  let queueDuration: Histogram
  let workDuration: Histogram
  private let labels: [MetricSnapshot.Label]

  init(name: String, registry: MetricRegistry) {
    labels = [.init("controller", name), .init("name", name)]
    let histogram = { (metric: String, help: String) in
      registry.histogram(metric, help: help, labels: ["controller", "name"], buckets: Self.buckets)
        .with(["controller": name, "name": name])
    }
    queueDuration = histogram(
      "workqueue_queue_duration_seconds", "How long keys were ready before a worker took them.")
    workDuration = histogram("workqueue_work_duration_seconds", "How long the work on a key took.")
  }

  /// 10 ns to 1000 s.
  private static let buckets = [1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1, 10, 100, 1000]

  /// Reads the numbers that the queue's state keeps anyway when a scrape comes, which spares the hot path.
  func collect<Key>(from queue: WorkQueue<Key>, registry: MetricRegistry) {
    registry.collect { [labels, weak queue] in
      guard let reading = queue?.reading() else { return [] }
      let number = { (name: String, help: String, kind: MetricSnapshot.Kind, value: Double) in
        MetricSnapshot(name, help: help, kind: kind, samples: [.init(labels, value)])
      }
      return [
        number("workqueue_depth", "Keys that are ready.", .gauge, Double(reading.depth)),
        number("workqueue_adds_total", "Keys that were added.", .counter, Double(reading.adds)),
        number("workqueue_retries_total", "Keys put back after a failure.", .counter, Double(reading.retries)),
        number(
          "workqueue_unfinished_work_seconds", "How long the keys worked on now have taken, all together.", .gauge,
          reading.unfinished.seconds),
        number(
          "workqueue_longest_running_processor_seconds", "How long the key worked on longest has taken.", .gauge,
          reading.longestRunning.seconds),
      ]
    }
  }
}
