extension StandIn {
  /// What can be made to go wrong on a node, by the annotation ``faultsAnnotation``.
  ///
  /// The annotation always names what is wrong now: what heals is taken out of it, and what is taken out of it heals.
  public enum Fault: String, Hashable, Sendable, CaseIterable {
    case wedgedDaemon = "wedged-daemon"
    case stuckAttach = "stuck-attach"
    case leakedIP = "leaked-ip"
    case stuckPodENI = "stuck-podeni"
    case vSwitchExhausted = "vswitch-exhausted"
    case securityGroupDrift = "security-group-drift"
    case throttling
    case frozen

    /// What it does, in a line.
    public var summary: String {
      switch self {
      case .wedgedDaemon: "the daemon answers nothing: no pod gets or gives back an address, no configuration is read"
      case .stuckAttach: "an ENI begins to attach and stays Attaching"
      case .leakedIP: "an address is held by a pod that never was"
      case .stuckPodENI: "a PodENI stays in the phase Detaching"
      case .vSwitchExhausted: "the node's vSwitch has no address left, for all nodes on it"
      case .securityGroupDrift: "the node's ENIs have other security groups than new ones get"
      case .throttling: "the cloud refuses every call of the account until the next minute, again and again"
      case .frozen: "nobody writes the node's Node resource any more"
      }
    }

    /// What heals it besides being taken out of the annotation.
    public var remedy: String? {
      switch self {
      case .wedgedDaemon: "a new daemon pod"
      case .stuckAttach, .leakedIP: "a cloud resync: status.nextSyncOpenAPITime in the past"
      case .stuckPodENI: "the deletion of the PodENI"
      case .vSwitchExhausted, .securityGroupDrift, .throttling, .frozen: nil
      }
    }

    /// What a comma-separated list names, and the names that are none.
    static func parse(_ text: String) -> (faults: Set<Fault>, unknown: [String]) {
      var (faults, unknown): (Set<Fault>, [String]) = ([], [])
      for word in text.split(whereSeparator: { $0 == "," || $0 == " " }).map(String.init) {
        if let fault = Fault(rawValue: word) { faults.insert(fault) } else { unknown.append(word) }
      }
      return (faults, unknown)
    }

    static func text(_ faults: Set<Fault>) -> String { faults.map(\.rawValue).sorted().joined(separator: ",") }
  }

  /// Comma-separated names of faults, on a Kubernetes Node.
  public static let faultsAnnotation = "simulator.terway.io/faults"
  /// On the Kubernetes Nodes that are played.
  public static let playedLabel = "simulator.terway.io/played"
  /// How many played seconds a pod runs before it has succeeded; on a Pod. Without it pods run until they are deleted.
  public static let lifetimeAnnotation = "simulator.terway.io/lifetime"
}
