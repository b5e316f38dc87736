import KubernetesModel
import TerwayModel

/// What is known of one node when faults are looked for.
public struct NodeView: Sendable {
  public var resource: TerwayNode
  /// `nil` = not known.
  public var node: ClusterNode?
  /// On the node; `nil` = not known, when nothing is concluded from a pod that is not there.
  public var pods: [ClusterPod]?
  /// Uids of pods whose kubelet said that it could not give them a network; `nil` = not known what kubelets say.
  public var podsWithoutNetwork: Set<String>?

  public init(
    _ resource: TerwayNode, node: ClusterNode?, pods: [ClusterPod]?, podsWithoutNetwork: Set<String>? = nil
  ) {
    (self.resource, self.node, self.pods) = (resource, node, pods)
    self.podsWithoutNetwork = podsWithoutNetwork
  }

  /// The Pod of Terway's daemon, where it runs.
  var daemon: ClusterPod? { pods?.first { $0.isTerwayDaemon && $0.phase == "Running" && !$0.metadata.isBeingDeleted } }
}

/// Looks for faults at one moment. How long they last is not looked at: see `RemediationPlan`.
public struct FaultDetection: Sendable {
  /// From then on a pod without an address is not one that is about to get it, in seconds.
  public static let longWait = 120.0
  /// How late a comparison with the cloud may be, in seconds: five of the controlplane's rounds.
  static let overdue = 600.0

  /// Seconds since 1970.
  let now: Double
  /// How many times sooner than in life things take too long.
  let speed: Double

  public init(at now: Double, speed: Double = 1) { (self.now, self.speed) = (now, speed) }

  public func sightings(of view: NodeView) -> [FaultSighting] {
    let subject = FaultSighting.Subject(node: view.resource.metadata.name)
    let waiting = (view.pods ?? []).filter(waitsTooLong)
    let single: [(Fault, [FaultSighting.Evidence])] = [
      (.cloudThrottled, throttling(view)), (.staleCloudView, cloudView(view)), (.leakedIP, leak(view)),
      (.securityGroupDrift, drift(view)),
    ]
    let faults = single.compactMap { fault, evidence in
      evidence.first?.source == .nodeResource ? FaultSighting(fault, of: subject, evidence) : nil
    }
    return [wedge(view, subject, waiting)].compactMap(\.self) + faults + stuck(view, subject, waiting)
  }

  /// What one node shows of vSwitches that have run out of addresses; `nil` = nothing.
  public func exhaustion(of view: NodeView) -> FaultSighting? {
    let blocked = view.resource.podInterfaces.filter { $0.isVSwitchBlocked(at: now) }
    guard let last = blocked.compactMap(\.insufficientIP).max() else { return nil }
    let names = Set(blocked.map(\.vSwitch)).sorted().joined(separator: ", ")
    var evidence: [FaultSighting.Evidence] = [
      .init(.nodeResource, "vSwitch \(names) had no address \(minutes(now - last)) ago")
    ]
    if view.node?.hasSufficientIPs == false { evidence.append(.init(.node, "condition SufficientIP is False")) }
    evidence += self.evidence(of: (view.pods ?? []).filter(waitsTooLong))
    return FaultSighting(.vSwitchExhausted, of: .init(node: view.resource.metadata.name), evidence)
  }

  /// vSwitches that have run out of addresses, whichever nodes have noticed.
  public func sightings(ofVSwitchesOf views: [NodeView]) -> [FaultSighting] {
    var blocked: [String: (last: Double, nodes: Set<String>, starved: Set<String>)] = [:]
    for view in views {
      for interface in view.resource.podInterfaces where interface.isVSwitchBlocked(at: now) {
        var known = blocked[interface.vSwitch] ?? (0, [], [])
        known.last = max(known.last, interface.insufficientIP ?? 0)
        known.nodes.insert(view.resource.metadata.name)
        if view.node?.hasSufficientIPs == false { known.starved.insert(view.resource.metadata.name) }
        blocked[interface.vSwitch] = known
      }
    }
    return blocked.sorted { $0.key < $1.key }.map { name, known in
      var evidence: [FaultSighting.Evidence] = [
        .init(.nodeResource, "\(some(of: known.nodes)) had no address \(minutes(now - known.last)) ago")
      ]
      if !known.starved.isEmpty {
        evidence.append(.init(.node, "condition SufficientIP of \(some(of: known.starved)) is False"))
      }
      return FaultSighting(.vSwitchExhausted, of: .init(node: "", object: name), evidence, target: name)
    }
  }

  private func some(of nodes: Set<String>) -> String {
    let rest = nodes.count > 3 ? " and \(nodes.count - 3) more" : ""
    return nodes.sorted().prefix(3).joined(separator: ", ") + rest
  }

  /// PodENIs that do not get on, or outlive their pods.
  ///
  /// - Parameters:
  ///   - pod: the pod of a namespace and a name; `nil` = there is none.
  ///   - node: the name of the node that an instance is; `nil` = not known.
  public func sightings(
    of podENIs: [PodENI], pod: (_ namespace: String, _ name: String) -> ClusterPod?,
    node: (_ instance: String) -> String?
  ) -> [FaultSighting] {
    podENIs.compactMap { podENI in
      let (namespace, name) = (podENI.metadata.namespace ?? "", podENI.metadata.name)
      let key = "\(namespace)/\(name)"
      let own = pod(namespace, name)
      let subject = FaultSighting.Subject(node: own?.node ?? node(podENI.instanceID) ?? "", object: key)
      let phase = FaultSighting.Evidence(.podENI, "phase \(podENI.phase.isEmpty ? "not set" : podENI.phase)")
      if own == nil, !podENI.isFixed, !podENI.metadata.isBeingDeleted {
        let absence = FaultSighting.Evidence(.pods, "there is no pod \(key)")
        return FaultSighting(.leakedPodENI, of: subject, [phase, absence], target: key)
      }
      guard PodENI.passingPhases.contains(podENI.phase) else { return nil }
      let waiting = own.map { waitsTooLong($0) ? [$0] : [] } ?? []
      return FaultSighting(.podENIStuck, of: subject, [phase] + evidence(of: waiting), target: key)
    }
  }

  // MARK: Evidence

  private func throttling(_ view: NodeView) -> [FaultSighting.Evidence] {
    let refused = view.resource.interfaces.filter { $0.throttledUntil.map { $0 > now } ?? false }.map(\.id)
    guard !refused.isEmpty else { return [] }
    return [.init(.nodeResource, "the cloud refused to do more for \(refused.joined(separator: ", ")): Throttling")]
  }

  /// Pods that get no network although Terway has addresses for them. Without the kubelet's word they may as well wait for a
  /// volume.
  private func wedge(
    _ view: NodeView, _ subject: FaultSighting.Subject, _ waiting: [ClusterPod]
  ) -> FaultSighting? {
    let holders = Set(view.resource.podInterfaces.flatMap(\.pods))
    let assigned = waiting.count { holders.contains(PodFingerprint(uid: $0.metadata.uid)) }
    let idle = view.resource.podInterfaces.reduce(0) { $0 + ($1.isUsable ? $1.addresses.idle : 0) }
    let refused = view.podsWithoutNetwork.map { known in waiting.filter { known.contains($0.metadata.uid) } }
    guard !waiting.isEmpty, refused?.isEmpty != true, assigned + idle > 0 else { return nil }
    let more = assigned > 0 ? ", and \(assigned) of pods that wait" : ""
    var evidence: [FaultSighting.Evidence] = [.init(.nodeResource, "\(idle) idle addresses\(more)")]
    evidence += self.evidence(of: waiting)
    if let first = refused?.first { evidence.append(.init(.events, "FailedCreatePodSandBox of \(first.key)")) }
    let daemon = view.daemon
    if let daemon { evidence.append(.init(.daemon, "\(daemon.key) runs")) }
    return FaultSighting(.daemonWedged, of: subject, evidence, target: daemon.map { "\($0.key)" } ?? "")
  }

  private func cloudView(_ view: NodeView) -> [FaultSighting.Evidence] {
    guard let next = view.resource.nextSync, now - next > Self.overdue / speed else { return [] }
    let ready: [FaultSighting.Evidence] = view.node?.isReady == true ? [.init(.node, "is ready")] : []
    return [.init(.nodeResource, "nextSyncOpenAPITime passed \(minutes(now - next)) ago")] + ready
  }

  private func leak(_ view: NodeView) -> [FaultSighting.Evidence] {
    guard let pods = view.pods else { return [] }
    let alive = pods.aliveFingerprints
    let leaked = view.resource.podInterfaces.map { interface in
      (id: interface.id, count: interface.pods.count { !alive.contains($0) })
    }.filter { $0.count > 0 }
    guard !leaked.isEmpty else { return [] }
    let places = leaked.map { "\($0.count) of \($0.id)" }.joined(separator: ", ")
    return [
      .init(.nodeResource, "addresses with a pod: \(places)"), .init(.pods, "none of the node has those uids"),
    ]
  }

  private func drift(_ view: NodeView) -> [FaultSighting.Evidence] {
    let drifted = view.resource.driftedInterfaces
    guard !drifted.isEmpty else { return [] }
    let list = drifted.map { "\($0.id) has \($0.securityGroups.joined(separator: ", "))" }.joined(separator: "; ")
    let wanted = view.resource.configuration.securityGroups.joined(separator: ", ")
    return [.init(.nodeResource, "\(list); new ENIs get \(wanted)")]
  }

  private func stuck(
    _ view: NodeView, _ subject: FaultSighting.Subject, _ waiting: [ClusterPod]
  ) -> [FaultSighting] {
    let alive: [FaultSighting.Evidence] = view.daemon.map { [.init(.daemon, "\($0.key) runs")] } ?? []
    return view.resource.interfaces.filter(\.isPassing).map { interface in
      FaultSighting(
        .eniStuck, of: .init(node: subject.node, object: interface.id),
        [.init(.nodeResource, "\(interface.id) is \(interface.status)")] + evidence(of: waiting) + alive)
    }
  }

  private func minutes(_ seconds: Double) -> String { "\(Int(max(0, min(seconds, 1e9)) / 60)) min" }

  // MARK: Pods

  private func evidence(of waiting: [ClusterPod]) -> [FaultSighting.Evidence] {
    let oldest = waiting.min {
      ($0.metadata.creationTimestamp, $0.key) < ($1.metadata.creationTimestamp, $1.key)
    }
    guard let oldest else { return [] }
    let text = "\(oldest.key) has no address since \(oldest.metadata.creationTimestamp)"
    return [.init(.pods, waiting.count == 1 ? text : "\(text), and \(waiting.count - 1) more")]
  }

  private func waitsTooLong(_ pod: ClusterPod) -> Bool {
    guard pod.isAlive, !pod.node.isEmpty, !pod.usesHostNetwork, !pod.hasAddress, !pod.metadata.isBeingDeleted,
      let created = RFC3339.seconds(pod.metadata.creationTimestamp)
    else { return false }
    return now - created >= Self.longWait / speed
  }
}
