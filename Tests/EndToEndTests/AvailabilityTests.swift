import Foundation
import KubernetesClient
import KubernetesModel
import Monitoring
import Serialization
import TerwayModel
import TestSupport
import Testing

extension EndToEnd {
  struct `Availability` {
    private static let leases = ResourceType("coordination.k8s.io/v1", "Lease", plural: "leases", namespaced: true)
    private static let lease = ObjectKey(namespace: "terway-operator-system", name: "terway-operator")
    private static let election = ["--leader-elect", "--leader-election-namespace", "terway-operator-system"]
    private static let shortLease =
      election + [
        "--leader-election-lease-duration", "4s", "--leader-election-renew-deadline", "3s",
        "--leader-election-retry-period", "500ms",
      ]

    // MARK: The API server

    @Test func `outlives an API server that crashes, and converges once it is back`() async throws {
      let cluster = try await Cluster.clean()
      let process = try await cluster.startOperator()
      try await cluster.apply("terway")
      try await cluster.waitUntilReady("terway")
      let before = try await cluster.versions(of: "terway")

      try await cluster.plane.script("kill-apiserver")
      try await eventually("the operator notices") { process.logText.contains("cannot list or watch") }
      #expect(process.isRunning)
      #expect(try await process.get("/healthz").status == 200)

      try await cluster.plane.script("start-apiserver")
      #expect(try await cluster.versions(of: "terway") == before)
      try await cluster.apply("blue")
      let edited = try await cluster.spoilConfigMap(of: "terway")
      try await cluster.waitUntilReady("blue")
      try await eventually("the edit is undone") { try await !cluster.isSpoilt(edited) }
      #expect(
        try await cluster.versions(of: "terway").filter { $0.key.key != edited }
          == before.filter { $0.key.key != edited }
      )
      try await eventually("it is ready again") { try await process.get("/readyz").status == 200 }
      #expect(try await process.stop() == 0)
    }

    @Test func `converges after the history that it watched was compacted`() async throws {
      let cluster = try await Cluster.clean()
      let process = try await cluster.startOperator()
      try await cluster.apply("terway")
      try await cluster.apply("old")
      try await cluster.waitUntilReady("terway")
      try await cluster.waitUntilReady("old")

      // It hears of nothing that happens now, and none of it can be replayed to it later.
      process.send(signal: SIGSTOP)
      try await cluster.delete("old")
      try await cluster.apply("new")
      let edited = try await cluster.spoilConfigMap(of: "terway")
      let deleted = try await cluster.deleteOne(GeneratedResource.prometheusRule, of: "terway")
      try await cluster.plane.script("compact")
      process.send(signal: SIGCONT)

      try await cluster.waitUntilReady("new")
      try await eventually("the edit is undone, and what was deleted is back") {
        let isBack = try await cluster.generated(by: "terway").keys.contains { $0.key == deleted }
        let isSpoilt = try await cluster.isSpoilt(edited)
        return isBack && !isSpoilt
      }
      try await eventually("the profile that went meanwhile left nothing") {
        try await cluster.generated(by: "old").isEmpty
      }
      // Those without events begin anew, after a pause.
      try await eventually("the watches were too old") {
        try await process.sum(of: "terway_operator_cache_relists_total", where: #"cause="expired""#) > 0
      }
      #expect(process.isRunning)
      #expect(try await process.stop() == 0)
    }

    // MARK: Two operators

    @Test func `one of two operators leads, and when it is killed the other takes over`() async throws {
      let cluster = try await cleanWithoutLease()
      let pair = try await startPair(cluster, Self.shortLease)
      try await cluster.apply("terway")
      try await cluster.waitUntilReady("terway")
      #expect(try await pair.follower.metric(Self.status) == 0)
      #expect(try await pair.leader.writes > 0)
      #expect(try await pair.follower.writes == 0)

      pair.leader.send(signal: SIGKILL)
      let took = try await eventually("the other leads") { try await pair.follower.metric(Self.status) == 1 }
      print("after SIGKILL of the leader, with a lease of 4 s, the other led after \(took)")
      try await cluster.apply("blue")
      try await cluster.waitUntilReady("blue")
      #expect(try await pair.follower.stop() == 0)
    }

    @Test func `a leader that is told to stop releases its lease, and the other does not wait for its end`()
      async throws
    {
      let cluster = try await cleanWithoutLease()
      let pair = try await startPair(cluster, Self.election)
      try await cluster.apply("terway")
      try await cluster.waitUntilReady("terway")

      let clock = ContinuousClock()
      let start = clock.now
      #expect(try await pair.leader.stop() == 0)
      #expect(pair.leader.logText.contains("released the lease"))
      // Far below the 15 s after which an abandoned lease ends, far above what a look a second needs.
      try await eventually("the other leads", within: .seconds(10)) {
        try await pair.follower.metric(Self.status) == 1
      }
      print("after SIGTERM to the leader, the other led after \(start.duration(to: clock.now))")
      try await cluster.apply("blue")
      try await cluster.waitUntilReady("blue")
      #expect(try await pair.follower.stop() == 0)
      #expect(try await holder(cluster) == "", "the last one releases it too")
    }

    private static let status = #"leader_election_master_status{name="terway-operator"}"#

    private func cleanWithoutLease() async throws -> Cluster {
      let cluster = try await Cluster.clean()
      try await cluster.client.delete(Self.leases, Self.lease)
      return cluster
    }

    private func holder(_ cluster: Cluster) async throws -> String {
      let lease = try await cluster.client.get(Self.leases, Self.lease)
      return lease.at("spec", "holderIdentity")?.string ?? ""
    }

    /// Starts two, and finds out which of them leads.
    private func startPair(
      _ cluster: Cluster, _ arguments: [String]
    ) async throws -> (leader: OperatorProcess, follower: OperatorProcess) {
      let both = try [0, 1].map { _ in
        try OperatorProcess(kubeconfig: cluster.plane.kubeconfig, arguments: arguments)
      }
      for process in both { try await process.waitUntilReady() }
      try await eventually("one leads") {
        let first = try await both[0].metric(Self.status)
        let second = try await both[1].metric(Self.status)
        return first == 1 || second == 1
      }
      let statuses = [try await both[0].metric(Self.status), try await both[1].metric(Self.status)]
      #expect(Set(statuses) == [0, 1], "exactly one leads")
      let (leader, follower) = statuses[0] == 1 ? (both[0], both[1]) : (both[1], both[0])
      let holder = try await holder(cluster)
      #expect(!holder.isEmpty)
      #expect(leader.logText.contains("identity=\(holder)"), "the one that leads holds the lease")
      return (leader, follower)
    }
  }
}

extension OperatorProcess {
  /// The sum of the series of a metric that carry a label.
  func sum(of metric: String, where label: String) async throws -> Double {
    try await get("/metrics").text.split(separator: "\n")
      .filter { $0.hasPrefix("\(metric){") && $0.contains(label) }
      .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0, +)
  }

  /// How often it sent what only a leader may send: changes of anything but the lease, which it is that is replaced as a
  /// whole.
  var writes: Double {
    get async throws {
      let metric = "rest_client_requests_total"
      return try await sum(of: metric, where: #"method="PATCH""#) + sum(of: metric, where: #"method="DELETE""#)
    }
  }
}

extension Cluster {
  /// Edits one of a profile's ConfigMaps by hand.
  func spoilConfigMap(of profile: String) async throws -> ObjectKey {
    let reference = try await generated(by: profile).keys.filter { $0.resource == GeneratedResource.configMap }
      .min { $0.key.name < $1.key.name }
    let key = try #require(reference).key
    let object: JSONValue = try await client.get(GeneratedResource.configMap, key)
    let entry = try #require(object["data"]?.object?.keys.min())
    let _: JSONValue = try await client.patch(
      GeneratedResource.configMap, key, .merge, ["data": [entry: "spoilt"]], fieldManager: FieldManager("somebody"))
    return key
  }

  func isSpoilt(_ key: ObjectKey) async throws -> Bool {
    let object: JSONValue = try await client.get(GeneratedResource.configMap, key)
    return object["data"]?.object?.values.contains("spoilt") ?? true
  }

  func deleteOne(_ resource: ResourceType, of profile: String) async throws -> ObjectKey {
    let reference = try await generated(by: profile).keys.filter { $0.resource == resource }
      .min { $0.key.name < $1.key.name }
    let key = try #require(reference).key
    try await client.delete(resource, key)
    return key
  }
}
