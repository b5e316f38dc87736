import Foundation
import Serialization
import TestSupport
import Testing

@testable import terway_operator

/// On a real Prometheus with eight weeks of a known truth, and an API server that is played.
struct `The capacity command` {
  /// Nodes of which each holds one more pod a week. Those of the type `small` take 45 addresses and 40 pods.
  struct PlayedCluster {
    var nodes = 6
    /// Now, of each node.
    var used = 24
    var perWeek = 3
    var hasPolicy = true

    private func name(_ index: Int) -> String { "cn-x.10.0.0.\(index)" }
    private func type(_ index: Int) -> String { index < 4 ? "ecs.small" : "ecs.large" }

    /// What the API server answers, by path.
    func answer(_ path: String) -> String? {
      let lists: [String: [JSONValue]] = [
        "/apis/network.alibabacloud.com/v1beta1/nodes": (0..<nodes).map(terwayNode),
        "/api/v1/nodes": (0..<nodes).map(kubernetesNode),
        "/apis/ops.terway.io/v1alpha1/eniautoscalepolicies": hasPolicy ? [policy] : [],
      ]
      guard let items = lists[String(path.prefix { $0 != "?" })] else { return nil }
      let list: JSONValue = [
        "kind": "List", "apiVersion": "v1", "metadata": ["resourceVersion": "7"], "items": .array(items),
      ]
      return list.jsonText()
    }

    private var policy: JSONValue {
      [
        "apiVersion": "ops.terway.io/v1alpha1", "kind": "EniAutoscalePolicy", "metadata": ["name": "default"],
        "spec": ["maxENIs": 3],
      ]
    }

    private func kubernetesNode(_ index: Int) -> JSONValue {
      [
        "apiVersion": "v1", "kind": "Node", "metadata": ["name": .string(name(index)), "labels": [:]],
        "status": ["allocatable": ["pods": "40"]],
      ]
    }

    private func terwayNode(_ index: Int) -> JSONValue {
      let addresses = (0..<30).map { number -> (String, JSONValue) in
        let pod = number < used ? "default/p\(number)" : ""
        return ("10.1.\(index).\(number)", ["status": "Valid", "podID": .string(pod), "podUID": .string(pod)])
      }
      let eni: JSONValue = [
        "networkInterfaceType": "Secondary", "status": "InUse", "vSwitchID": "vsw-1", "ipv4CIDR": "10.1.0.0/24",
        "ipv4": .object(Dictionary(addresses, uniquingKeysWith: { $1 })),
      ]
      return [
        "apiVersion": "network.alibabacloud.com/v1beta1", "kind": "Node", "metadata": ["name": .string(name(index))],
        "spec": [
          "nodeMetadata": ["instanceType": .string(type(index)), "zoneID": .string(index % 2 == 0 ? "x-a" : "x-b")],
          "nodeCap": ["adapters": 4, "ipv4PerAdapter": 15],
        ],
        "status": ["networkInterfaces": ["eni-\(index)": eni]],
      ]
    }

    /// Ends now. Each day is greatest at 14:00 and less by a quarter at night; nodes differ in their noise.
    func history(now: Double) -> String {
      var generator = SeededGenerator(seed: 12)
      let hour = Int(now / 3600)
      var demand: [String] = []
      var info: [String] = []
      var vSwitch: [String] = []
      for past in stride(from: 56 * 24, through: 0, by: -1) {
        let time = (hour - past) * 3600
        let share = 0.875 + 0.125 * cos(Double((hour - past) % 24 - 14) / 12 * .pi)
        for index in 0..<nodes {
          let peak = Double(used) - Double(perWeek) * Double(past) / 168
          let value = max(0, (peak * share + Double.random(in: -1...1, using: &generator)).rounded())
          demand.append("node:terway_eni_allocated_ips:sum{node=\"\(name(index))\"} \(value) \(time)")
          let labels =
            "node=\"\(name(index))\",zone=\"\(index % 2 == 0 ? "x-a" : "x-b")\",instance_type=\"\(type(index))\""
          info.append("terway_eni_node_info{\(labels)} 1 \(time)")
        }
        vSwitch.append("terway_eni_vswitch_used_ips{vswitch_id=\"vsw-1\",zone=\"x-a\"} \(nodes * 30) \(time)")
      }
      let families = [
        ("node:terway_eni_allocated_ips:sum", demand), ("terway_eni_node_info", info),
        ("terway_eni_vswitch_used_ips", vSwitch),
      ]
      return families.map { "# TYPE \($0) gauge\n" + $1.joined(separator: "\n") + "\n" }.joined() + "# EOF\n"
    }
  }

  private static func kubeconfig(port: Int) -> String {
    """
    apiVersion: v1
    kind: Config
    current-context: played
    contexts: [{name: played, context: {cluster: played, user: ""}}]
    clusters: [{name: played, cluster: {server: "http://127.0.0.1:\(port)"}}]
    """
  }

  /// Runs the command on a played API server.
  private func run(
    _ line: String, isStyled: Bool = false, _ answer: @escaping @Sendable (String) -> String?
  ) async throws -> TestRun {
    let server = try TextServer(answer)
    return try await TemporaryDirectory.with(["config": Self.kubeconfig(port: server.port)]) { directory in
      await TestRun.of("capacity --kubeconfig \(directory)/config " + line, isStyled: isStyled)
    }
  }

  @Test func `says without a history what there is, and what that cannot tell`() async throws {
    let cluster = PlayedCluster()
    let run = try await run("-o json") { cluster.answer($0) }
    #expect(run.code == .success, "\(run.errors)")
    let report = try JSONValue(jsonText: run.output)
    let subjects = report["subjects"]?.array ?? []
    #expect(
      subjects.compactMap { $0["kind"]?.string } == ["cluster", "zone", "zone", "node-group", "node-group", "vswitch"]
        + Array(repeating: "node", count: 6))
    // The policy allows three ENIs: two with 15 addresses for pods, fewer than the 40 pods of the kubelet.
    let whole = try #require(subjects.first)
    #expect(whole["used"] == 144 && whole["capacity"] == 180 && whole["bound"] == "max-enis")
    #expect(whole["forecast"] == nil)
    let vSwitch = subjects.first { $0["kind"] == "vswitch" }
    #expect(vSwitch?["used"] == 180 && vSwitch?["capacity"] == 252)
    #expect(report["nodeGroups"]?.array?.count == 2)
    #expect(report["unknown"]?.array?.contains { $0.string?.contains("that takes a history") == true } == true)

    let without = PlayedCluster(hasPolicy: false)
    let larger = try await self.run("-o json --pods-per-node 250 --ips-per-eni 30") { without.answer($0) }
    #expect(try JSONValue(jsonText: larger.output)["subjects"]?[0]?["capacity"] == .integer(6 * 90))
    let fewer = try await self.run("-o json --pods-per-node 20") { without.answer($0) }
    #expect(fewer.code == .findings)
  }

  @Test func `goes on without what it may not read or what is not installed`() async throws {
    let cluster = PlayedCluster()
    let blind = try await run("") { $0.contains("network.alibabacloud.com") ? cluster.answer($0) : nil }
    #expect(blind.code == .success && blind.output.contains("unknown: how many pods kubelets take"), "\(blind.errors)")
    let nothing = try await run("") { _ in nil }
    #expect(nothing.code == .findings && nothing.errors.contains("Terway is not installed"))
    let empty = try await run("") { PlayedCluster(nodes: 0).answer($0) }
    #expect(empty.code == .findings && empty.errors.contains("there are no Terway Node resources"))
    let garbage = try await run("") { _ in "<html>" }
    #expect(garbage.code == .findings || garbage.code == .unreachable)
    #expect(garbage.output.isEmpty)
  }

  @Test func `tells what cannot be reached`() async throws {
    let nobody = try await TemporaryDirectory.with(["config": Self.kubeconfig(port: 1)]) { directory in
      await TestRun.of("capacity --kubeconfig \(directory)/config")
    }
    #expect(nobody.code == .unreachable && nobody.output.isEmpty && nobody.errors.contains("127.0.0.1:1"))
    let missing = await TestRun.of("capacity --kubeconfig /nonexistent/config")
    #expect(missing.code == .unreachable)
    // What the cluster says is told all the same.
    let cluster = PlayedCluster()
    let half = try await run("--prometheus http://127.0.0.1:1") { cluster.answer($0) }
    #expect(
      half.code == .unreachable && half.output.contains("cluster") && half.output.contains("unknown: the Prometheus at")
    )
    for line in ["--growth 30", "--growth -95%", "--growth x%", "--horizon 0", "--prometheus", "--max-enis 0"] {
      #expect(await TestRun.of("capacity \(line)").code == .usage)
    }
  }

  @Test(.enabled(if: PrometheusServer.executable != nil, "there is no prometheus"))
  func `forecasts eight weeks of a known truth`() async throws {
    let cluster = PlayedCluster()
    let now = Date().timeIntervalSince1970
    let history = cluster.history(now: now)
    let server = try await TestSupport.Command.onThread { try PrometheusServer(history: history, retention: "100d") }
    func capacity(_ line: String, isStyled: Bool = false) async throws -> TestRun {
      try await self.run("--prometheus \(server.url) \(line)", isStyled: isStyled) { cluster.answer($0) }
    }
    try await eventually("the server answers") { try await capacity("").code != .unreachable }

    // 6 nodes with 24 pods each at a day's peak, 3 more a week: 144, and 18/7 a day more, of 180.
    let run = try await capacity("-o json --horizon 60")
    #expect(run.code == .findings)
    let report = try JSONValue(jsonText: run.output)
    let subjects = report["subjects"]?.array ?? []
    let whole = try #require(subjects.first)
    let trend = try #require(whole.at("forecast", "trendPerDay", "mid")?.number)
    #expect((2.2...2.9).contains(trend), "of 2.57")
    #expect(try (10...18).contains(#require(whole.at("exhaustionDays", "expected")?.number)), "of 14")
    #expect(try #require(whole.at("exhaustionDays", "early")?.number) <= 14)
    #expect(try #require(whole.at("exhaustionDays", "late")?.number) >= 14)
    // The truth of each day, of which the interval is to have four in five.
    let days = try #require(whole.at("forecast", "days")?.array)
    // The first day may have begun; its peak is at 14 o'clock, and the history's last reading at a full hour.
    let start = try #require(whole.at("forecast", "start")?.number)
    let untilPeak = (start + 14 * 3600 - (now / 3600).rounded(.down) * 3600) / 86_400
    let truth = (0..<60).map { 144 + 18.0 / 7 * (untilPeak + Double($0)) }
    let errors = zip(days, truth).map { abs(($0["mid"]?.number ?? 0) - $1) }
    #expect(errors.reduce(0, +) / 60 < 12)
    let within = zip(days, truth).count { ($0["low"]?.number ?? 0) <= $1 && $1 <= ($0["high"]?.number ?? 0) }
    #expect(within >= 42)
    #expect(try #require(whole.at("forecast", "meanError")?.number) < 8)
    let busiest = whole.at("forecast", "hourShares")?.array?.enumerated().max {
      ($0.element.number ?? 0) < ($1.element.number ?? 0)
    }
    #expect(try (12...16).contains(#require(busiest?.offset)))

    // Everything has its own forecast, and every node.
    #expect(subjects.filter { $0["forecast"] == nil }.isEmpty)
    #expect(subjects.filter { $0["kind"] == "vswitch" }.first?["findings"]?[0]?["name"] == "constant")
    let small = try #require(report["nodeGroups"]?.array?.first { $0["instanceType"] == "ecs.small" })
    #expect((small.at("nodesToAdd", "expected")?.integer ?? 0) >= 2)
    #expect((small.at("basis", "nodes")?.integer ?? 0) == 4)
    #expect(report["unknown"] == [])

    let calm = try await capacity("--horizon 5 --max-enis 4 -o json")
    #expect(calm.code == .success, "\(calm.output)")
    let grown = try JSONValue(jsonText: try await capacity("--growth 50% -o json").output)
    // In the evening the next peak is tomorrow's.
    #expect(try #require(grown["subjects"]?[0]?.at("exhaustionDays", "expected")?.number) <= 1)

    let text = try await capacity("", isStyled: true)
    #expect(text.output.contains("! cluster") && text.errors.contains("reading the history of nodes"))
    #expect(try await capacity("").errors.isEmpty)

    let nothing = try await capacity("--query nothing_at_all")
    #expect(nothing.code == .findings && nothing.errors.contains("knows nothing of nothing_at_all"))
    let several = try await capacity(
      "--query label_replace(node:terway_eni_allocated_ips:sum,\"c\",\"d\",\"\",\"\")or(node:terway_eni_allocated_ips:sum)"
    )
    #expect(several.code == .findings && several.errors.contains("several series of one node"))
  }
}
