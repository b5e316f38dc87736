import FoundationEssentials
import KubernetesClient
import KubernetesModel

extension Benchmark {
  /// The operator while pods come at once on three of ten nodes, on played nodes. A control plane is good for one run: pods
  /// and pools stay as they are.
  static let fleet = Benchmark(
    name: "fleet", summary: "a burst on 30 % of many nodes, sized within a budget, and the quiet after it",
    needsCluster: true, needsAuditLog: true
  ) { setting in
    let cluster = try Cluster(setting)
    for namespace in ["monitoring", "logging"] { try await cluster.makeNamespace(namespace) }
    let fleet = Fleet(cluster: cluster, size: setting.fleet)
    let terway = try PlayedTerway(cluster, nodes: fleet.size, scratch: setting.scratch)
    Progress.say("fleet: making \(fleet.size) nodes")
    try await fleet.waitUntilPlayed(by: terway)
    return {
      guard setting.runs == 1 else { throw BenchmarkError("the benchmark fleet runs once: --runs 1") }
      defer { terway.stop() }
      return try await measurements(fleet, auditLog: setting.auditLog, scratch: setting.scratch)
    }
  }

  /// The status tells of the end, events are written, and caches see what was written, in seconds.
  private static let pause = 15.0
  private static let quiet = 60.0

  private static func measurements(_ fleet: Fleet, auditLog: String?, scratch: String) async throws -> [Measurement] {
    let process = try OperatorUnderTest(fleet.cluster, scratch: scratch)
    try await fleet.applyPolicy()
    try await fleet.waitUntilSettled(nodes: 0)
    let (audit, before, watch) = (try AuditLog(auditLog), try ProcessUsage(of: process.identifier), Stopwatch())
    let start = Date().timeIntervalSince1970
    Progress.say("fleet: \(fleet.burst.count * Fleet.podsPerNode) pods on \(fleet.burst.count) nodes")
    try await fleet.createPods()
    let created = watch.wall
    try await fleet.waitUntilSettled(nodes: fleet.burst.count)
    let (settled, after) = (watch.wall, try ProcessUsage(of: process.identifier))
    try await Task.sleep(for: .seconds(pause))
    let (quietStart, rest) = (Date().timeIntervalSince1970, try ProcessUsage(of: process.identifier))
    try await Task.sleep(for: .seconds(quiet))
    let end = try ProcessUsage(of: process.identifier)
    try process.stop()

    var record = RolloutRecord()
    try audit.forEach { record.take($0) }
    guard record.nodes >= fleet.burst.count, record.unfinished == 0, let last = record.end else {
      throw BenchmarkError("the audit log tells of \(record.nodes) nodes, of which \(record.unfinished) have not ended")
    }
    let nodesAtOnce = (Double(fleet.size) * Fleet.nodesAtOnce).rounded(.up)
    return [
      Measurement("nodes that got another band", Double(record.nodes), ""),
      Measurement("until all pods were created", created, "s"),
      Measurement("until the last node had its band and addresses", last - start, "s"),
      Measurement("nodes in rollout at once", Double(record.mostAtOnce), "", .atMost(nodesAtOnce)),
      Measurement(
        "writes in any minute", Double(record.mostWritesPerMinute), "", .atMost(Double(Fleet.writesPerMinute))),
      Measurement("Events in any minute", Double(record.mostEventsPerMinute), ""),
      Measurement(
        "CPU of one core, until all was done", (after.cpu - before.cpu) / settled * 100, "%", .atMost(100)),
      Measurement("peak memory", end.peak.inMebibytes, "MiB", .atMost(150)),
      Measurement("resident memory afterwards", end.resident.inMebibytes, "MiB"),
      Measurement(
        "writes in a minute of quiet", Double(record.writes(from: quietStart, to: quietStart + quiet)), "", .atMost(0)),
      Measurement("CPU of one core, in quiet", (end.cpu - rest.cpu) / quiet * 100, "%"),
    ]
  }
}
