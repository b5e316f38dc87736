import ControllerRuntime
import KubernetesModel
import Prometheus

extension Benchmark {
  /// What one controller does with its queue, without the work: keys are added by tens, taken and finished.
  static let workQueue = Benchmark(name: "workqueue", summary: "keys added, taken and finished") { _ in
    let keys = (0..<1_000).map { ObjectKey(name: "profile-\($0)") }
    let batch = 10
    return {
      let queue = WorkQueue<ObjectKey>(name: "benchmark", registry: MetricRegistry())
      let rounds = 1_000
      let watch = Stopwatch()
      for _ in 0..<rounds {
        for start in stride(from: 0, to: keys.count, by: batch) {
          for key in keys[start..<start + batch] { queue.add(key) }
          for _ in 0..<batch {
            guard let key = await queue.next() else { throw BenchmarkError("the queue lost a key") }
            queue.finish(key, then: .rest)
          }
        }
      }
      let perSecond = Double(rounds * keys.count) / watch.cpu
      return [Measurement("add, get and done", perSecond / 1e6, "M/s of CPU", .atLeast(1))]
    }
  }
}
