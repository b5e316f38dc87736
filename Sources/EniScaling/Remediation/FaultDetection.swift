import KubernetesModel
import TerwayModel

/// What is known of one node when faults are looked for.
public struct NodeView: Sendable {
  public var resource: TerwayNode
  /// `nil` = not known.
  public var node: ClusterNode?
  /// On the node; `nil` = not known, when nothing is concluded from a pod that is not there.
  public var pods: [ClusterPod]?

  public init(_ resource: TerwayNode, node: ClusterNode?, pods: [ClusterPod]?) {
    (self.resource, self.node, self.pods) = (resource, node, pods)
  }
}

extension FaultSighting {
  /// From then on a pod without an address is not one that is about to get it, in seconds.
  static let longWait = 120.0
  /// How late a comparison with the cloud may be, in seconds: five of the controlplane's rounds.
  static let overdue = 600.0

  /// What is wrong with a node at this moment. How long it lasts is not looked at: see `RemediationPlan`.
  ///
  /// - Parameter now: seconds since 1970.
  public static func sightings(of view: NodeView, at now: Double) -> [FaultSighting] {
    let subject = Subject(node: view.resource.metadata.name)
    let waiting = waiting(view, at: now)
    let single = [
      (Fault.vSwitchExhausted, vSwitch(view, at: now) + waiting), (.daemonWedged, wedge(view, waiting)),
      (.staleCloudView, cloudView(view, at: now)), (.leakedIP, leak(view)),
      (.securityGroupDrift, drift(view)),
    ]
    let faults = single.compactMap { fault, evidence in
      evidence.first?.source == .nodeResource ? FaultSighting(fault, of: subject, evidence) : nil
    }
    return faults + stuck(view, subject, waiting)
  }

  /// PodENIs that do not get on, or outlive their pods.
  ///
  /// - Parameter pod: the pod of a namespace and a name; `nil` = there is none.
  public static func sightings(
    of podENIs: [PodENI], at now: Double, pod: (_ namespace: String, _ name: String) -> ClusterPod?
  ) -> [FaultSighting] {
    podENIs.compactMap { podENI in
      let (namespace, name) = (podENI.metadata.namespace ?? "", podENI.metadata.name)
      let own = pod(namespace, name)
      let subject = Subject(node: own?.node ?? "", object: "\(namespace)/\(name)")
      let seen = Evidence(.podENI, "phase \(podENI.phase.isEmpty ? "not set" : podENI.phase)")
      if PodENI.passingPhases.contains(podENI.phase) {
        let waiting = own.flatMap { waits($0, at: now) }.map { [Evidence(.pods, $0)] } ?? []
        return FaultSighting(.podENIStuck, of: subject, [seen] + waiting)
      }
      guard own == nil, !podENI.isFixed, podENI.metadata.deletionTimestamp == nil else { return nil }
      return FaultSighting(.leakedPodENI, of: subject, [seen, Evidence(.pods, "there is no pod \(namespace)/\(name)")])
    }
  }

  // MARK: Evidence

  private static func vSwitch(_ view: NodeView, at now: Double) -> [Evidence] {
    let exhausted = view.resource.podInterfaces.filter { $0.isVSwitchBlocked(at: now) }
    guard let last = exhausted.compactMap(\.insufficientIP).max() else { return [] }
    let names = Set(exhausted.map(\.vSwitch)).sorted().joined(separator: ", ")
    let condition =
      view.node?.hasSufficientIPs == false ? [Evidence(.node, "condition SufficientIP is False")] : []
    return [Evidence(.nodeResource, "vSwitch \(names) had no address \(minutes(now - last)) ago")] + condition
  }

  /// Addresses that pods could have, and pods that do not get them.
  private static func wedge(_ view: NodeView, _ waiting: [Evidence]) -> [Evidence] {
    let idle = view.resource.podInterfaces.reduce(0) { $0 + ($1.isUsable ? $1.addresses.idle : 0) }
    guard idle > 0, !waiting.isEmpty else { return [] }
    return [Evidence(.nodeResource, "\(idle) idle addresses")] + waiting
  }

  private static func cloudView(_ view: NodeView, at now: Double) -> [Evidence] {
    guard let next = view.resource.nextSync, now - next > overdue else { return [] }
    let ready = view.node?.isReady == true ? [Evidence(.node, "is ready")] : []
    return [Evidence(.nodeResource, "nextSyncOpenAPITime passed \(minutes(now - next)) ago")] + ready
  }

  private static func leak(_ view: NodeView) -> [Evidence] {
    guard let pods = view.pods else { return [] }
    let alive = pods.aliveFingerprints
    let leaked = view.resource.podInterfaces.map { interface in
      (id: interface.id, count: interface.pods.count { !alive.contains($0) })
    }.filter { $0.count > 0 }
    guard !leaked.isEmpty else { return [] }
    let places = leaked.map { "\($0.count) of \($0.id)" }.joined(separator: ", ")
    return [
      Evidence(.nodeResource, "addresses with a pod: \(places)"), Evidence(.pods, "none of the node has those uids"),
    ]
  }

  private static func drift(_ view: NodeView) -> [Evidence] {
    let drifted = view.resource.driftedInterfaces
    guard !drifted.isEmpty else { return [] }
    let list = drifted.map { "\($0.id) has \($0.securityGroups.joined(separator: ", "))" }.joined(separator: "; ")
    let wanted = view.resource.configuration.securityGroups.joined(separator: ", ")
    return [Evidence(.nodeResource, "\(list); new ENIs get \(wanted)")]
  }

  private static func stuck(_ view: NodeView, _ subject: Subject, _ waiting: [Evidence]) -> [FaultSighting] {
    view.resource.interfaces.filter(\.isPassing).map { interface in
      FaultSighting(
        .eniStuck, of: Subject(node: subject.node, object: interface.id),
        [Evidence(.nodeResource, "\(interface.id) is \(interface.status)")] + waiting)
    }
  }

  private static func minutes(_ seconds: Double) -> String { "\(Int(max(0, min(seconds, 1e9)) / 60)) min" }

  // MARK: Pods

  private static func waiting(_ view: NodeView, at now: Double) -> [Evidence] {
    let waiting = (view.pods ?? []).compactMap { waits($0, at: now) }.sorted()
    guard let first = waiting.first else { return [] }
    return [Evidence(.pods, waiting.count == 1 ? first : "\(first), and \(waiting.count - 1) more")]
  }

  /// What is said of a pod that has been waiting for an address for long; `nil` for all others.
  private static func waits(_ pod: ClusterPod, at now: Double) -> String? {
    guard pod.isAlive, !pod.node.isEmpty, !pod.usesHostNetwork, !pod.hasAddress,
      pod.metadata.deletionTimestamp == nil, let created = RFC3339.seconds(pod.metadata.creationTimestamp),
      now - created >= longWait
    else { return nil }
    return "\(pod.metadata.namespace ?? "")/\(pod.metadata.name) has no address since \(pod.metadata.creationTimestamp)"
  }
}
