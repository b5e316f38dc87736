/// Everything that is measured, in the order in which it runs.
enum Catalogue {
  static let benchmarks: [Benchmark] = [
    .decode, .watch, .workQueue, .render, .scaling, .coldCache, .profiles, .idle,
  ]

  static let childTasks: [ChildTask] = [.compareDecoders, .decodeStream, .fillCache]
}
