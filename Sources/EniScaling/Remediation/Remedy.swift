import TerwayModel

/// What is done about a fault, from the mildest to the last. Each fault has one, in the table below.
public struct Remedy: Hashable, Sendable {
  public typealias Action = EniAutoscalePolicySpec.Remediation.Action

  public struct Rung: Hashable, Sendable {
    public var action: Action
    /// Disturbs somebody, or cannot be taken back: only with the approval of a person.
    public var needsApproval = false
    /// How long it may take until it shows, in seconds.
    public var verification: Double
    /// Least time between two on the same node, in seconds.
    public var pause = 3600.0
    /// Asks more of the cloud, which does harm while that refuses already.
    public var callsCloud = true
    /// Is done to a node, which must be known.
    public var needsNode = true
  }

  /// How it is recognised, for people.
  public var sign: String
  /// Sources without which nothing is done, besides that there must be two.
  public var witnesses: Set<FaultSighting.Evidence.Source> = []
  /// How long it must be seen without a break before anything is said, in seconds.
  public var persistence: Double
  public var rungs: [Rung]
  /// What a person should know once there is no further rung.
  public var escalation: String

  /// From facts about Terway (its pool is compared with the cloud every two minutes; an ENI attaches within two) and from
  /// node-healthcheck-operator, whose conditions must persist for 300 seconds.
  public static func of(_ fault: Fault) -> Remedy {
    let resync = Rung(action: .forceResync, verification: 300)
    return switch fault {
    case .vSwitchExhausted:
      Remedy(
        sign: "the condition InsufficientIP of an ENI on the vSwitch is less than twenty minutes old",
        persistence: 60,
        rungs: [
          Rung(action: .enterScarcityMode, verification: 1800, pause: 0, callsCloud: false, needsNode: false)
        ],
        escalation: "add a vSwitch of the zone with free addresses to eni-config")
    case .cloudThrottled:
      Remedy(
        sign: "the last operation on an ENI was refused with Throttling, until the next whole minute",
        persistence: 120, rungs: [],
        escalation: "nothing more is asked of the cloud on the node until it answers again; see who else uses the quota"
      )
    case .daemonWedged:
      Remedy(
        sign: "a pod has waited for two minutes for an address that Terway has for it, and its kubelet gets no network",
        witnesses: [.pods, .events, .daemon],
        persistence: 300,
        rungs: [Rung(action: .restartDaemon, verification: 180, callsCloud: false)],
        escalation: "a new daemon did not help: look at its log, and drain the node or leave it to the node repairer")
    case .eniStuck:
      Remedy(
        sign: "an ENI is in a state that it should pass through, such as Attaching",
        persistence: 600, rungs: [resync],
        escalation: "look at the ENI in the cloud's console; detach it there when no pod uses it")
    case .staleCloudView:
      Remedy(
        sign: "nextSyncOpenAPITime passed more than ten minutes ago",
        persistence: 600, rungs: [resync],
        escalation: "look at terway-controlplane's log and at the cloud's API errors")
    case .leakedIP:
      Remedy(
        sign: "an address is held by the uid of a pod that is not on the node",
        witnesses: [.pods],
        persistence: 600, rungs: [resync],
        escalation: "the address stays with a pod that is gone; a restart of the node's daemon releases what it forgot")
    case .podENIStuck:
      Remedy(
        sign: "a PodENI of a pod that is there stays in a phase that it should pass through",
        persistence: 600, rungs: [resync],
        escalation: "look at the PodENI's status and at terway-controlplane's log")
    case .leakedPodENI:
      Remedy(
        sign: "a PodENI has no pod of its name, and its address is not a fixed one",
        witnesses: [.pods],
        persistence: 600,
        rungs: [
          resync,
          Rung(
            action: .deleteLeakedPodENI, needsApproval: true, verification: 300, pause: 60, callsCloud: false,
            needsNode: false),
        ],
        escalation: "the PodENI is not collected; look at its finalizers and at terway-controlplane's log")
    case .securityGroupDrift:
      Remedy(
        sign: "an ENI has other security groups than new ones get",
        persistence: 300, rungs: [],
        escalation: "is never changed by itself: correct eni-config, or the ENIs' groups in the cloud's console")
    }
  }

  /// The rungs that can be done about a subject.
  func rungs(for subject: FaultSighting.Subject) -> [Rung] {
    subject.node.isEmpty ? rungs.filter { !$0.needsNode } : rungs
  }
}
