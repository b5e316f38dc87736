import Foundation
import KubernetesClient
import KubernetesModel
import Serialization
import TerwayModel
import TestSupport
import Testing

extension EndToEnd {
  /// Policies on a real API server, with a stand-in for Terway, under exactly the shipped permissions.
  struct `Pools of nodes` {
    /// Thresholds alone, and no waiting for growth.
    private static let quick: JSONValue = [
      "mode": "Apply", "evaluationInterval": "1s", "forecast": ["enabled": false],
      "budget": ["maxConcurrentNodes": "100%", "writesPerMinute": 6000],
    ]

    private static func quick(_ changes: [String: JSONValue]) -> JSONValue {
      .object((quick.object ?? [:]).merging(changes) { $1 })
    }

    /// Releases at once.
    private static let restless = quick([
      "behavior": ["scaleDown": ["stabilizationWindow": "1s", "cooldown": "0s"]]
    ])

    private func start(
      _ cluster: Cluster, _ terway: TerwayStandIn, _ arguments: String..., environment: [String: String] = [:]
    ) async throws -> (OperatorProcess, OperatorKubeconfig) {
      let kubeconfig = try await cluster.applyShippedPermissions()
      try await terway.catchUp(cluster)
      let process = try OperatorProcess(kubeconfig: kubeconfig.path, arguments: arguments, environment: environment)
      try await process.waitUntilReady()
      return (process, kubeconfig)
    }

    /// Waits until the pool of a node has these bounds.
    private func waitForPool(
      _ minimum: Int, _ maximum: Int, of node: String, _ cluster: Cluster, _ process: OperatorProcess
    ) async throws {
      do {
        try await eventually("the pool of \(node) is \(minimum) to \(maximum)") {
          try await cluster.terwayNode(node).pool == TerwayNode.Pool(minimum: minimum, maximum: maximum)
        }
      } catch {
        let now = try await cluster.terwayNode(node).pool
        throw NeverHappened(description: "\(error); it is \(now)\n\(process.logText.suffix(6_000))")
      }
    }

    // MARK: Thresholds

    @Test func `grow above 0.8 and shrink below 0.3 of use, and stay as they are at both`() async throws {
      let cluster = try await Cluster.clean()
      try await cluster.installTerwayNodes()
      let terway = TerwayStandIn(cluster)
      for (name, used) in [("at-up", 8), ("above", 9), ("at-down", 9)] {
        terway.setUsed(used, on: name)
        try await cluster.addNode(name)
      }
      let (process, kubeconfig) = try await start(cluster, terway)
      try await cluster.applyPolicy("p", Self.restless)
      // Once the ENI is there, nothing more is asked for.
      for name in ["above", "at-down"] { try await waitForPool(0, 28, of: name, cluster, process) }
      try await cluster.waitForPolicy("growth", "p", process) { $0.currentENIs == 2 + 3 + 3 && $0.desiredENIs == 8 }
      #expect(try await cluster.node("above").label == "eniap-p-0-28")
      #expect(try await cluster.terwayNode("at-up").pool == TerwayNode.Pool(minimum: 0, maximum: 5))
      #expect(try await cluster.node("at-up").configurationName == nil)

      // 6 of 20 is exactly 0.3, 5 is below.
      terway.setUsed(6, on: "at-down")
      terway.setUsed(5, on: "above")
      try await waitForPool(0, 5, of: "above", cluster, process)
      #expect(try await cluster.terwayNode("at-down").pool == TerwayNode.Pool(minimum: 0, maximum: 28))
      // Never below the minimum of two ENIs, of which one is the primary one, and never below what is used.
      terway.setUsed(0, on: "above")
      let status = try await cluster.waitForPolicy("all nodes at rest", "p", process) {
        $0.currentENIs == 2 + 2 + 3 && $0.conditions["Reconciling"]?.status == .no
      }
      #expect(status.nodes.belowMinimum == 0 && status.nodes.managed == 3 && status.lastScaleTime != nil)
      #expect(status.conditions["Ready"]?.reason == "Applying")
      terway.stop()
      #expect(try await process.stop() == 0)
      _ = kubeconfig
    }

    @Test func `follow the thresholds and limits of the operator's environment`() async throws {
      let cluster = try await Cluster.clean()
      try await cluster.installTerwayNodes()
      let terway = TerwayStandIn(cluster)
      terway.setUsed(6, on: "n1")
      try await cluster.addNode("n1")
      let (process, kubeconfig) = try await start(
        cluster, terway,
        environment: [
          "MIN_ENI_COUNT": "2", "MAX_ENI_COUNT": "3", "SCALE_UP_THRESHOLD": "0.5", "SCALE_DOWN_THRESHOLD": "0.1",
        ])
      try await cluster.applyPolicy("p", Self.restless)
      // 6 of 10 is above 0.5; three ENIs are all that there may be, the primary one included.
      try await cluster.waitForPolicy("growth", "p", process) { $0.currentENIs == 3 && $0.desiredENIs == 3 }
      // Terway itself knows no maximum: what it makes of the pool in a moment is taken back.
      terway.setUsed(19, on: "n1")
      try await eventually("as much as may be, and nothing more is asked for") {
        let node = try await cluster.terwayNode("n1")
        let used = node.podInterfaces.reduce(0) { $0 + $1.addresses.used }
        return used == 19 && node.podInterfaces.count == 2 && node.pool.minimum.map { $0 <= 1 } ?? false
      }
      try await cluster.waitForPolicy("the maximum", "p", process) {
        $0.nodes.atMaximum == 1 && $0.currentENIs == 3 && $0.desiredENIs == 3
      }
      terway.stop()
      #expect(try await process.stop() == 0)
      _ = kubeconfig
    }

    // MARK: Modes

    @Test func `are only reported on in the mode Recommend, given back after Apply, and taken again`() async throws {
      let cluster = try await Cluster.clean()
      try await cluster.installTerwayNodes()
      let terway = TerwayStandIn(cluster)
      terway.setUsed(9, on: "n1")
      try await cluster.addNode("n1")
      let (process, kubeconfig) = try await start(cluster, terway)
      let audit = try AuditLog(cluster.plane)
      try await cluster.applyPolicy("p", Self.quick(["mode": "Recommend"]))
      let status = try await cluster.waitForPolicy("the recommendation", "p", process) { $0.desiredENIs == 3 }
      #expect(status.currentENIs == 2 && status.attention.map(\.reason) == ["AnotherPoolWanted"])
      #expect(status.conditions["Ready"]?.reason == "Recommending")
      try await eventually("metrics say so") {
        try await process.metric(#"terway_operator_autoscale_desired_enis{policy="p",node="n1"}"#) == 3
      }
      // Several evaluations, and not a write more.
      try await eventually("it is evaluated again and again") {
        try await process.metric(
          #"controller_runtime_reconcile_total{controller="eniautoscalepolicy",result="requeue_after"}"#
        )
        .map { $0 > 5 } ?? false
      }
      let writes = try audit.operatorWrites().filter { $0.resource != "events" }
      #expect(writes.allSatisfy { $0.resource == "eniautoscalepolicies/status" } && writes.count <= 2, "\(writes)")
      #expect(try await cluster.policy("p").metadata.finalizers.isEmpty)

      for _ in 0..<2 {
        // On one ENI again, whatever was before.
        terway.setUsed(0, on: "n1")
        try await eventually("one ENI is enough") { try await cluster.terwayNode("n1").podInterfaces.count == 1 }
        terway.setUsed(9, on: "n1")
        try await cluster.applyPolicy("p", Self.quick)
        try await waitForPool(10, 28, of: "n1", cluster, process)
        #expect(try await cluster.policy("p").metadata.finalizers == ["ops.terway.io/restore-nodes"])
        try await cluster.applyPolicy("p", Self.quick(["mode": "Recommend"]))
        try await waitForPool(0, 5, of: "n1", cluster, process)
        try await eventually("nothing is left on it") {
          let node = try await cluster.node("n1")
          let finalizers = try await cluster.policy("p").metadata.finalizers
          let classes = try await cluster.poolClasses()
          let isClean = finalizers.isEmpty && classes.isEmpty
          return node.configurationName == nil && node.originalConfiguration == nil && node.poolChange == nil && isClean
        }
      }
      terway.stop()
      #expect(try await process.stop() == 0)
      _ = kubeconfig
    }

    // MARK: What was there before

    @Test func `keep what a node's own configuration says, which is never touched and comes back when the policy goes`()
      async throws
    {
      let cluster = try await Cluster.clean()
      try await cluster.installTerwayNodes()
      let terway = TerwayStandIn(cluster)
      try await cluster.putConfiguration("mine", ["vswitches": ["h": ["vsw-1"]], "max_pool_size": 7])
      for name in ["n1", "n2"] {
        terway.setUsed(9, on: name)
        try await cluster.addNode(name, labels: name == "n1" ? ["terway-config": "mine"] : [:])
      }
      let mine = ObjectReference(Cluster.configMaps, ObjectKey(namespace: "kube-system", name: "mine"))
      let before = try await cluster.object(mine)
      let (process, kubeconfig) = try await start(cluster, terway)
      try await cluster.applyPolicy("p", Self.quick)
      for name in ["n1", "n2"] { try await waitForPool(10, 28, of: name, cluster, process) }
      let node = try await cluster.node("n1")
      #expect(node.originalConfiguration == "mine" && node.label != "mine")
      let text = try await cluster.poolClasses()[node.label]?.at("data", "eni_conf")?.string
      let content = try JSONValue(jsonText: text ?? "")
      #expect(content == ["vswitches": ["h": ["vsw-1"]], "min_pool_size": 10, "max_pool_size": 28])
      #expect(try await cluster.node("n2").label == "eniap-p-10-28")

      // A class that somebody deletes or edits comes back.
      try await cluster.client.delete(Cluster.configMaps, ObjectKey(namespace: "kube-system", name: "eniap-p-10-28"))
      try await eventually("the class is back") { try await cluster.poolClasses()["eniap-p-10-28"] != nil }

      try await cluster.deletePolicy("p")
      try await eventually("the policy is gone") {
        try await cluster.object(ObjectReference(EniAutoscalePolicy.resource, ObjectKey(name: "p"))) == nil
      }
      #expect(try await cluster.object(mine) == before)
      for (name, label) in [("n1", "mine"), ("n2", "")] {
        let node = try await cluster.node(name)
        #expect(node.label == label && node.originalConfiguration == nil && node.poolChange == nil)
        #expect(try await cluster.terwayNode(name).metadata.annotations.isEmpty)
      }
      #expect(try await cluster.poolClasses().isEmpty)
      try await waitForPool(0, 7, of: "n1", cluster, process)
      terway.stop()
      #expect(try await process.stop() == 0)
      _ = kubeconfig
    }

    @Test func `of nodes that cannot be sized are left alone with the exact reason, and credentials are found nowhere`()
      async throws
    {
      let cluster = try await Cluster.clean()
      try await cluster.installTerwayNodes()
      let terway = TerwayStandIn(cluster)
      try await cluster.putConfiguration(
        "with-credentials", ["access_key": .string(Cluster.secrets[0]), "Access_Secret": .string(Cluster.secrets[1])])
      try await cluster.put(
        ObjectReference(Cluster.configMaps, ObjectKey(namespace: "kube-system", name: "broken")),
        ["data": ["eni_conf": .string("{\"access_key\": \"\(Cluster.secrets[0])\"")]])
      let nodes: [(String, [String: String], Int, SkipReason?)] = [
        ("fine", [:], 5, nil), ("credentials", ["terway-config": "with-credentials"], 5, .credentialsInNodeConfig),
        ("broken", ["terway-config": "broken"], 5, .malformedNodeConfig),
        ("missing", ["terway-config": "nowhere"], 5, .missingNodeConfig), ("single", [:], 1, .singleAdapter),
        ("exclusive", ["k8s.aliyun.com/exclusive-mode-eni-type": "eniOnly"], 5, .exclusiveENI),
        ("lingjun", ["alibabacloud.com/lingjun-worker": "true"], 5, .lingJun),
      ]
      terway.setUsed(9, on: "fine")
      for (name, labels, adapters, _) in nodes {
        try await cluster.addNode(name, labels: labels, adapters: adapters)
      }
      try await cluster.put(
        ObjectReference(Cluster.kubernetesNodes, ObjectKey(name: "without-resource")), [:])
      let (process, kubeconfig) = try await start(cluster, terway)
      var spec = Self.quick
      spec["nodeSelector"] = ["matchExpressions": [["key": "somebody", "operator": "DoesNotExist"]]]
      try await cluster.applyPolicy("p", spec)
      try await waitForPool(10, 28, of: "fine", cluster, process)
      let status = try await cluster.waitForPolicy("the skipped nodes", "p", process) {
        $0.nodes.skipped == 7 && $0.nodes.managed == 1
      }
      let message = status.conditions["AllNodesManaged"]?.message ?? ""
      for (name, _, _, reason) in nodes {
        guard let reason else { continue }
        #expect(message.contains("1 \(reason.rawValue) (\(name))"), "\(message)")
        let series = #"terway_operator_autoscale_skipped_nodes{policy="p",reason="\#(reason.rawValue)"}"#
        #expect(try await process.metric(series) == 1)
        #expect(try await cluster.node(name).poolChange == nil)
      }
      #expect(message.contains("1 NoNodeResource (without-resource)"))
      #expect(Set(status.attention.map(\.node)).isSuperset(of: ["credentials", "broken", "missing"]))

      #expect(try await cluster.secretsFound(process).isEmpty)
      terway.stop()
      #expect(try await process.stop() == 0)
      _ = kubeconfig
    }

    // MARK: Several policies, and who stops them

    @Test func `belong to the policy of the highest priority, of equals to none, and to none that is paused`()
      async throws
    {
      let cluster = try await Cluster.clean()
      try await cluster.installTerwayNodes()
      let terway = TerwayStandIn(cluster)
      terway.setUsed(9, on: "n1")
      try await cluster.addNode("n1", labels: ["pool": "gpu"])
      let (process, kubeconfig) = try await start(cluster, terway)
      try await cluster.applyPolicy("a", Self.quick(["pauseRequests": ["cluster-upgrade"]]))
      let paused = try await cluster.waitForPolicy("the pause", "a", process) {
        $0.conditions["Ready"]?.reason == "Paused"
      }
      #expect(paused.conditions["ChangesAllowed"]?.message.contains("cluster-upgrade") == true)
      #expect(paused.desiredENIs == 3)
      try await cluster.applyPolicy("b", Self.quick)
      for name in ["a", "b"] {
        let status = try await cluster.waitForPolicy("the conflict", name, process) {
          $0.conditions["Conflict"]?.status == .yes
        }
        #expect(status.conditions["Conflict"]?.message.contains("n1") == true && status.nodes.skipped == 1)
        #expect(status.conditions["Ready"]?.reason == "Conflict")
      }
      #expect(try await cluster.node("n1").configurationName == nil)

      try await cluster.applyPolicy("b", Self.quick(["priority": 1]))
      try await waitForPool(10, 28, of: "n1", cluster, process)
      #expect(try await cluster.node("n1").label == "eniap-b-10-28")
      let loser = try await cluster.waitForPolicy("the loss", "a", process) { $0.conditions["Conflict"]?.status == .no }
      #expect(loser.nodes.skipped == 1 && loser.conditions["AllNodesManaged"]?.reason == "OtherPolicy")

      // Paused, a node keeps what it has, until somebody asks for it back.
      try await cluster.applyPolicy("b", Self.quick(["priority": 1, "pauseRequests": ["me"]]))
      try await cluster.waitForPolicy("the pause", "b", process) { $0.conditions["Ready"]?.reason == "Paused" }
      #expect(try await cluster.node("n1").label == "eniap-b-10-28")
      try await cluster.applyPolicy(
        "b", Self.quick(["priority": 1, "pauseRequests": ["me"]]), annotations: ["ops.terway.io/restore": "true"])
      try await waitForPool(0, 5, of: "n1", cluster, process)
      #expect(try await cluster.node("n1").configurationName == nil)
      terway.stop()
      #expect(try await process.stop() == 0)
      _ = kubeconfig
    }

    @Test
    func
      `are changed by no spec that cannot be carried out, and not outside of its windows or while the cloud refuses`()
      async throws
    {
      let cluster = try await Cluster.clean()
      try await cluster.installTerwayNodes()
      let terway = TerwayStandIn(cluster)
      terway.setUsed(9, on: "n1")
      try await cluster.addNode("n1")
      let (process, kubeconfig) = try await start(cluster, terway)
      let refused: [([String: JSONValue], String)] = [
        (["minENIs": 5, "maxENIs": 3], "minENIs"), (["scaleDownThreshold": "0.9"], "scaleDownThreshold"),
        (
          ["maintenanceWindows": [["schedule": "0 3 * * *", "duration": "1h", "timeZone": "Mars/Olympus"]]],
          "Mars/Olympus"
        ),
        (["maintenanceWindows": [["schedule": "0 99 * * *", "duration": "1h"]]], "0 99 * * *"),
      ]
      for (changes, text) in refused {
        try await cluster.applyPolicy("p", Self.quick(changes))
        let status = try await cluster.waitForPolicy("the refusal of \(text)", "p", process) {
          $0.conditions["Stalled"]?.status == .yes
        }
        #expect(status.conditions["Stalled"]?.message.contains(text) == true)
      }
      // Once a year, and not now.
      let closed: JSONValue = [["schedule": "0 0 29 2 *", "duration": "1m"]]
      try await cluster.applyPolicy("p", Self.quick(["maintenanceWindows": closed]))
      let status = try await cluster.waitForPolicy("the closed window", "p", process) {
        $0.conditions["ChangesAllowed"]?.reason == "OutsideWindow" && $0.desiredENIs == 3
      }
      #expect(status.conditions["Stalled"]?.status == .no)
      try await cluster.applyPolicy("p", Self.quick(["nodeSelector": ["matchLabels": ["nobody": "has"]]]))
      try await cluster.waitForPolicy("no node", "p", process) { $0.conditions["Ready"]?.reason == "NoNodesMatched" }
      #expect(try await cluster.node("n1").configurationName == nil)

      // Until the next whole minute: one that is to come yet does not end within this test by itself.
      terway.setThrottled("n1", at: Date(timeIntervalSinceNow: 120).ISO8601Format())
      try await eventually("the refusal is in the resource") {
        try await cluster.terwayNode("n1").interfaces.contains(where: \.isThrottled)
      }
      try await cluster.applyPolicy("p", Self.quick)
      let held = try await cluster.waitForPolicy("the refusal of the cloud", "p", process) {
        $0.attention.first?.reason == "CloudThrottled"
      }
      #expect(held.attention.map(\.node) == ["n1"] && held.desiredENIs == 3)
      #expect(try await cluster.node("n1").configurationName == nil)
      terway.setThrottled("n1", at: Date(timeIntervalSinceNow: -120).ISO8601Format())
      try await waitForPool(10, 28, of: "n1", cluster, process)
      terway.stop()
      #expect(try await process.stop() == 0)
      _ = kubeconfig
    }

    @Test func `are taken back when Terway does not follow, and changed again once it does`() async throws {
      let cluster = try await Cluster.clean()
      try await cluster.installTerwayNodes()
      let terway = TerwayStandIn(cluster)
      terway.setUsed(9, on: "n1")
      try await cluster.addNode("n1")
      let (process, kubeconfig) = try await start(cluster, terway, "--terway-speed", "30")
      terway.setDeaf(true)
      try await cluster.applyPolicy("p", Self.quick)
      let rollBacks = #"terway_operator_autoscale_rollbacks_total{policy="p",phase="PoolNotFollowing"}"#
      try await eventually("the change is taken back") { try await process.metric(rollBacks) == 1 }
      let node = try await cluster.node("n1")
      #expect(node.configurationName == nil && node.originalConfiguration == "" && node.poolChange?.failures == 1)
      let status = try await cluster.waitForPolicy("the pause after it", "p", process) {
        $0.attention.first?.reason == "BackingOff"
      }
      #expect(status.attention.map(\.node) == ["n1"])
      terway.setDeaf(false)
      try await waitForPool(10, 28, of: "n1", cluster, process)
      try await cluster.waitForPolicy("the end of it", "p", process) {
        $0.conditions["Reconciling"]?.status == .no && $0.currentENIs == 3
      }
      #expect(try await cluster.node("n1").poolChange?.label == "eniap-p-10-28")
      terway.stop()
      #expect(try await process.stop() == 0)
      _ = kubeconfig
    }

    @Test func `are left to whoever labels a node by hand`() async throws {
      let cluster = try await Cluster.clean()
      try await cluster.installTerwayNodes()
      let terway = TerwayStandIn(cluster)
      terway.setUsed(9, on: "n1")
      try await cluster.addNode("n1")
      try await cluster.putConfiguration("mine", ["max_pool_size": 7])
      let (process, kubeconfig) = try await start(cluster, terway)
      try await cluster.applyPolicy("p", Self.quick)
      try await waitForPool(10, 28, of: "n1", cluster, process)
      let node = ObjectReference(Cluster.kubernetesNodes, ObjectKey(name: "n1"))
      try await cluster.edit(node, [["op": "replace", "path": "/metadata/labels/terway-config", "value": "mine"]])
      let status = try await cluster.waitForPolicy("the label", "p", process) { $0.nodes.skipped == 1 }
      #expect(status.conditions["AllNodesManaged"]?.reason == "LabelTaken")
      #expect(status.attention.first?.reason == "LabelTaken")
      #expect(try await cluster.node("n1").label == "mine")
      // Handed back, it is the node's own configuration from now on.
      try await cluster.edit(
        node, [["op": "remove", "path": "/metadata/annotations/ops.terway.io~1original-terway-config"]])
      try await eventually("the node is sized again") {
        let node = try await cluster.node("n1")
        return node.originalConfiguration == "mine" && node.label.hasPrefix("eniap-p-")
      }
      terway.stop()
      #expect(try await process.stop() == 0)
      _ = kubeconfig
    }
  }
}

extension ClusterNode {
  fileprivate var label: String { configurationName ?? "" }
}
