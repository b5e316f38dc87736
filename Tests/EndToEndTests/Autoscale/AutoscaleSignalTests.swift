import Foundation
import KubernetesModel
import Locking
import Serialization
import TerwayModel
import TestSupport
import Testing

extension EndToEnd {
  /// A policy that asks a real Prometheus, behind TLS and a token as a cluster has it.
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
      let gate = try await TLSGate(before: prometheus?.url ?? "", token: Cluster.secrets[1])
      try await Self.putSecret(cluster, token: Cluster.secrets[1], authority: try await Self.strangersAuthority())

      let kubeconfig = try await cluster.applyShippedPermissions()
      let process = try OperatorProcess(kubeconfig: kubeconfig.path)
      try await process.waitUntilReady()
      try await cluster.applyPolicy("p", Self.spec(gate.url))

      func expectHeld(
        _ what: String, _ reason: String = "Stale", _ names: [String] = ["n2"], saying text: String = ""
      ) async throws {
        let status = try await cluster.waitForPolicy(what, "p", process) { status in
          let condition = status.conditions["DataFresh"]
          return condition?.status == .no && condition?.reason == reason
            && (text.isEmpty || condition?.message.contains(text) ?? false)
            && names.allSatisfy { condition?.message.contains("\($0) since 2") ?? false }
        }
        #expect(status.nodes.stale >= names.count)
      }
      try await expectHeld(
        "the stranger's authority", "SignalFailed", ["n1", "n2"], saying: "signed by an authority that is not trusted")
      try await Self.putSecret(cluster, token: Cluster.secrets[0], authority: gate.authority)
      try await expectHeld("the wrong token", "SignalFailed", ["n1", "n2"], saying: "HTTP 401")
      for name in ["n1", "n2"] { #expect(try await cluster.node(name).poolChange == nil) }
      try await Self.putSecret(cluster, token: Cluster.secrets[1], authority: gate.authority)
      try await cluster.waitForPolicy("fresh data", "p", process) {
        $0.conditions["DataFresh"]?.status == .yes && $0.currentENIs == 4
      }
      values.withLock { $0["n1"] = "1" }
      try await eventually("the node grows") { try await cluster.node("n1").configurationName != nil }
      values.withLock { $0["n1"] = "0.6" }

      values.withLock { $0["n2"] = "NaN" }
      try await expectHeld("the value that is none")
      values.withLock { $0["n2"] = nil }
      try await expectHeld("the missing node")
      values.withLock { $0["n2"] = "0" }
      try await cluster.waitForPolicy("fresh data", "p", process) { $0.conditions["DataFresh"]?.status == .yes }
      prometheus = nil
      try await expectHeld("the silence", "SignalFailed", ["n1", "n2"])
      for (place, text) in [("log", process.logText), ("metrics", try await process.get("/metrics").text)] {
        for secret in Cluster.secrets { #expect(!text.contains(secret), "in \(place)") }
      }
      let status = try #require(try await cluster.policy("p").status).json().jsonText()
      for secret in Cluster.secrets { #expect(!status.contains(secret)) }
      terway.stop()
      #expect(try await process.stop() == 0)
      withExtendedLifetime((prometheus, target, gate, kubeconfig)) {}
    }

    private static func putSecret(_ cluster: Cluster, token: String, authority: String) async throws {
      let secret = ObjectReference(
        ResourceType("v1", "Secret", plural: "secrets", namespaced: true),
        ObjectKey(namespace: "terway-operator-system", name: "prometheus"))
      func encoded(_ text: String) -> JSONValue { .string(Data(text.utf8).base64EncodedString()) }
      try await cluster.put(secret, ["data": ["token": encoded(token), "ca.crt": encoded(authority)]])
    }

    /// One that vouches for somebody else.
    private static func strangersAuthority() async throws -> String {
      let directory = FileManager.default.temporaryDirectory.appendingPathComponent("authority-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: directory) }
      return try await TLSGate.newAuthority(
        certificate: directory.appendingPathComponent("crt").path, key: directory.appendingPathComponent("key").path)
    }
  }
}
