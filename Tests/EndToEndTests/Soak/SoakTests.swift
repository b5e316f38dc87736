import Foundation
import KubernetesModel
import Monitoring
import Serialization
import TerwayModel
import TestSupport
import Testing

/// What `hack/soak.sh` asks for; `nil` when it does not.
private struct SoakPlan {
  var seconds: Double
  var profiles: Int
  var seed: UInt64

  init?(_ environment: [String: String]) {
    guard let seconds = environment["TERWAY_SOAK_SECONDS"].flatMap(Double.init),
      let profiles = environment["TERWAY_SOAK_PROFILES"].flatMap({ Int($0) }), profiles > 0,
      let seed = environment["TERWAY_SOAK_SEED"].flatMap({ UInt64($0) })
    else { return nil }
    (self.seconds, self.profiles, self.seed) = (seconds, profiles, seed)
  }

  static let current = SoakPlan(ProcessInfo.processInfo.environment)
}

extension EndToEnd {
  /// Many profiles that people and GitOps change all the time, for long, on a server that is restarted meanwhile.
  @Suite(.enabled(if: SoakPlan.current != nil, "hack/soak.sh runs it"))
  struct `Soak` {
    @Test func `leaves memory and descriptors where they were, and the cluster as it must be`() async throws {
      let plan = try #require(SoakPlan.current)
      let cluster = try await Cluster.clean()
      let process = try await cluster.startOperator()
      var people = People(cluster, count: plan.profiles, seed: plan.seed)
      print("soak: \(plan.profiles) profiles, \(Int(plan.seconds)) s, seed \(plan.seed)")
      try await people.createAll()
      try await people.waitUntilSettled()

      var usage: [ResourceUsage] = []
      let clock = ContinuousClock()
      let start = clock.now
      var restarts = [plan.seconds / 3, plan.seconds * 2 / 3]
      var nextReport = 0.0
      while true {
        let elapsed = start.duration(to: clock.now) / .seconds(1)
        if elapsed >= plan.seconds { break }
        if let due = restarts.first, elapsed >= due {
          restarts.removeFirst()
          try await cluster.plane.script("kill-apiserver")
          try await cluster.plane.script("start-apiserver")
          // The garbage collector of Kubernetes 1.20 collects nothing any more after its server was away.
          try await cluster.plane.script("restart-controllers")
          print("soak: \(Int(elapsed)) s: the API server was killed and started")
        }
        try await people.act()
        usage.append(try ResourceUsage(of: process.identifier, at: elapsed))
        if elapsed >= nextReport, let usage = usage.last {
          print("soak: \(Int(elapsed)) s: \(people.summary), \(usage)")
          nextReport += 30
        }
      }
      try await people.waitUntilSettled()
      try await process.waitUntilQuiet()
      let settled = try ResourceUsage(of: process.identifier, at: plan.seconds)
      let report = UsageReport(usage, settled: settled)
      print("soak: \(people.summary)\nsoak: \(report)")
      #expect(process.isRunning)
      #expect(report.isMemoryFlat, "\(report)")
      #expect(report.areDescriptorsFlat, "\(report)")
      #expect(try await process.stop() == 0)

      // Whoever comes new, with caches that cannot be wrong yet, finds nothing to do.
      let audit = try AuditLog(cluster.plane)
      let fresh = try await cluster.startOperator()
      try await fresh.waitUntilQuiet()
      #expect(try audit.operatorWrites().isEmpty)
      #expect(try await fresh.stop() == 0)
      try await cluster.clear()
    }
  }
}
