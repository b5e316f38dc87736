/// What can be wrong with a node's addresses and does not pass by itself. The words are those of status, events and metrics.
///
/// In the order in which they are looked at: what may be the cause of others comes first.
public enum Fault: String, Codable, Hashable, Sendable, CaseIterable {
  case vSwitchExhausted = "VSwitchExhausted"
  case cloudThrottled = "CloudThrottled"
  case daemonWedged = "DaemonWedged"
  /// An ENI has been `Attaching` or `Deleting` for too long.
  case eniStuck = "ENIStuck"
  /// Terway has not compared its picture with the cloud for too long.
  case staleCloudView = "StaleCloudView"
  /// An address whose pod is gone.
  case leakedIP = "LeakedIP"
  /// A PodENI that does not leave a phase.
  case podENIStuck = "PodENIStuck"
  /// A PodENI whose pod is gone.
  case leakedPodENI = "LeakedPodENI"
  case securityGroupDrift = "SecurityGroupDrift"
}

/// One fault of one thing, as seen in one look at the cluster.
public struct FaultSighting: Hashable, Sendable {
  /// What it is about.
  public struct Subject: Hashable, Comparable, Sendable {
    /// Empty = none, or none that is known.
    public var node: String
    /// Something on the node, such as a PodENI; empty = the node itself.
    public var object: String

    public init(node: String, object: String = "") { (self.node, self.object) = (node, object) }

    /// For people.
    public var text: String { [node, object].filter { !$0.isEmpty }.joined(separator: ", ") }

    public static func < (first: Self, second: Self) -> Bool {
      (first.node, first.object) < (second.node, second.object)
    }
  }

  /// What shows it, and where that was seen.
  public struct Evidence: Hashable, Sendable {
    public enum Source: String, Hashable, Sendable, CaseIterable {
      /// Terway's Node resource.
      case nodeResource = "Node resource"
      /// The Kubernetes Node.
      case node = "Node"
      case pods = "Pods"
      case daemon = "daemon Pod"
      case podENI = "PodENI"
      case events = "Events"
    }

    public var source: Source
    /// Field, value and time, for people.
    public var text: String

    public init(_ source: Source, _ text: String) { (self.source, self.text) = (source, text) }
  }

  public var subject: Subject
  public var fault: Fault
  public var evidence: [Evidence]
  /// What an action would be done to, by namespace and name: the daemon's Pod, the PodENI; empty = the node's Node resource.
  public var target = ""

  public init(_ fault: Fault, of subject: Subject, _ evidence: [Evidence], target: String = "") {
    (self.fault, self.subject, self.evidence, self.target) = (fault, subject, evidence, target)
  }

  /// Whether it is certain enough to act on it: one resource alone can be out of date.
  var isCertain: Bool {
    let sources = Set(evidence.map(\.source))
    return sources.count > 1 && sources.isSuperset(of: Remedy.of(fault).witnesses)
  }

  /// The evidence, in a sentence.
  var text: String { evidence.map { "\($0.source.rawValue): \($0.text)" }.joined(separator: "; ") }
}
