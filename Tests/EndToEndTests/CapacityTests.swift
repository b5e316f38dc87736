import Foundation
import KubernetesClient
import KubernetesModel
import Serialization
import TestSupport
import Testing

extension EndToEnd {
  /// The built program on a real API server, with Terway played on it and no Prometheus.
  struct `Capacity` {
    @Test func `is told to whoever may read what its documentation names, and nothing else`() async throws {
      let played = try await PlayedCluster.start(nodes: 3)
      for node in 0..<3 { try await played.createPod("first-\(node)", on: "node-000\(node)") }
      try await played.waitUntilRunning((0..<3).map { "first-\($0)" })
      let (cluster, plane) = (played.cluster, played.cluster.plane)
      let account = try await cluster.limitedKubeconfig()
      try await plane.kubectl("apply", "-f", "-", input: try Self.documentedRole())
      try await plane.kubectl(
        "create", "clusterrolebinding", "limited", "--clusterrole=terway-capacity", "--serviceaccount=default:limited")
      try await eventually("the server knows the role") { try await Self.run(account, "json").exitCode == 0 }

      let audit = try AuditLog(plane)
      let json = try JSONValue(jsonText: try await Self.run(account, "json").standardOutput)
      let subjects = json["subjects"]?.array ?? []
      let whole = try #require(subjects.first { $0["kind"] == "cluster" })
      #expect(whole["nodes"] == 3 && whole["used"] == 3)
      #expect(subjects.count { $0["kind"] == "node" } == 3)
      #expect(json["nodeGroups"]?.array?.isEmpty == false)
      let unknown = (json["unknown"]?.array ?? []).compactMap(\.string)
      #expect(!unknown.contains { $0.contains("forbidden") }, "\(unknown)")
      #expect(unknown.contains { $0.contains("--prometheus") })
      let requests = try audit.entries().filter { $0.user == "system:serviceaccount:default:limited" }
      #expect(!requests.isEmpty && requests.allSatisfy { !$0.isWrite && $0.code < 400 }, "\(requests)")
      #expect(try await Self.run(account, "html").standardOutput.hasPrefix("<!DOCTYPE html>"))

      try await withLess(plane, account)
      try await plane.kubectl("delete", "clusterrole/terway-capacity", "clusterrolebinding/limited")
      try await played.stop()
    }

    /// What may not be read is said in its place, as long as there is anything to say.
    private func withLess(_ plane: ControlPlane, _ account: OperatorKubeconfig) async throws {
      try await plane.kubectl(
        "patch", "clusterrole", "terway-capacity", "--type=json",
        "-p",
        #"""
        [{"op": "replace", "path": "/rules", "value": [
          {"apiGroups": ["network.alibabacloud.com"], "resources": ["nodes"], "verbs": ["list"]}]}]
        """#)
      try await eventually("the server knows that the role has less") {
        let json = try JSONValue(jsonText: try await Self.run(account, "json").standardOutput)
        let unknown = (json["unknown"]?.array ?? []).compactMap(\.string)
        return unknown.contains { $0.hasPrefix("how many pods kubelets take") && $0.contains("forbidden") }
          && unknown.contains { $0.hasPrefix("the most ENIs that policies allow") && $0.contains("forbidden") }
          && json["subjects"]?[0]?["nodes"] == 3
      }
      try await plane.kubectl(
        "patch", "clusterrole", "terway-capacity", "--type=merge", "-p", #"{"rules": []}"#)
      try await eventually("the server knows that the role has nothing") {
        let output = try await Self.run(account, "json")
        return output.exitCode == 3 && output.standardOutput.isEmpty && output.standardError.contains("forbidden")
      }
    }

    private static func run(_ account: OperatorKubeconfig, _ format: String) async throws -> Command.Output {
      try await Command.run(
        Repository.product("terway-operator").path, ["capacity", "-o", format, "--kubeconfig", account.path])
    }

    /// The first block of YAML below the heading.
    private static func documentedRole() throws -> String {
      let page = try String(contentsOf: Repository.file("docs/reference/capacity.md"), encoding: .utf8)
      let section = try #require(page.components(separatedBy: "\n## Permissions\n").last)
      return try #require(
        section.components(separatedBy: "```yaml\n").dropFirst().first?.components(separatedBy: "```").first)
    }
  }
}
