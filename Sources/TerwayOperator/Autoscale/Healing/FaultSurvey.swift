import EniScaling
import KubernetesModel
import TerwayModel

/// What is wrong with the nodes of a policy at one moment, and what may be done about it. Pure.
struct FaultSurvey {
  let policy: EniAutoscalePolicy
  let spec: EniAutoscalePolicySpec
  let fleet: Fleet
  let assignment: PolicyAssignment
  let verdicts: [NodeVerdict]
  let now: Double
  let speed: Double

  /// Nodes that are looked at: whether a pool can be sized does not matter.
  var nodes: Set<String> { Set(verdicts.filter { $0.skip?.hidesFaults != true }.map(\.name)) }

  func sightings() -> [FaultSighting] {
    let detection = FaultDetection(at: now, speed: speed)
    let (nodes, byName) = (nodes, Dictionary(uniqueKeysWithValues: fleet.nodes.map { ($0.metadata.name, $0) }))
    let views = nodes.sorted().compactMap { name in
      fleet.resources[ObjectKey(name: name)].map {
        NodeView($0, node: byName[name], pods: fleet.pods(name), podsWithoutNetwork: fleet.podsWithoutNetwork)
      }
    }
    let instances = Dictionary(
      fleet.resources.values.filter { !$0.instanceID.isEmpty }.map { ($0.instanceID, $0.metadata.name) }
    ) { first, _ in first }
    let podENIs = detection.sightings(of: fleet.podENIs) { namespace, name in
      fleet.pod(ObjectKey(namespace: namespace, name: name))
    } node: {
      instances[$0]
    }
    // One of which no node is known is a matter of the policy that has all nodes.
    let hasOthers = assignment.outcome(for: [:]) == .policy(policy.metadata.name)
    return views.flatMap(detection.sightings(of:)) + detection.sightings(ofVSwitchesOf: views)
      + podENIs.filter { $0.subject.node.isEmpty ? hasOthers : nodes.contains($0.subject.node) }
  }

  /// - Parameter lags: since when a node's resource contradicts its pods.
  func situation(isInWindow: Bool, lags: [String: NodeMemory]) -> RemediationPlan.Situation {
    var situation = RemediationPlan.Situation()
    situation.mode = spec.remediation.mode == .act && spec.mode != .apply ? .report : spec.remediation.mode
    situation.actions = Set(spec.remediation.actions)
    situation.actionsPerHour = spec.remediation.maxActionsPerHour
    situation.nodes = nodes
    situation.concurrentNodes = max(1, spec.budget.maxConcurrentNodes.count(of: situation.nodes.count))
    situation.isPaused = !spec.pauseRequests.isEmpty
    situation.isInWindow = isInWindow
    let patience = spec.signal.maxStaleness.seconds
    situation.isTrusted = [fleet.resourcesAge, fleet.podsAge].allSatisfy { $0.map { $0 < patience } ?? false }
    situation.doubtful = situation.nodes.filter { lags[$0].map { $0.lag.age(at: now) >= patience } ?? false }
    situation.isCloudHealthy = !fleet.isDegraded
    situation.approved = Set(
      fleet.podENIs.filter { $0.isApproved(.deleteLeakedPodENI) }.map { "\($0.key)" })
    situation.longestGap = max(300, 4 * spec.evaluationInterval.seconds * speed)
    return situation
  }
}

extension SkipReason {
  /// Whether nothing can be said of a node that is not sized for this reason, or others say it.
  fileprivate var hidesFaults: Bool {
    switch self {
    case .noNodeResource, .unmanaged, .lingJun, .beingDeleted, .otherPolicy, .conflict: true
    case .legacyIPAM, .prefixMode, .exclusiveENI, .singleAdapter, .unknownLimits, .missingNodeConfig,
      .malformedNodeConfig, .credentialsInNodeConfig, .labelTaken:
      false
    }
  }
}
