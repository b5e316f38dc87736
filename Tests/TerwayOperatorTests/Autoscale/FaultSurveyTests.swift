import EniScaling
import KubernetesModel
import Serialization
import TerwayModel
import Testing

@testable import TerwayOperator

struct `A survey of faults` {
  private static let now = 1_800_000_000.0

  private static func policy(_ name: String, _ spec: JSONValue) -> EniAutoscalePolicy {
    EniAutoscalePolicy(metadata: ObjectMeta(name: name), givenSpec: spec)
  }

  /// Two nodes, the second of which is labelled.
  private static func fleet(_ policies: [EniAutoscalePolicy]) -> Fleet {
    var fleet = Fleet()
    fleet.policies = policies
    for name in ["a", "b"] {
      var node = ClusterNode()
      node.metadata = ObjectMeta(name: name)
      node.metadata.labels = name == "b" ? ["pool": "gpu"] : [:]
      fleet.nodes.append(node)
      var resource = TerwayNode()
      resource.metadata = ObjectMeta(name: name)
      (resource.instanceID, resource.nextSync) = ("i-\(name)", now - 900)
      fleet.resources[node.key] = resource
    }
    return fleet
  }

  private static func podENI(_ name: String, instance: String, approval: String = "") throws -> PodENI {
    let value: JSONValue = [
      "metadata": [
        "name": .string(name), "namespace": "ns",
        "annotations": JSONValue([PodENI.approvalAnnotation: approval, "other": "dropped"]),
      ], "status": ["phase": "Bind", "instanceID": .string(instance)],
    ]
    return try PodENI(jsonText: value.jsonText())
  }

  private static func survey(
    _ policy: EniAutoscalePolicy, _ fleet: Fleet, skips: [String: SkipReason] = [:], speed: Double = 1
  ) throws -> FaultSurvey {
    FaultSurvey(
      policy: policy, spec: try policy.spec().get(), fleet: fleet,
      assignment: PolicyEvaluation.assignment(of: fleet.policies, defaults: EniAutoscaleDefaults()),
      verdicts: fleet.nodes.map { NodeVerdict(name: $0.metadata.name, mode: .crd, skip: skips[$0.metadata.name]) },
      now: now, speed: speed)
  }

  @Test func `looks at the policy's own nodes, whether their pools can be sized or not`() throws {
    let policy = Self.policy("p", [:])
    let fleet = Self.fleet([policy])
    for (reason, seen) in [
      (nil, ["a", "b"]), (.otherPolicy, ["b"]), (.conflict, ["b"]), (.labelTaken, ["a", "b"]), (.noNodeResource, ["b"]),
    ] as [(SkipReason?, [String])] {
      let survey = try Self.survey(policy, fleet, skips: reason.map { ["a": $0] } ?? [:])
      #expect(survey.sightings().map(\.subject.node) == seen, "\(reason.map(\.rawValue) ?? "")")
      #expect(survey.sightings().allSatisfy { $0.fault == .staleCloudView })
    }
  }

  @Test func `finds the node of a PodENI by its instance, and leaves those without to who has all nodes`() throws {
    let (all, some) = (
      Self.policy("all", [:]), Self.policy("some", ["priority": 1, "nodeSelector": ["matchLabels": ["pool": "gpu"]]])
    )
    var fleet = Self.fleet([all, some])
    for name in ["a", "b"] { fleet.resources[ObjectKey(name: name)]?.nextSync = nil }
    fleet.podENIs = [
      try Self.podENI("of-a", instance: "i-a"), try Self.podENI("of-b", instance: "i-b"),
      try Self.podENI("of-nobody", instance: "i-c"),
    ]
    let first = try Self.survey(all, fleet, skips: ["b": .otherPolicy]).sightings()
    #expect(first.map(\.target) == ["ns/of-a", "ns/of-nobody"] && first.map(\.subject.node) == ["a", ""])
    let second = try Self.survey(some, fleet, skips: ["a": .otherPolicy]).sightings()
    #expect(second.map(\.target) == ["ns/of-b"] && second.map(\.fault) == [.leakedPodENI])
  }

  @Test(arguments: [
    ("Apply", "Act", "Act"), ("Apply", "Report", "Report"), ("Apply", "Off", "Off"), ("Recommend", "Act", "Report"),
    ("Recommend", "Off", "Off"),
  ])
  func `acts only where pools are sized too`(mode: String, remediation: String, expected: String) throws {
    let policy = Self.policy("p", ["mode": .string(mode), "remediation": ["mode": .string(remediation)]])
    let situation = try Self.survey(policy, Self.fleet([policy])).situation(isInWindow: true, lags: [:])
    #expect(situation.mode.rawValue == expected)
  }

  @Test func `trusts nothing that is old, and no node whose resource contradicts its pods`() throws {
    let policy = Self.policy("p", ["pauseRequests": ["somebody", "else"]])
    var fleet = Self.fleet([policy])
    let fresh = try Self.survey(policy, fleet).situation(isInWindow: false, lags: [:])
    #expect(fresh.isTrusted && fresh.isPaused && !fresh.isInWindow && fresh.doubtful.isEmpty)
    fleet.podsAge = 120
    #expect(try !Self.survey(policy, fleet).situation(isInWindow: true, lags: [:]).isTrusted)
    (fleet.podsAge, fleet.resourcesAge) = (0, nil)
    #expect(try !Self.survey(policy, fleet).situation(isInWindow: true, lags: [:]).isTrusted)

    var (pod, lag) = (ClusterPod(), NodeMemory())
    (pod.metadata.uid, pod.hasAddress, pod.phase) = ("u", true, "Running")
    lag.lag.observe(TerwayNode(), pods: [pod], hasOwnENI: { _ in false }, now: Self.now - 130)
    #expect(try Self.survey(policy, fleet).situation(isInWindow: true, lags: ["b": lag]).doubtful == ["b"])
  }

  @Test func `takes an approval of the action by its name, and none else`() throws {
    let policy = Self.policy("p", [:])
    var fleet = Self.fleet([policy])
    fleet.podENIs = [
      try Self.podENI("yes", instance: "", approval: "DeleteLeakedPodENI"),
      try Self.podENI("both", instance: "", approval: "ForceResync, DeleteLeakedPodENI"),
      try Self.podENI("no", instance: "", approval: "true"),
      try Self.podENI("other", instance: "", approval: "ForceResync"),
    ]
    #expect(
      try Self.survey(policy, fleet).situation(isInWindow: true, lags: [:]).approved == ["ns/yes", "ns/both"])
    #expect(fleet.podENIs.allSatisfy { $0.metadata.annotations.count == 1 })
  }
}
