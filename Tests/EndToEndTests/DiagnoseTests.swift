import Foundation
import KubernetesClient
import KubernetesModel
import Serialization
import TerwayModel
import TestSupport
import Testing

extension EndToEnd {
  /// The built program on a real API server, with Terway played on it.
  struct `Diagnose and report` {
    @Test func `find what is wrong, its root first, and say what they may not see`() async throws {
      let played = try await PlayedCluster.start(nodes: 5)
      // What earlier tests did wrong is still told.
      try await played.cluster.plane.kubectl("delete", "events", "-A", "--all")
      // So that each node has an ENI.
      for node in 0..<5 { try await played.createPod("first-\(node)", on: "node-000\(node)") }
      try await played.waitUntilRunning((0..<5).map { "first-\($0)" })
      try await healthy(played)
      try await faults(played)
      try await permissions(played)
      try await report(played)
      try await unusualReadings(played)
      try await configuration(played)
      try await played.stop()
    }

    private func healthy(_ played: PlayedCluster) async throws {
      let diagnosis = try await Run.of(["diagnose", "-o", "json"], on: played)
      #expect(diagnosis.code == 0, "\(diagnosis.text)")
      #expect(diagnosis.findings.allSatisfy { $0.severity == "info" })
      // Nobody asked for a Prometheus, and there is no kubelet to ask for logs.
      #expect(
        Set(diagnosis.unknown).isSubset(of: ["logs of Terway", "resource usage (metrics.k8s.io)"]),
        "\(diagnosis.unknown)")
      let text = try await Command.run(
        Repository.product("terway-operator").path, ["diagnose", "--kubeconfig", played.cluster.plane.kubeconfig])
      #expect(text.exitCode == 0 && !text.standardOutput.contains("\u{1B}"))
    }

    /// On each node another fault.
    private func faults(_ played: PlayedCluster) async throws {
      try await played.standIn.fault("vswitch-exhausted", on: "node-0001")
      try await played.createPods(8, named: "exhausted", on: "node-0001")
      try await played.standIn.fault("wedged-daemon", on: "node-0002")
      try await played.createPod("wedged", on: "node-0002")
      try await played.standIn.fault("security-group-drift,leaked-ip", on: "node-0003")
      try await played.standIn.fault("stuck-podeni,stuck-attach", on: "node-0004")
      try await eventually("the faults show") {
        let drifted = try await !played.resource("node-0003").driftedInterfaces.isEmpty
        let stuck = try await played.resource("node-0004").interfaces.contains { $0.status == "Attaching" }
        let blocked = try await played.resource("node-0001").interfaces.contains { $0.insufficientIP != nil }
        let leaked = try await played.resource("node-0003").interfaces.reduce(0) { $0 + $1.addresses.used } == 2
        let told = try await played.events(about: "wedged").contains("FailedCreatePodSandBox")
        var refused = false
        for number in 0..<8 where !refused {
          refused = try await played.events(about: "exhausted-\(number)").contains("AllocIPFailed")
        }
        return drifted && stuck && blocked && leaked && told && refused
      }
      let diagnosis = try await Run.of(["diagnose", "-o", "json"], on: played)
      #expect(diagnosis.code == 1)
      let found = Set(diagnosis.findings.map(\.id))
      let expected: Set<String> = [
        "TerwayVSwitchExhausted", "PodsWithoutNetwork", "TerwaySecurityGroupDrift", "TerwayIPsLeaked", "TerwayENIStuck",
        "PodENILeaked",
      ]
      #expect(expected.isSubset(of: found), "\(found)")
      #expect(diagnosis.findings.first?.id == "TerwayVSwitchExhausted", "\(diagnosis.findings)")
      let waiting = diagnosis.findings.filter { $0.object.hasPrefix("Pod default/exhausted") }
      #expect(!waiting.isEmpty && waiting.allSatisfy { $0.cause.hasPrefix("TerwayVSwitchExhausted: ") }, "\(waiting)")

      let narrow = try await Run.of(["diagnose", "--node", "node-0003", "-o", "json"], on: played)
      #expect(Set(narrow.findings.map(\.id)).isSuperset(of: ["TerwaySecurityGroupDrift", "TerwayIPsLeaked"]))
      #expect(!narrow.findings.contains { $0.id == "TerwayENIStuck" || $0.id == "PodsWithoutNetwork" })
      let pod = try await Run.of(["diagnose", "--pod", "default/wedged", "-o", "json"], on: played)
      #expect(pod.findings.contains { $0.object == "Pod default/wedged" })

      // Finding nothing of what is not there is no good news, and other nodes' faults are not its own.
      for (flag, name) in [("node", "node-9999"), ("pod", "default/nope")] {
        let nobody = try await Run.of(["diagnose", "--\(flag)", name, "-o", "json"], on: played)
        #expect(nobody.code == 1 && nobody.unknown.contains("\(flag) \(name)"), "\(nobody.text)")
        #expect(!nobody.findings.contains { $0.object.contains("node-000") }, "\(nobody.findings)")
      }
    }

    /// An account that may read nothing, and one that may read nodes and pods only.
    private func permissions(_ played: PlayedCluster) async throws {
      let account = try await played.cluster.limitedKubeconfig()
      let nothing = try await Run.of(["diagnose", "-o", "json"], kubeconfig: account.path)
      #expect(nothing.code == 1 && nothing.findings.isEmpty, "\(nothing.text)")
      #expect(Set(nothing.unknown).isSuperset(of: ["nodes", "pods of Terway", "events", "configuration of Terway"]))
      let plane = played.cluster.plane
      try await plane.kubectl("create", "clusterrole", "limited", "--verb=list,get", "--resource=nodes,pods")
      try await plane.kubectl(
        "create", "clusterrolebinding", "limited", "--clusterrole=limited", "--serviceaccount=default:limited")
      try await eventually("the server knows the role") {
        let some = try await Run.of(["diagnose", "-o", "json"], kubeconfig: account.path)
        return some.code == 1 && !some.unknown.contains("nodes") && !some.unknown.contains("pods of Terway")
          && some.unknown.contains("events")
      }
      try await plane.kubectl("delete", "clusterrole,clusterrolebinding", "limited")
    }

    private func report(_ played: PlayedCluster) async throws {
      try await played.configure(
        "eni-config",
        [
          "ipam_type": "crd", "<script>alert(1)</script>": "<img src=x>", "access_secret": "streng-geheim",
          "security_groups": ["sg-of-today"],
          "max_pool_size": 5,
        ])
      let json = try await Run.of(["report", "-o", "json"], on: played)
      #expect(json.code == 1)
      let statuses = try JSONValue(jsonText: json.text)["compliance"]?.array ?? []
      let failed = Set(statuses.filter { $0["status"] == "fail" }.compactMap { $0["id"]?.string })
      #expect(failed.isSuperset(of: ["CFG-2", "CFG-3", "CFG-7", "OPS-5", "OPS-7", "OPS-8"]), "\(failed)")
      #expect(!json.text.contains("geheim"))
      let capacity = try JSONValue(jsonText: json.text)["capacity"]
      #expect(capacity?["subjects"]?.array?.first?["nodes"] == 5)
      #expect((try JSONValue(jsonText: json.text))["anomalies"] == nil)
      let file = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).json")
      try Data(json.text.utf8).write(to: file)
      defer { try? FileManager.default.removeItem(at: file) }
      let page = try await Run.of(["report", "--since-report", file.path, "--language", "zh"], on: played)
      #expect(page.code == 1 && page.text.hasPrefix("<!DOCTYPE html>"))
      #expect(page.text.contains("与上次报告相比") && page.text.contains("system:masters"))
      #expect(page.text.contains("未指定 Prometheus") && page.text.contains("<h2>容量</h2>"))
      #expect(!page.text.contains("<script") && !page.text.contains("<img") && !page.text.contains("geheim"))
    }

    /// A Prometheus whose fortnight was quiet until half an hour ago.
    private func unusualReadings(_ played: PlayedCluster) async throws {
      try #require(PrometheusServer.executable != nil, "hack/install-dependencies.sh installs a prometheus")
      let now = Date().timeIntervalSince1970.rounded()
      let readings = stride(from: now - 13 * 86_400, through: now, by: 300).map { time in
        let value = 40 + 5 * sin(time / 86_400 * 2 * .pi) + (time > now - 1_800 ? 60 : 0)
        return "terway_eni_allocated_ips{node=\"node-0001\",eni_id=\"eni-1\"} \(value.rounded()) \(Int(time))\n"
      }
      let history = "# TYPE terway_eni_allocated_ips gauge\n\(readings.joined())# EOF\n"
      // With a target that nobody serves.
      let configuration: JSONValue = [
        "scrape_configs": [["job_name": "terway-operator", "static_configs": [["targets": ["127.0.0.1:1"]]]]]
      ]
      let server = try await Command.onThread {
        try PrometheusServer(configuration: configuration.jsonText(), history: history)
      }
      let name = "addresses that pods hold"
      try await eventually("the jump is found") {
        let diagnosis = try await Run.of(["diagnose", "--prometheus", server.url, "-o", "json"], on: played)
        return diagnosis.findings.contains { $0.id == "ReadingUnusual" && $0.severity == "info" && $0.object == name }
          && diagnosis.findings.contains { $0.id == "ScrapeTargetDown" && $0.object.hasSuffix("terway-operator") }
          && !diagnosis.findings.contains { $0.id == "TerwayMetricsAbsent" }
      }
      let empty = try await Command.onThread { try PrometheusServer() }
      try await eventually("there are no series") {
        let diagnosis = try await Run.of(["diagnose", "--prometheus", empty.url, "-o", "json"], on: played)
        return diagnosis.findings.contains { $0.id == "TerwayMetricsAbsent" }
          && diagnosis.unknown.contains { $0.hasPrefix("unusual readings of") }
      }
      let narrow = try await Run.of(
        ["diagnose", "--node", "node-0001", "--prometheus", server.url, "-o", "json"], on: played)
      #expect(!narrow.text.contains("ReadingUnusual") && !narrow.unknown.contains { $0.hasPrefix("unusual") })
      let pod = try await Run.of(
        ["diagnose", "--pod", "default/nope", "--prometheus", server.url, "-o", "json"], on: played)
      #expect(!pod.text.contains("ReadingUnusual"))

      let json = try JSONValue(
        jsonText: try await Run.of(["report", "--prometheus", server.url, "-o", "json"], on: played).text)
      let unusual = (json["anomalies"]?.array ?? []).filter { !($0["anomalies"]?.array ?? []).isEmpty }
      #expect(unusual.map { $0["title"]?.string } == [name], "\(unusual)")
      let page = try await Run.of(["report", "--prometheus", server.url], on: played)
      #expect(page.text.contains("<td>\(name)</td>") && page.text.contains("<svg"))

      let alone = try await Run.of(["diagnose", "--prometheus", "http://127.0.0.1:1", "-o", "json"], on: played)
      #expect(Set(alone.unknown).isSuperset(of: ["targets and series of Prometheus", "unusual readings"]))
    }

    private func configuration(_ played: PlayedCluster) async throws {
      try await played.configure("eni-config", ["ipam_type": "crd", "min_pool_size": 9, "max_pool_size": 2])
      let inverted = try await Run.of(["diagnose", "-o", "json"], on: played)
      #expect(inverted.findings.contains { $0.id == "PoolBoundsInverted" && $0.severity == "critical" })
      try await played.configure("eni-config", "no object")
      let broken = try await Run.of(["diagnose", "-o", "json"], on: played)
      #expect(broken.findings.contains { $0.id == "ConfigMalformed" })
    }
  }
}

/// What the program wrote.
private struct Run {
  struct Finding {
    var id: String
    var severity: String
    var object: String
    var cause: String
  }

  var code: Int32
  var text: String
  var findings: [Finding] = []
  /// Names of the parts.
  var unknown: [String] = []

  static func of(_ arguments: [String], on played: PlayedCluster) async throws -> Run {
    try await of(arguments, kubeconfig: played.cluster.plane.kubeconfig)
  }

  static func of(_ arguments: [String], kubeconfig: String) async throws -> Run {
    let output = try await Command.run(
      Repository.product("terway-operator").path, arguments + ["--kubeconfig", kubeconfig])
    var run = Run(code: output.exitCode, text: output.standardOutput)
    guard output.standardOutput.hasPrefix("{") else {
      if output.standardOutput.isEmpty { run.text = output.standardError }
      return run
    }
    let json = try JSONValue(jsonText: output.standardOutput)
    run.findings = (json["findings"]?.array ?? []).map { finding in
      func word(_ key: String) -> String { finding[key]?.string ?? "" }
      return Finding(id: word("id"), severity: word("severity"), object: word("object"), cause: word("cause"))
    }
    run.unknown = (json["unknown"]?.array ?? []).compactMap { $0["what"]?.string }
    return run
  }
}

extension Cluster {
  /// For a ServiceAccount that nobody has given anything.
  func limitedKubeconfig() async throws -> OperatorKubeconfig {
    try await plane.kubectl(
      "apply", "-f", "-",
      input: #"{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"limited","namespace":"default"}}"#)
    let answer = try await plane.kubectl(
      "create", "--raw", "/api/v1/namespaces/default/serviceaccounts/limited/token", "-f", "-",
      input: #"{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}}"#)
    let token = try #require(try JSONValue(jsonText: answer).at("status", "token")?.string)
    return try OperatorKubeconfig(client.configuration, token: token, namespace: "default")
  }
}
