/// Everything that is measured, in the order in which it runs.
enum Catalogue {
  static let benchmarks: [Benchmark] = [
    .decode, .watch, .workQueue, .render, .scaling, .exporter, .coldCache, .diagnose, .profiles, .idle, .fleet, .nab,
  ]

  static let childTasks: [ChildTask] = [.compareDecoders, .decodeStream, .fillCache, .lookAtCluster]
}
