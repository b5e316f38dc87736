import KubernetesModel
import Serialization

/// What we read of a Pod: where it is, whether it has an address, and how much bandwidth it was promised.
public struct ClusterPod: TypedObject, Hashable {
  public static let resource = ResourceType("v1", "Pod", plural: "pods", namespaced: true)

  /// Name, namespace, uid, version and time only.
  public var metadata = ObjectMeta()
  /// Empty until the scheduler has chosen one.
  public var node = ""
  public var usesHostNetwork = false
  public var hasAddress = false
  public var phase = ""
  /// The scheduler found no node for it.
  public var isUnschedulable = false
  /// It is of Terway's DaemonSet.
  public var isTerwayDaemon = false
  /// When the daemon's container started last, in seconds since 1970; `nil` of other pods, and while it does not run.
  public var daemonStart: Double?
  /// Whether all its containers are; of Terway's daemon only.
  public var isDaemonReady = false
  /// Bytes per second; `nil` = no limit.
  public var receiveLimit: Double?
  public var transmitLimit: Double?

  public init() {}

  /// True until all its containers have ended for good: it holds, or will hold, an address.
  public var isAlive: Bool { phase != "Succeeded" && phase != "Failed" }

  public init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata":
        let whole = try ObjectMeta(json: &reader)
        receiveLimit = Self.bytesPerSecond(whole.annotations["kubernetes.io/ingress-bandwidth"])
        transmitLimit = Self.bytesPerSecond(whole.annotations["kubernetes.io/egress-bandwidth"])
        isTerwayDaemon = whole.namespace == TerwayConfigMap.namespace && whole.labels["app"] == Self.daemonName
        metadata = ObjectMeta(name: whole.name, namespace: whole.namespace)
        (metadata.uid, metadata.resourceVersion) = (whole.uid, whole.resourceVersion)
        (metadata.creationTimestamp, metadata.deletionTimestamp) = (whole.creationTimestamp, whole.deletionTimestamp)
      case "spec":
        try reader.readOptionalObject { (key, reader) throws(JSONError) in
          switch key {
          case "nodeName": node = try String?(json: &reader) ?? ""
          case "hostNetwork": usesHostNetwork = try Bool?(json: &reader) ?? false
          default: break
          }
        }
      case "status": try readStatus(&reader)
      default: break
      }
    }
  }

  private mutating func readStatus(_ reader: inout JSONReader) throws(JSONError) {
    try reader.readOptionalObject { (key, reader) throws(JSONError) in
      switch key {
      case "phase": phase = try String?(json: &reader) ?? ""
      case "podIP": hasAddress = try String?(json: &reader)?.isEmpty == false
      // Metadata comes first in what a server writes.
      case "containerStatuses" where isTerwayDaemon: daemonStart = Self.start(in: try JSONValue(json: &reader))
      case "conditions":
        if try reader.readNull() { return }
        try reader.readArray { (reader) throws(JSONError) in
          var (type, status, reason) = ("", "", "")
          try reader.readObject { (key, reader) throws(JSONError) in
            switch key {
            case "type": type = try String?(json: &reader) ?? ""
            case "status": status = try String?(json: &reader) ?? ""
            case "reason": reason = try String?(json: &reader) ?? ""
            default: break
            }
          }
          if type == "PodScheduled", status == "False", reason == "Unschedulable" { isUnschedulable = true }
          if type == "Ready", isTerwayDaemon { isDaemonReady = status == "True" }
        }
      default: break
      }
    }
  }

  /// The name of Terway's DaemonSet, and of its label `app`.
  public static let daemonName = "terway-eniip"

  private static func start(in statuses: JSONValue) -> Double? {
    let container = statuses.array?.first { $0["name"]?.string == "terway" }
    return container?.at("state", "running", "startedAt")?.string.flatMap { RFC3339.seconds($0) }
  }

  /// The annotations are quantities of bits per second.
  private static func bytesPerSecond(_ annotation: String?) -> Double? {
    annotation.flatMap { Quantity($0) }.flatMap { $0.value > 0 ? $0.value / 8 : nil }
  }
}

extension [ClusterPod] {
  /// By which addresses of pods that are gone are told from those of pods that are there.
  public var aliveFingerprints: Set<PodFingerprint> {
    Set(filter(\.isAlive).map { PodFingerprint(uid: $0.metadata.uid) })
  }
}
