import KubernetesModel
import Serialization

/// What we read of a `PodENI`: the phase of binding an ENI to a pod.
public struct PodENI: TypedObject, Hashable {
  public static let resource = ResourceType(
    "network.alibabacloud.com/v1beta1", "PodENI", plural: "podenis", namespaced: true)

  /// Without annotations.
  public var metadata = ObjectMeta()
  /// Empty before the first step.
  public var phase = ""

  public init() {}

  public init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata":
        metadata = try ObjectMeta(json: &reader)
        metadata.annotations = [:]
      case "status":
        try reader.readOptionalObject { (key, reader) throws(JSONError) in
          if key == "phase" { phase = try String?(json: &reader) ?? "" }
        }
      default: break
      }
    }
  }

  /// Phases that a PodENI passes through; in the others it may stay.
  public static let passingPhases: Set<String> = ["", "Binding", "Detaching", "Deleting"]
}
