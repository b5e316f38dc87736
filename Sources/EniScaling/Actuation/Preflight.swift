import TerwayModel

/// Whether a node is in a state in which its pool may be changed.
public enum Preflight: String, Hashable, Sendable, CaseIterable {
  /// The controlplane changes nothing at the moment, or nothing in the cloud.
  case degraded = "ControlplaneDegraded"
  case notReady = "NodeNotReady"
  /// An ENI is being attached or taken away.
  case changingENI = "ENIChanging"
  /// Growth needs one more ENI, and there can be none.
  case noFurtherENI = "NoFurtherENI"
  case exhaustedVSwitch = "VSwitchExhausted"
  /// The cloud refuses calls of the account for the moment.
  case throttled = "CloudThrottled"
  /// What is known of it is too old, or cannot be.
  case untrusted = "DataNotTrusted"
  /// Of a node whose daemon would have to be restarted.
  case daemonNotReady = "DaemonNotReady"
  /// The last restart, on another node, has not shown yet to have gone well.
  case otherRestart = "OtherRestart"
  case restartedLately = "RestartedLately"

  /// The first obstacle to giving a node another band; `nil` = there is none.
  ///
  /// - Parameter degradation: of the controlplane; empty = none.
  public static func obstacle(
    to band: PoolBand, replacing current: PoolBand?, on node: NodeObservation, degradation: String, isReady: Bool,
    isTrusted: Bool, isThrottled: Bool = false
  ) -> Preflight? {
    if TerwayConfigMap.paralysingDegradations.contains(degradation) { return .degraded }
    if !isReady { return .notReady }
    if !isTrusted { return .untrusted }
    if node.enis.attaching + node.enis.deleting > 0 { return .changingENI }
    guard band.min > current?.min ?? 0, band.min > node.idle + node.arriving else { return nil }
    if node.vSwitch == .exhausted { return .exhaustedVSwitch }
    if isThrottled { return .throttled }
    let held = node.enis.held * node.limits.ipsPerENI
    if node.enis.held >= node.limits.podENIs, node.total >= held { return .noFurtherENI }
    return nil
  }

  /// For people, after "the node".
  public var sentence: String {
    switch self {
    case .degraded: "waits: terway-controlplane is degraded, and changes nothing in the cloud"
    case .notReady: "waits: its kubelet is not ready, and neither would be its daemon"
    case .changingENI: "waits until its ENI is attached or taken away"
    case .noFurtherENI: "has all the ENIs and addresses that its instance type allows"
    case .exhaustedVSwitch: "waits: its vSwitch has no more addresses"
    case .throttled: "waits for the next minute: the cloud refuses calls, because there were too many"
    case .untrusted: "waits: what is known of it is too old, or cannot be"
    case .daemonNotReady: "waits until its daemon is ready: one that is not is not restarted"
    case .otherRestart: "waits until the daemon of another node that was restarted has shown that it works"
    case .restartedLately: "waits: its daemon started a short while ago, and is not restarted so soon"
    }
  }
}
