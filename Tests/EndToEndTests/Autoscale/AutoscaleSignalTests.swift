import Foundation
import KubernetesModel
import Locking
import Serialization
import TerwayModel
import TestSupport
import Testing

extension EndToEnd {
  /// A policy that asks a real Prometheus.
  struct `The signal of a Prometheus` {
    private static func spec(_ url: String) -> JSONValue {
      [
        "mode": "Apply", "evaluationInterval": "1s", "forecast": ["enabled": false],
        "behavior": ["scaleDown": ["stabilizationWindow": "1s", "cooldown": "0s"]],
        "budget": ["maxConcurrentNodes": "100%", "writesPerMinute": 6000],
        "signal": [
          "source": "Prometheus", "maxStaleness": "10s",
          "prometheus": ["url": .string(url), "query": "utilisation", "credentialsSecret": "prometheus"],
        ],
      ]
    }

    @Test(.enabled(if: PrometheusServer.executable != nil))
    func `lets nodes grow, and holds those of which it says nothing certain, with names and since when`() async throws {
      let cluster = try await Cluster.clean()
      try await cluster.installTerwayNodes()
      let secret = ObjectReference(
        ResourceType("v1", "Secret", plural: "secrets", namespaced: true),
        ObjectKey(namespace: "terway-operator-system", name: "prometheus"))
      try await cluster.put(
        secret, ["data": ["token": .string(Data(Cluster.secrets[1].utf8).base64EncodedString())]])
      let terway = TerwayStandIn(cluster)
      // The Node resources say less than the Prometheus, which is believed.
      for name in ["n1", "n2"] {
        terway.setUsed(5, on: name)
        try await cluster.addNode(name)
      }
      try await terway.catchUp(cluster)
      let values = Lock(["n1": "0.6", "n2": "0.6"])
      let target = try TextServer { _ in
        values.withLock { $0.map { "utilisation{node=\"\($0.key)\"} \($0.value)\n" }.joined() }
      }
      let scrape: JSONValue = [
        "global": ["scrape_interval": "1s"],
        "scrape_configs": [
          ["job_name": "test", "static_configs": [["targets": [.string("127.0.0.1:\(target.port)")]]]]
        ],
      ]
      var prometheus: PrometheusServer? = try PrometheusServer(configuration: scrape.jsonText(), files: [:])
      let url = prometheus?.url ?? ""

      let kubeconfig = try await cluster.applyShippedPermissions()
      let process = try OperatorProcess(kubeconfig: kubeconfig.path)
      try await process.waitUntilReady()
      try await cluster.applyPolicy("p", Self.spec(url))
      try await cluster.waitForPolicy("fresh data", "p", process) {
        $0.conditions["DataFresh"]?.status == .yes && $0.currentENIs == 4
      }
      values.withLock { $0["n1"] = "1" }
      try await eventually("the node grows") { try await cluster.node("n1").configurationName != nil }
      values.withLock { $0["n1"] = "0.6" }

      func expectHeld(_ what: String, _ reason: String = "Stale", _ names: [String] = ["n2"]) async throws {
        let status = try await cluster.waitForPolicy(what, "p", process) { status in
          let condition = status.conditions["DataFresh"]
          return condition?.status == .no && condition?.reason == reason
            && names.allSatisfy { condition?.message.contains("\($0) since 2") ?? false }
        }
        #expect(status.nodes.stale >= names.count)
      }
      values.withLock { $0["n2"] = "NaN" }
      try await expectHeld("the value that is none")
      values.withLock { $0["n2"] = nil }
      try await expectHeld("the missing node")
      values.withLock { $0["n2"] = "0" }
      try await cluster.waitForPolicy("fresh data", "p", process) { $0.conditions["DataFresh"]?.status == .yes }
      prometheus = nil
      try await expectHeld("the silence", "SignalFailed", ["n1", "n2"])
      for (place, text) in [("log", process.logText), ("metrics", try await process.get("/metrics").text)] {
        #expect(!text.contains(Cluster.secrets[1]), "in \(place)")
      }
      #expect(try await !cluster.policy("p").status!.json().jsonText().contains(Cluster.secrets[1]))
      terway.stop()
      #expect(try await process.stop() == 0)
      withExtendedLifetime((prometheus, target, kubeconfig)) {}
    }
  }
}
