import KubernetesClient
import KubernetesModel
import Serialization
import TerwayModel
import TestSupport
import Testing

extension EndToEnd {
  /// Daemons that own their pools, played, and a real Prometheus that scrapes them, under exactly the shipped permissions.
  struct `Pools that daemons own` {
    private static let names = ["node-0000", "node-0001", "node-0002"]

    private static func spec(_ url: String) -> JSONValue {
      [
        "mode": "Apply", "evaluationInterval": "1s", "forecast": ["enabled": false], "minENIs": 4,
        "behavior": [
          "scaleUp": ["maxStepENIs": 4], "scaleDown": ["stabilizationWindow": "1s", "cooldown": "0s"],
        ],
        "budget": ["maxConcurrentNodes": "100%", "writesPerMinute": 6000],
        "legacy": ["ipsPerENI": 10, "restartInterval": "1m"],
        "signal": ["maxStaleness": "10s", "prometheus": ["url": .string(url)]],
      ]
    }

    @Test(.enabled(if: PrometheusServer.executable != nil))
    func `are changed by a restart of one daemon after the other, and of none while nothing is known`() async throws {
      let played = try await PlayedCluster.start(nodes: 3, "--ipam", "legacy", "--metrics-port", "0")
      let cluster = played.cluster
      var prometheus: PrometheusServer? = try Self.prometheus(scraping: try #require(played.standIn.metricsAddress))
      for name in Self.names {
        try await played.createPods(3, named: name, on: name)
        try await played.waitUntilRunning((0..<3).map { "\(name)-\($0)" })
      }
      let before = try await Self.daemons(played)
      let kubeconfig = try await cluster.applyShippedPermissions()
      let process = try OperatorProcess(kubeconfig: kubeconfig.path, arguments: ["--terway-speed", "10"])
      try await process.waitUntilReady()
      let audit = try AuditLog(cluster.plane)
      try await cluster.applyPolicy("p", Self.spec(prometheus?.url ?? ""))

      // Each has another daemon, which has the addresses that the class asks for.
      try await cluster.waitForPolicy("growth", "p", process) {
        $0.currentENIs == 3 * 4 && $0.desiredENIs == 3 * 4 && $0.conditions["Reconciling"]?.status == .no
          && $0.conditions["DataFresh"]?.status == .yes
      }
      for name in Self.names { #expect(try await cluster.node(name).configurationName?.hasPrefix("eniap-p-") == true) }
      let after = try await Self.daemons(played)
      #expect(Self.names.allSatisfy { before[$0] != after[$0] })
      try Self.expectOneAtATime(audit)

      // Nothing is known any more: all are held.
      prometheus = nil
      for name in Self.names { for pod in 0..<3 { try await played.deletePod("\(name)-\(pod)") } }
      let held = try await cluster.waitForPolicy("the silence", "p", process) {
        $0.conditions["DataFresh"]?.reason == "SignalFailed" && $0.nodes.stale == 3
      }
      #expect(held.nodes.managed == 3 && held.currentENIs == held.desiredENIs)
      let settled = try await Self.daemons(played)
      let classes = try await Self.labels(cluster)

      // Given back, they keep their daemons: what is in force changes when those start next.
      try await cluster.deletePolicy("p")
      try await eventually("the policy is gone") {
        try await cluster.object(ObjectReference(EniAutoscalePolicy.resource, ObjectKey(name: "p"))) == nil
      }
      #expect(try await Self.daemons(played) == settled && classes.count == 3)
      #expect(try await Self.labels(cluster).isEmpty)
      for name in Self.names { #expect(try await cluster.node(name).originalConfiguration == nil) }
      #expect(try await cluster.poolClasses().isEmpty)
      #expect(try await process.stop() == 0)
      let refused = try audit.entries().filter { $0.user == Cluster.operatorUser && $0.code == 403 }
      #expect(refused.isEmpty, "\(refused)")
      try await played.stop()
      withExtendedLifetime((prometheus, kubeconfig)) {}
    }

    /// With the rules of a monitoring profile, as far as they are asked for.
    private static func prometheus(scraping address: String) throws -> PrometheusServer {
      let configuration: JSONValue = [
        "global": ["scrape_interval": "1s", "evaluation_interval": "1s"], "rule_files": ["rules.yaml"],
        "scrape_configs": [
          ["job_name": "terway", "honor_labels": true, "static_configs": [["targets": [.string(address)]]]]
        ],
      ]
      let total = "sum by (node) (terway_resource_pool_total_count)"
      let rules: JSONValue = [
        "groups": [
          [
            "name": "terway",
            "rules": [
              ["record": "node:terway_eni_total_ips:sum", "expr": .string(total)],
              [
                "record": "node:terway_eni_utilization:ratio",
                "expr": .string("1 - sum by (node) (terway_resource_pool_idle_count) / (\(total) > 0)"),
              ],
            ],
          ]
        ]
      ]
      return try PrometheusServer(configuration: configuration.jsonText(), files: ["rules.yaml": rules.jsonText()])
    }

    /// Uids by node.
    private static func daemons(_ played: PlayedCluster) async throws -> [String: String] {
      var uids: [String: String] = [:]
      for name in names {
        uids[name] = try await played.daemon(of: name)?.at("metadata", "uid")?.string
      }
      return uids
    }

    private static func labels(_ cluster: Cluster) async throws -> [String] {
      var labels: [String] = []
      for name in names { if let label = try await cluster.node(name).configurationName { labels.append(label) } }
      return labels
    }

    /// Between two deletions of daemons by the operator there is a new daemon, and the next node is labelled after it.
    private static func expectOneAtATime(_ audit: AuditLog) throws {
      let writes = try audit.entries().filter { $0.isWrite && (200..<300).contains($0.code) }
      let deletions = writes.filter { $0.user == Cluster.operatorUser && $0.verb == "delete" && $0.resource == "pods" }
      #expect(deletions.count >= 3, "\(deletions)")
      for (first, second) in zip(deletions, deletions.dropFirst()) {
        let between = writes.filter { $0.time > first.time && $0.time < second.time }
        #expect(between.contains { $0.verb == "create" && $0.resource == "pods" }, "\(between)")
      }
    }
  }
}
