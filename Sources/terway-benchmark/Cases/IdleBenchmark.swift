import KubernetesModel

extension Benchmark {
  /// The operator while nothing happens.
  static let idle = Benchmark(
    name: "idle", summary: "the operator with a hundred profiles and nothing to do, for a minute", needsCluster: true
  ) { setting in
    let cluster = try Cluster(setting)
    for namespace in ["monitoring", "logging"] { try await cluster.makeNamespace(namespace) }
    try await cluster.removeProfiles()
    let names = (0..<100).map { "profile-\($0)" }
    return {
      let process = try OperatorUnderTest(cluster, scratch: setting.scratch)
      try await cluster.create(profiles: names)
      await cluster.waitUntilReady(names)
      // Events are still being written, and the last watches told.
      try await Task.sleep(for: .seconds(20))
      let before = try ProcessUsage(of: process.identifier)
      let watch = Stopwatch()
      try await Task.sleep(for: .seconds(60))
      let after = try ProcessUsage(of: process.identifier)
      let share = (after.cpu - before.cpu) / watch.wall * 100
      try process.stop()
      try await cluster.removeProfiles()
      return [
        Measurement("resident memory", after.resident.inMebibytes, "MiB", .atMost(25)),
        Measurement("CPU of one core", share, "%", .atMost(0.5)),
        Measurement("peak memory", after.peak.inMebibytes, "MiB"),
        Measurement("threads", after.threads, ""),
      ]
    }
  }
}
