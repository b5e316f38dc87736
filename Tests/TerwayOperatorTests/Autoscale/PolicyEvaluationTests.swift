import EniScaling
import KubernetesModel
import Serialization
import TerwayModel
import Testing

@testable import TerwayOperator

struct `An evaluation of a policy` {
  private static let start = 1_767_323_045.0

  private func policy(_ name: String = "p", _ spec: JSONValue = ["mode": "Apply"]) -> EniAutoscalePolicy {
    var metadata = ObjectMeta(name: name)
    metadata.uid = name
    return EniAutoscalePolicy(metadata: metadata, givenSpec: spec)
  }

  /// Two ENIs of ten addresses, of which so many are used, by pods that are there.
  private func fleet(_ nodes: [String: (used: Int, pods: Int)], _ policies: [EniAutoscalePolicy]) throws -> Fleet {
    var fleet = Fleet()
    fleet.policies = policies
    var pods: [String: [ClusterPod]] = [:]
    for (name, count) in nodes.sorted(by: { $0.key < $1.key }) {
      var node = ClusterNode()
      node.metadata = ObjectMeta(name: name)
      fleet.nodes.append(node)
      let addresses = (0..<20).map { index in
        let owner = index < count.used ? #", "podID": "d/p\#(index)", "podUID": "\#(name)-\#(index)""# : ""
        return #""10.0.0.\#(index)": {"status": "Valid"\#(owner)}"#
      }
      fleet.resources[node.key] = try TerwayNode(
        jsonText: """
          {"metadata": {"name": "\(name)"},
           "spec": {"nodeCap": {"adapters": 5, "ipv4PerAdapter": 10}, "pool": {"minPoolSize": 0, "maxPoolSize": 20}},
           "status": {"networkInterfaces": {
             "e1": {"status": "InUse", "ipv4": {\(addresses[..<10].joined(separator: ","))}},
             "e2": {"status": "InUse", "ipv4": {\(addresses[10...].joined(separator: ","))}}}}}
          """)
      pods[name] = (0..<count.pods).map { index in
        var pod = ClusterPod()
        pod.metadata = ObjectMeta(name: "p\(index)", namespace: "d")
        pod.metadata.uid = "\(name)-\(index)"
        (pod.node, pod.hasAddress, pod.phase) = (name, true, "Running")
        return pod
      }
    }
    fleet.pods = { [pods] in pods[$0] ?? [] }
    return fleet
  }

  private struct Bench {
    var memory: PolicyMemory
    var nodes: [String: NodeMemory] = [:]

    init(_ policy: EniAutoscalePolicy, at now: Double) throws {
      memory = PolicyMemory(
        uid: policy.metadata.uid,
        scaler: NodeGroupScaler(policy: ScalingPolicy(try policy.spec().get()), at: now))
    }

    mutating func look(_ policy: EniAutoscalePolicy, _ fleet: Fleet, at now: Double) throws -> [NodeVerdict] {
      PolicyEvaluation(policy, try policy.spec().get(), in: fleet, defaults: EniAutoscaleDefaults(), now: now)
        .verdicts(&memory, &nodes)
    }
  }

  @Test func `shrinks no node whose resource contradicts its pods for too long, and says since when`() throws {
    let policy = policy(
      "p",
      [
        "mode": "Apply", "forecast": ["enabled": false],
        "behavior": ["scaleDown": ["stabilizationWindow": "0s", "cooldown": "0s"]],
      ])
    // Of the frozen one three pods have addresses that its resource does not know.
    let fleet = try fleet(["fine": (2, 2), "frozen": (2, 5)], [policy])
    var bench = try Bench(policy, at: Self.start)
    for second in stride(from: 0.0, through: 120, by: 15) {
      _ = try bench.look(policy, fleet, at: Self.start + second)
    }
    let verdicts = try bench.look(policy, fleet, at: Self.start + 135)
    #expect(verdicts.map(\.name) == ["fine", "frozen"])
    #expect(verdicts[0].staleSince == nil && verdicts[1].staleSince == Self.start)
    #expect(verdicts[1].decision?.reason.name == "StaleData")
    #expect(verdicts[1].decision?.band == verdicts[1].observation?.band || verdicts[1].isTrusted == false)
    // It is in step again.
    let mended = try self.fleet(["fine": (2, 2), "frozen": (5, 5)], [policy])
    #expect(try bench.look(policy, mended, at: Self.start + 150)[1].staleSince == nil)
  }

  @Test func `trusts nothing that its caches have not heard of for too long`() throws {
    let policy = policy()
    var fleet = try fleet(["a": (2, 2)], [policy])
    for (resources, pods, isTrusted) in [
      (0.0, 0.0, true), (119, 119, true), (121, 0, false), (0, 121, false), (nil, 0, false), (0, nil, false),
    ] as [(Double?, Double?, Bool)] {
      (fleet.resourcesAge, fleet.podsAge) = (resources, pods)
      var bench = try Bench(policy, at: Self.start)
      let verdict = try bench.look(policy, fleet, at: Self.start)[0]
      #expect(verdict.isTrusted == isTrusted && verdict.isStale == !isTrusted)
    }
  }

  @Test func `counts the primary ENI in its minimum and maximum`() throws {
    let bounded = policy("p", ["mode": "Apply", "forecast": ["enabled": false], "minENIs": 4])
    let fleet = try fleet(["a": (0, 0)], [bounded])
    var bench = try Bench(bounded, at: Self.start)
    let decision = try bench.look(bounded, fleet, at: Self.start)[0].decision
    // Two ENIs for pods and the primary one.
    #expect(decision?.currentENIs == 3 && decision?.desiredENIs == 4 && decision?.reason.name == "BelowMinimum")
  }

  @Test func `asks for no more idle addresses than the maximum leaves room for`() throws {
    let policy = policy("p", ["mode": "Apply", "forecast": ["enabled": false], "maxENIs": 3, "minENIs": 1])
    var fleet = try fleet(["a": (17, 17)], [policy])
    var bench = try Bench(policy, at: Self.start)
    fleet.nodes[0].originalConfiguration = ""
    fleet.nodes[0].metadata.labels["terway-config"] = "eniap-p-14-20"
    fleet.nodes[0].poolChange = PoolChange(
      policy: "p", label: "eniap-p-14-20", minimum: 14, maximum: 20, former: "", time: "2026-01-02T03:04:05Z")
    #expect(try bench.look(policy, fleet, at: Self.start)[0].decision?.band == PoolBand(min: 3, max: 20))
  }

  @Test func `leaves nodes to other policies, and tells of equals`() throws {
    let (low, high, equal) = (policy("low"), policy("high", ["priority": 1]), policy("equal"))
    for (policies, skip) in [([low], nil), ([low, high], .otherPolicy), ([low, equal], .conflict)]
      as [([EniAutoscalePolicy], SkipReason?)]
    {
      var bench = try Bench(low, at: Self.start)
      #expect(try bench.look(low, try fleet(["a": (2, 2)], policies), at: Self.start)[0].skip == skip)
    }
  }

  @Test func `gives the same status again while nothing changes`() throws {
    let policy = policy("p", ["mode": "Recommend"])
    let fleet = try fleet(["a": (19, 19), "b": (1, 9)], [policy])
    var bench = try Bench(policy, at: Self.start)
    var statuses: Set<EniAutoscalePolicyStatus> = []
    for second in stride(from: 0.0, through: 900, by: 15) {
      let verdicts = try bench.look(policy, fleet, at: Self.start + second)
      let report = PolicyReport(
        policy: policy, spec: try policy.spec().get(), verdicts: verdicts, actuation: .init(), conflicts: [:])
      statuses.insert(report.status(now: "2026-01-02T03:04:05Z"))
    }
    // Before and after the frozen one is held.
    #expect(statuses.count <= 3, "\(statuses.count)")
  }

  @Test func `shows at most ten nodes, the worst first, in a status that the schema takes`() throws {
    let policy = policy("p", ["mode": "Recommend", "forecast": ["enabled": false]])
    let names = (0..<30).map { "node-\($0 < 10 ? "0" : "")\($0)" }
    let fleet = try fleet(Dictionary(uniqueKeysWithValues: names.map { ($0, (19, 19)) }), [policy])
    var bench = try Bench(policy, at: Self.start)
    var verdicts = try bench.look(policy, fleet, at: Self.start)
    verdicts[20].progress = .backingOff
    verdicts[7].skip = .labelTaken
    let report = PolicyReport(
      policy: policy, spec: try policy.spec().get(), verdicts: verdicts, actuation: .init(), conflicts: [:])
    let status = report.status(now: "2026-01-02T03:04:05Z")
    #expect(status.attention.count == 10)
    #expect(status.attention.prefix(3).map(\.node) == ["node-20", "node-07", "node-00"])
    let object: JSONValue = ["metadata": ["name": "p"], "status": try status.json()]
    #expect(try EniAutoscalePolicy(object).status == status)
  }

  // MARK: Daemons that own their pool

  /// A node of 30 addresses, pods with addresses on it, and its daemon.
  private func legacyFleet(_ policies: [EniAutoscalePolicy], pods count: Int) throws -> Fleet {
    var fleet = Fleet()
    fleet.policies = policies
    fleet.configurations[TerwayConfigMap.base] = try TerwayConfigMap(
      jsonText: #"{"metadata": {"name": "eni-config", "namespace": "kube-system"}, "data": {"eni_conf": "{}"}}"#)
    var node = ClusterNode()
    node.metadata = ObjectMeta(name: "a")
    node.maxAvailableIPs = 30
    fleet.nodes = [node]
    var pods = (0..<count).map { index in
      var pod = ClusterPod()
      pod.metadata = ObjectMeta(name: "p\(index)", namespace: "d")
      (pod.node, pod.hasAddress, pod.phase) = ("a", true, "Running")
      return pod
    }
    var daemon = ClusterPod()
    daemon.metadata = ObjectMeta(name: "terway-eniip-x", namespace: "kube-system")
    daemon.metadata.uid = "daemon"
    (daemon.isTerwayDaemon, daemon.isDaemonReady, daemon.usesHostNetwork) = (true, true, true)
    (daemon.phase, daemon.daemonStart) = ("Running", Self.start - 3600)
    pods.append(daemon)
    fleet.pods = { [pods] in $0 == "a" ? pods : [] }
    return fleet
  }

  @Test func `sizes a node whose daemon owns the pool by what a Prometheus tells and the pods that are there`() throws {
    let spec: JSONValue = [
      "mode": "Apply", "forecast": ["enabled": false], "legacy": ["ipsPerENI": 10],
      "signal": ["prometheus": ["url": "http://prometheus:9090"]],
    ]
    let policy = policy("p", spec)
    typealias Reading = UtilisationReadings.Reading
    for (reading, pods, used, isTrusted) in [
      (Reading(ratio: 0.9, time: Self.start, total: 10), 9, 9, true),
      // Pods that it has not heard of yet hold addresses all the same.
      (Reading(ratio: 0.2, time: Self.start, total: 10), 9, 9, true),
      (Reading(ratio: 0.9, time: Self.start - 121, total: 10), 9, 9, false),
      (Reading(ratio: 0.9, time: Self.start), 9, 9, false), (nil, 9, 9, false),
    ] as [(Reading?, Int, Int, Bool)] {
      var fleet = try legacyFleet([policy], pods: pods)
      fleet.readings["a"] = reading
      var bench = try Bench(policy, at: Self.start)
      let verdicts = try bench.look(policy, fleet, at: Self.start)
      #expect(verdicts.map(\.mode) == [.legacy] && verdicts[0].skip == nil)
      #expect(verdicts[0].observation?.used == used && verdicts[0].observation?.band == PoolBand(min: 0, max: 5))
      #expect(verdicts[0].isTrusted == isTrusted && verdicts[0].grows == isTrusted)
      #expect(verdicts[0].decision?.band.min == (isTrusted ? 10 : 0))
      let state = fleet.state(of: fleet.nodes[0])
      #expect(state.daemon?.pod == "daemon" && state.daemon?.isReady == true && state.resource == nil)
    }
  }

  @Test func `asks for no restart that brings or frees no ENI`() throws {
    let policy = policy(
      "p",
      [
        "mode": "Apply", "forecast": ["enabled": false], "legacy": ["ipsPerENI": 10],
        "signal": ["prometheus": ["url": "http://prometheus:9090"]],
      ])
    var fleet = try legacyFleet([policy], pods: 9)
    fleet.nodes[0].originalConfiguration = ""
    fleet.nodes[0].metadata.labels["terway-config"] = "eniap-p-10-28"
    fleet.nodes[0].poolChange = PoolChange(
      policy: "p", label: "eniap-p-10-28", minimum: 10, maximum: 28, former: "", time: "2026-01-02T03:04:05Z",
      daemon: "former")
    var bench = try Bench(policy, at: Self.start)
    for second in stride(from: 0.0, through: 60, by: 15) {
      fleet.readings["a"] = .init(ratio: 9.0 / 19, time: Self.start + second, total: 19)
      let verdict = try bench.look(policy, fleet, at: Self.start + second)[0]
      #expect(verdict.isTrusted && verdict.wanted == PoolBand(min: 10, max: 28))
    }
  }

  @Test func `skips a node whose daemon owns the pool where it is not told what an ENI has`() throws {
    let url: JSONValue = ["prometheus": ["url": "http://prometheus:9090"]]
    for (changes, limit, skip) in [
      (["signal": url], 30, .legacyIPAM), (["legacy": ["ipsPerENI": 10]], 30, .legacyIPAM),
      (["legacy": ["ipsPerENI": 10], "signal": url], nil, .unknownLimits),
      (["legacy": ["ipsPerENI": 10], "signal": url], 0, .singleAdapter),
    ] as [([String: JSONValue], Int?, SkipReason)] {
      var spec: JSONValue = ["nodeSelector": ["matchExpressions": [["key": "x", "operator": "DoesNotExist"]]]]
      for (key, value) in changes { spec[key] = value }
      let policy = policy("p", spec)
      var fleet = try legacyFleet([policy], pods: 1)
      fleet.nodes[0].maxAvailableIPs = limit
      var bench = try Bench(policy, at: Self.start)
      #expect(try bench.look(policy, fleet, at: Self.start).map(\.skip) == [skip])
    }
  }

  @Test func `spares the addresses of a vSwitch on all nodes that have nothing else`() throws {
    let policy = policy()
    var fleet = try fleet(["both": (2, 2), "other": (2, 2), "scarce": (2, 2)], [policy])
    for (name, vSwitches) in [("both", ["v1", "v2"]), ("other", ["v2", "v2"]), ("scarce", ["v1", "v1"])] {
      for (index, vSwitch) in vSwitches.enumerated() {
        fleet.resources[ObjectKey(name: name)]?.interfaces[index].vSwitch = vSwitch
      }
    }
    var bench = try Bench(policy, at: Self.start)
    let evaluation = PolicyEvaluation(
      policy, try policy.spec().get(), in: fleet, defaults: EniAutoscaleDefaults(), scarceVSwitches: ["v1"],
      now: Self.start)
    let verdicts = evaluation.verdicts(&bench.memory, &bench.nodes)
    #expect(verdicts.filter { $0.decision?.reason == .scarcity }.map(\.name) == ["scarce"])
    #expect(verdicts.last?.wanted == PoolBand(min: 0, max: 1))
  }
}
