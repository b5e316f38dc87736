import KubernetesModel
import Serialization

extension StandIn {
  /// What the stand-in sees on the API server.
  public enum Event: Hashable, Sendable {
    /// A Kubernetes Node that is played, as it is now.
    case node(NodeFacts)
    case nodeGone(String)
    /// Terway's Node resource. `isTouched` unless only its status changed.
    case resource(ResourceFacts, isTouched: Bool)
    case resourceGone(String)
    /// The `eni_conf` of a ConfigMap in kube-system; `nil` when there is none.
    case configuration(name: String, text: String?)
    /// What the daemon of a node reads is up to date: it was asked to be by ``Action/read(_:)``.
    case configurationRead(node: String)
    case pod(PodFacts)
    case podGone(ObjectKey, uid: String)
    case podENIGone(String)
    /// Time has passed.
    case tick
  }

  /// What Terway and the kubelet read of a Kubernetes Node.
  public struct NodeFacts: Hashable, Sendable {
    public var name: String
    public var uid = ""
    /// Empty where nobody says.
    public var zone = ""
    /// The label `terway-config`.
    public var configuration: String?
    /// Pods have whole ENIs: `k8s.aliyun.com/exclusive-mode-eni-type: eniOnly`.
    public var isExclusive = false
    /// The annotation as it stands.
    public var faults = ""

    public init(name: String) { self.name = name }
  }

  /// What is read of Terway's Node resource.
  public struct ResourceFacts: Hashable, Sendable {
    public var name: String
    public var uid = ""
    public var spec: JSONValue
    /// In played seconds.
    public var nextSync: Double?

    public init(name: String, spec: JSONValue) { (self.name, self.spec) = (name, spec) }
  }

  /// What the kubelet and Terway read of a Pod.
  public struct PodFacts: Hashable, Sendable {
    public var key: ObjectKey
    public var uid: String
    /// Empty until it is bound.
    public var node = ""
    public var isDaemon = false
    public var usesHostNetwork = false
    public var isBeingDeleted = false
    public var phase = "Pending"
    public var address: String?
    public var containers: [String] = []
    /// In played seconds.
    public var lifetime: Double?
    /// The server knows that it waits for its network.
    public var isWaitingVisibly = false

    public init(key: ObjectKey, uid: String) { (self.key, self.uid) = (key, uid) }

    var hasEnded: Bool { phase == "Succeeded" || phase == "Failed" }
  }

  /// What is to be done on the API server.
  public enum Action: Hashable, Sendable {
    /// The object is to be brought in line with what the stand-in now says of it.
    case write(Target)
    /// Read a node's label and the ConfigMaps it leads to, and tell; then ``Event/configurationRead(node:)``.
    case read(String)
    case report(Notice)
  }

  /// An object that the stand-in writes.
  public enum Target: Hashable, Sendable {
    /// A Kubernetes Node's condition and annotation.
    case node(String)
    /// Terway's Node resource of a node.
    case resource(String)
    /// The daemon's pod of a node.
    case daemon(String)
    /// The DaemonSet's numbers.
    case daemonSet
    case pod(ObjectKey)
    /// The PodENI of a node that is stuck.
    case podENI(String)
    /// A pod of the workload, by its number.
    case workload(Int64)
  }

  /// An Event as Terway or the kubelet would write it.
  public struct Notice: Hashable, Sendable {
    public enum Subject: Hashable, Sendable {
      case node(String)
      case resource(String)
      case pod(ObjectKey, uid: String)
    }
    public var subject: Subject
    public var isWarning: Bool
    /// Such as `AllocIPFailed`.
    public var reason: String
    public var note: String

    init(_ subject: Subject, _ reason: String, _ note: String, isWarning: Bool = true) {
      (self.subject, self.isWarning, self.reason, self.note) = (subject, isWarning, reason, note)
    }
  }
}

extension StandIn.Target: CustomStringConvertible {
  public var description: String {
    switch self {
    case .node(let name): "Node \(name)"
    case .resource(let name): "Terway's Node \(name)"
    case .daemon(let name): "daemon of \(name)"
    case .daemonSet: "DaemonSet"
    case .pod(let key): "Pod \(key)"
    case .podENI(let name): "PodENI of \(name)"
    case .workload(let number): "Pod \(number) of the workload"
    }
  }
}
