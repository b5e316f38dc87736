import Prometheus

/// The `controller_runtime_*` metrics of one controller. All series exist from the start, at zero.
struct ControllerMetrics: Sendable {
  let activeWorkers: Gauge
  let reconcileTime: Histogram
  let cacheTimeouts: Counter
  private let errors: Counter
  private let terminalErrors: Counter
  private let timeouts: Counter
  private let results: [ResultLabel: Counter]

  private enum ResultLabel: String, CaseIterable {
    case success
    case error
    case requeueAfter = "requeue_after"
    case requeue
  }

  init(name: String, workers: Int, registry: MetricRegistry) {
    let counter = { (metric: String, help: String) in
      registry.counter("controller_runtime_\(metric)", help: help, labels: ["controller"]).with(["controller": name])
    }
    let gauge = { (metric: String, help: String) in
      registry.gauge("controller_runtime_\(metric)", help: help, labels: ["controller"]).with(["controller": name])
    }
    errors = counter("reconcile_errors_total", "Reconciles that failed.")
    terminalErrors = counter(
      "terminal_reconcile_errors_total", "Reconciles that failed and are not tried again until something changes.")
    timeouts = counter("reconcile_timeouts_total", "Reconciles that were cancelled because they took too long.")
    cacheTimeouts = counter(
      "cache_wait_timeouts_total", "Reconciles that began before the cache had seen the writes of the one before.")
    activeWorkers = gauge("active_workers", "Reconciles under way.")
    gauge("max_concurrent_reconciles", "How many reconciles may be under way at once.").set(Double(workers))
    reconcileTime =
      registry.histogram(
        "controller_runtime_reconcile_time_seconds", help: "How long reconciles take.", labels: ["controller"]
      ).with(["controller": name])
    let total = registry.counter(
      "controller_runtime_reconcile_total", help: "Reconciles by result.", labels: ["controller", "result"])
    results = Dictionary(
      uniqueKeysWithValues: ResultLabel.allCases.map {
        ($0, total.with(["controller": name, "result": $0.rawValue]))
      })
  }

  func count(_ result: ReconcileResult) {
    switch result {
    case .finished(.done): results[.success]?.increment()
    case .finished(.after): results[.requeueAfter]?.increment()
    case .finished(.terminal): countError(terminalErrors)
    case .failed: countError(nil)
    case .timedOut: countError(timeouts)
    case .interrupted: results[.requeue]?.increment()
    }
  }

  private func countError(_ kind: Counter?) {
    errors.increment()
    kind?.increment()
    results[.error]?.increment()
  }
}
