import KubernetesModel
import Serialization

/// What we read of a Kubernetes Node: what Terway reads off it, and what limits it.
public struct ClusterNode: TypedObject, Hashable {
  public static let resource = ResourceType("v1", "Node", plural: "nodes", namespaced: false)

  /// Without annotations.
  public var metadata = ObjectMeta()
  /// Annotation `k8s.aliyun.com/max-available-ip`; `nil` where it is missing or no number.
  public var maxAvailableIPs: Int?
  /// Pods that the kubelet takes; `nil` = unknown.
  public var allocatablePods: Int?
  /// `SufficientIP` as Terway sets it; `nil` where it does not.
  public var hasSufficientIPs: Bool?
  public var isReady = false
  /// The kubelet, or whoever watches it, says that it is not ready; where nobody says anything it is not known.
  public var isNotReady = false
  public var isUnschedulable = false
  /// The value of the annotation `PoolChange.originalAnnotation`; `nil` = the node's label is its owner's own.
  public var originalConfiguration: String?
  /// What was last done to its pool; `nil` = nothing, or what was noted of it is not readable any more.
  public var poolChange: PoolChange?

  public init() {}

  public init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata":
        metadata = try ObjectMeta(json: &reader)
        maxAvailableIPs = metadata.annotations["k8s.aliyun.com/max-available-ip"].flatMap { Int($0) }
        originalConfiguration = metadata.annotations[PoolChange.originalAnnotation]
        poolChange = metadata.annotations[PoolChange.annotation].flatMap { PoolChange(annotation: $0) }
        metadata.annotations = [:]
      case "spec":
        try reader.readOptionalObject { (key, reader) throws(JSONError) in
          if key == "unschedulable" { isUnschedulable = try Bool?(json: &reader) ?? false }
        }
      case "status": try readStatus(&reader)
      default: break
      }
    }
  }

  private mutating func readStatus(_ reader: inout JSONReader) throws(JSONError) {
    try reader.readOptionalObject { (key, reader) throws(JSONError) in
      switch key {
      case "allocatable":
        try reader.readOptionalObject { (key, reader) throws(JSONError) in
          if key == "pods" { allocatablePods = try String?(json: &reader).flatMap { Int($0) } }
        }
      case "conditions":
        if try reader.readNull() { return }
        try reader.readArray { (reader) throws(JSONError) in
          let condition = try NodeCondition(json: &reader)
          switch condition.type {
          case "SufficientIP": hasSufficientIPs = condition.status == "True"
          case "Ready":
            isReady = condition.status == "True"
            isNotReady = !isReady
          default: break
          }
        }
      default: break
      }
    }
  }

  /// The label by which Terway finds a node's own configuration.
  public static let configurationLabel = "terway-config"
  /// The ConfigMap of the node's own configuration; `nil` where it has none.
  public var configurationName: String? { metadata.labels[Self.configurationLabel].flatMap { $0.isEmpty ? nil : $0 } }

  /// Pods of the node have a whole ENI each.
  public var isExclusive: Bool { metadata.labels["k8s.aliyun.com/exclusive-mode-eni-type"] == "eniOnly" }
}

private struct NodeCondition: JSONDecodable {
  var type = ""
  var status = ""

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "type": type = try String?(json: &reader) ?? ""
      case "status": status = try String?(json: &reader) ?? ""
      default: break
      }
    }
  }
}
