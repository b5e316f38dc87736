import KubernetesClient
import KubernetesModel
import Serialization
import TerwayModel
import TestSupport
import Testing

extension EndToEnd {
  /// A Terway that is played, with faults on command, and the operator under exactly the shipped permissions.
  struct `Faults of nodes` {
    private typealias Remediation = EniAutoscalePolicyStatus.Remediation

    /// Forty times as fast as in life.
    private static let speed = "40"
    private static let wedged = "node-0000"
    private static let attaching = "node-0001"
    private static let leaking = "node-0002"
    private static let drifted = "node-0003"
    private static let starved = "node-0005"

    private static func spec(_ mode: String, _ remediation: JSONValue) -> JSONValue {
      [
        "mode": .string(mode), "evaluationInterval": "1s", "forecast": ["enabled": false], "remediation": remediation,
        "budget": ["maxConcurrentNodes": "100%", "writesPerMinute": 6000],
      ]
    }

    private static let everything: JSONValue = [
      "RestartDaemon", "ForceResync", "EnterScarcityMode", "DeleteLeakedPodENI",
    ]

    @Test func `are only told in the mode Report, and healed within the limits in the mode Act`() async throws {
      let played = try await PlayedCluster.start(nodes: 12)
      let cluster = played.cluster
      try await played.addCredentials()
      for node in 0..<6 { try await played.createPod("first-\(node)", on: "node-000\(node)") }
      try await played.waitUntilRunning((0..<6).map { "first-\($0)" })
      let kubeconfig = try await cluster.applyShippedPermissions()
      let process = try OperatorProcess(kubeconfig: kubeconfig.path, arguments: ["--terway-speed", Self.speed])
      try await process.waitUntilReady()
      let audit = try AuditLog(cluster.plane)

      try await breakEverything(played)
      let daemon = try #require(try await played.uidOfDaemon(of: Self.wedged))
      try await report(played, process, audit)
      #expect(try await played.uidOfDaemon(of: Self.wedged) == daemon)

      try await act(played, process)
      #expect(try await played.uidOfDaemon(of: Self.wedged) != daemon)
      try await approve(played, process)
      try await recover(played, process)
      #expect(try await cluster.secretsFound(process).isEmpty)

      try await cluster.deletePolicy("p")
      try await eventually("the policy is gone") {
        try await cluster.object(ObjectReference(EniAutoscalePolicy.resource, ObjectKey(name: "p"))) == nil
      }
      try await spend(played, process)
      #expect(try await process.stop() == 0)
      let refused = try audit.entries().filter { $0.user == Cluster.operatorUser && $0.code == 403 }
      #expect(refused.isEmpty, "\(refused)")
      try await played.stop()
      _ = kubeconfig
    }

    private func breakEverything(_ played: PlayedCluster) async throws {
      try await played.standIn.fault("wedged-daemon", on: Self.wedged)
      try await played.createPod("wedged", on: Self.wedged)
      try await played.standIn.fault("stuck-attach", on: Self.attaching)
      try await played.standIn.fault("security-group-drift", on: Self.drifted)
      try await played.standIn.fault("vswitch-exhausted", on: Self.starved)
      try await played.createPods(9, named: "starved", on: Self.starved)
      try await played.bindPodENI("gone", to: Self.leaking)
    }

    // MARK: Report

    private func report(_ played: PlayedCluster, _ process: OperatorProcess, _ audit: AuditLog) async throws {
      let cluster = played.cluster
      try await cluster.applyPolicy("p", Self.spec("Recommend", ["mode": "Act", "actions": Self.everything]))
      let faults = ["DaemonWedged", "ENIStuck", "LeakedPodENI", "SecurityGroupDrift", "VSwitchExhausted"]
      let status = try await cluster.waitForPolicy("all faults", "p", process) { status in
        Set(status.remediations.map(\.fault)).isSuperset(of: faults)
          && status.conditions["AddressesSuffice"]?.status == .no
          && faults.allSatisfy { status.conditions["NoFaults"]?.message.contains("\($0) of ") ?? false }
      }
      #expect(status.remediations.allSatisfy { $0.outcome == .reported && $0.action.isEmpty })
      let drift = try #require(status.first("SecurityGroupDrift"))
      for interface in try await played.resource(Self.drifted).driftedInterfaces {
        #expect(drift.message.contains("\(interface.id) has sg-of-yesterday"))
      }
      let wedge = try #require(status.first("DaemonWedged"))
      #expect(wedge.node == Self.wedged && wedge.message.contains("default/wedged has no address since"))
      #expect(wedge.target.hasPrefix("kube-system/terway-eniip-"))
      let leak = try #require(status.first("LeakedPodENI"))
      #expect(leak.node == Self.leaking && leak.object == "default/gone")
      #expect(status.conditions["NoFaults"]?.message.contains("spec.mode is Recommend") == true)
      let series = #"terway_operator_autoscale_faults{policy="p",fault="DaemonWedged",state="Reported"}"#
      try await eventually("metrics say so") { try await process.metric(series) == 1 }
      try await eventually("events say so") {
        try await Set(faults).isSubset(of: played.events(about: "p"))
      }
      #expect(process.logText.contains("fault=DaemonWedged") && process.logText.contains("evidence="))
      let writes = Set(try audit.operatorWrites().map(\.resource))
      #expect(writes.isSubset(of: ["eniautoscalepolicies/status", "events"]), "\(writes)")
    }

    // MARK: Act

    private func act(_ played: PlayedCluster, _ process: OperatorProcess) async throws {
      let cluster = played.cluster
      try await cluster.applyPolicy(
        "p", Self.spec("Apply", ["mode": "Act", "actions": Self.everything, "maxActionsPerHour": 100]))
      let status = try await cluster.waitForPolicy("healing", "p", process) { status in
        status.has("DaemonWedged", Self.wedged, .healed, "RestartDaemon")
          && status.has("ENIStuck", Self.attaching, .healed, "ForceResync")
          && status.has("LeakedPodENI", Self.leaking, .awaitingApproval)
          && status.conditions["AddressesSuffice"]?.message.contains("keep no idle ones") == true
      }
      #expect(status.has("VSwitchExhausted", "", .verifying, "EnterScarcityMode"))
      #expect(status.has("LeakedPodENI", Self.leaking, .failed, "ForceResync"))
      #expect(!status.remediations.contains { $0.fault == "SecurityGroupDrift" && !$0.action.isEmpty })
      #expect(status.remediations.count <= 20)
      try await played.waitUntilRunning(["wedged"])
      #expect(try await played.standIn.faults(of: Self.wedged).isEmpty)
      #expect(try await played.standIn.faults(of: Self.attaching).isEmpty)
    }

    private func approve(_ played: PlayedCluster, _ process: OperatorProcess) async throws {
      let gone = ObjectReference(PodENI.resource, ObjectKey(namespace: "default", name: "gone"))
      #expect(try await played.cluster.object(gone) != nil)
      let waiting = #"terway_operator_autoscale_waiting_remedies{policy="p",reason="NeedsApproval"}"#
      try await eventually("it waits") { try await process.metric(waiting) == 1 }
      let approval: JSONValue = ["metadata": ["annotations": ["ops.terway.io/approve": "DeleteLeakedPodENI"]]]
      let _: JSONValue = try await played.client.patch(PodENI.resource, gone.key, .merge, approval)
      try await eventually("it is deleted") { try await played.cluster.object(gone) == nil }
      try await played.cluster.waitForPolicy("its healing", "p", process) {
        $0.has("LeakedPodENI", Self.leaking, .healed, "DeleteLeakedPodENI")
      }
    }

    private func recover(_ played: PlayedCluster, _ process: OperatorProcess) async throws {
      for node in [Self.starved, Self.drifted] { try await played.standIn.fault("", on: node) }
      try await played.cluster.waitForPolicy("the end of all faults", "p", process) {
        $0.conditions["NoFaults"]?.status == .yes && $0.conditions["AddressesSuffice"]?.status == .yes
          && $0.has("VSwitchExhausted", "", .healed, "EnterScarcityMode")
      }
    }

    // MARK: Limits

    private func spend(_ played: PlayedCluster, _ process: OperatorProcess) async throws {
      let nodes = ["node-0006", "node-0009"]
      var daemons: [String: String] = [:]
      for node in nodes {
        try await played.standIn.fault("wedged-daemon", on: node)
        try await played.createPod("wedged-\(node)", on: node)
        daemons[node] = try await played.uidOfDaemon(of: node)
      }
      try await played.cluster.applyPolicy("q", Self.spec("Apply", ["mode": "Act", "maxActionsPerHour": 1]))
      try await played.cluster.waitForPolicy("one of two", "q", process) {
        $0.has("DaemonWedged", nodes[0], .healed, "RestartDaemon") && $0.has("DaemonWedged", nodes[1], .reported)
      }
      let waiting = #"terway_operator_autoscale_waiting_remedies{policy="q",reason="OverBudget"}"#
      try await eventually("the other waits") { try await process.metric(waiting) == 1 }
      #expect(try await played.uidOfDaemon(of: nodes[1]) == daemons[nodes[1]])
      #expect(try await played.uidOfDaemon(of: nodes[0]) != daemons[nodes[0]])
      try await played.cluster.applyPolicy("q", Self.spec("Apply", ["mode": "Act", "maxActionsPerHour": 5]))
      try await played.cluster.waitForPolicy("the other", "q", process) {
        $0.has("DaemonWedged", nodes[1], .healed, "RestartDaemon")
      }
      try await played.waitUntilRunning(nodes.map { "wedged-\($0)" })
    }
  }
}

extension EniAutoscalePolicyStatus {
  /// What was said of a fault at first.
  fileprivate func first(_ fault: String) -> Remediation? { remediations.last { $0.fault == fault } }

  fileprivate func has(_ fault: String, _ node: String, _ outcome: Remediation.Outcome, _ action: String = "") -> Bool {
    remediations.contains {
      $0.fault == fault && $0.node == node && $0.outcome == outcome && $0.action == action
    }
  }
}

extension PlayedCluster {
  fileprivate func uidOfDaemon(of node: String) async throws -> String? {
    try await daemon(of: node)?.at("metadata", "uid")?.string
  }

  /// Terway's own configuration holds what must be found nowhere else.
  fileprivate func addCredentials() async throws {
    let key = ObjectKey(namespace: "kube-system", name: "eni-config")
    let map = try await client.get(Self.configMaps, key, as: JSONValue.self)
    var content = try JSONValue(jsonText: map.at("data", "eni_conf")?.string ?? "{}")
    (content["access_key"], content["access_secret"]) = (.string(Cluster.secrets[0]), .string(Cluster.secrets[1]))
    let _: JSONValue = try await client.patch(
      Self.configMaps, key, .merge, ["data": ["eni_conf": .string(content.jsonText())]])
  }

  /// A PodENI whose pod never was, bound to the instance of a node.
  fileprivate func bindPodENI(_ name: String, to node: String) async throws {
    let key = ObjectKey(namespace: "default", name: name)
    let _: JSONValue = try await client.create(
      PodENI.resource, namespace: "default",
      [
        "apiVersion": .string(PodENI.resource.kind.apiVersion), "kind": "PodENI",
        "metadata": ["name": .string(name), "namespace": "default"], "spec": [:],
      ])
    let status: JSONValue = ["phase": "Bind", "instanceID": .string(try await resource(node).instanceID)]
    let _: JSONValue = try await client.patch(
      PodENI.resource, key, subresource: "status", .merge, ["status": status])
  }
}
