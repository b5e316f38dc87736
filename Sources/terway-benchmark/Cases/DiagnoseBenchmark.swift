import FoundationEssentials
import Glibc
import KubernetesClient
import Serialization

extension Benchmark {
  /// The commands that look at a whole cluster, as a person runs them.
  static let diagnose = Benchmark(
    name: "diagnose", summary: "diagnose, report and capacity of a cluster of 5,000 nodes and 20,000 pods",
    needsCluster: true
  ) { setting in
    let cluster = try Cluster(setting)
    let nodes = min(setting.nodes, 5_000)
    try await cluster.fill(with: nodes)
    try await cluster.fillKubernetes(nodes: nodes, podsOfEach: 3)
    return {
      var measurements: [Measurement] = []
      for command in ["diagnose", "report", "capacity"] {
        let (answer, _) = try await ChildProcess.run(["child", "look-at-cluster", command, cluster.kubeconfig])
        measurements += [
          Measurement("\(command), wall time", try answer.measured("wall"), "s", .atMost(15)),
          Measurement("\(command), peak memory", try answer.measured("peak").inMebibytes, "MiB", .atMost(200)),
          Measurement("\(command), CPU time", try answer.measured("cpu"), "s"),
          Measurement("\(command), size of the JSON", try answer.measured("bytes") / 1e6, "MB"),
        ]
      }
      return measurements
    }
  }
}

extension ChildTask {
  /// Runs one command of the program. A process of its own, because what the system says of ended children is of all of them.
  static let lookAtCluster = ChildTask(name: "look-at-cluster") { arguments in
    guard arguments.count == 2 else { throw BenchmarkError("look-at-cluster takes COMMAND KUBECONFIG") }
    let file = FileManager.default.temporaryDirectory.appendingPathComponent("terway-benchmark-\(getpid()).json").path
    defer { unlink(file) }
    let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw BenchmarkError("\(file) cannot be written") }
    defer { close(descriptor) }
    let watch = Stopwatch()
    let process = try SpawnedProcess(
      try OperatorUnderTest.program, [arguments[0], "-o", "json", "--kubeconfig", arguments[1]], output: descriptor,
      errors: STDERR_FILENO)
    let code = process.waitForExit()
    let wall = watch.wall
    // 1 = something was found.
    guard code == 0 || code == 1 else { throw BenchmarkError("terway-operator \(arguments[0]) failed: \(code)") }
    var usage = rusage()
    getrusage(RUSAGE_CHILDREN.rawValue, &usage)
    return [
      "wall": .number(wall), "peak": .number(Double(usage.ru_maxrss) * 1024),
      "cpu": .number(usage.ru_utime.inSeconds + usage.ru_stime.inSeconds),
      "bytes": .number(Double(lseek(descriptor, 0, SEEK_CUR))),
    ]
  }
}

extension timeval {
  fileprivate var inSeconds: Double { Double(tv_sec) + Double(tv_usec) / 1e6 }
}
