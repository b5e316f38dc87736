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
  /// An address stays although its pod goes: a pod of the same name gets it again.
  public var isFixed = false

  public init() {}

  public init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata":
        metadata = try .withoutAnnotations(json: &reader)
      case "spec":
        try reader.readOptionalObject { (key, reader) throws(JSONError) in
          if key == "allocations" { isFixed = try [Allocation]?(json: &reader)?.contains(where: \.isFixed) ?? false }
        }
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

/// An entry of `spec.allocations`.
private struct Allocation: JSONDecodable {
  var isFixed = false

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      guard key == "allocationType" else { return }
      try reader.readOptionalObject { (key, reader) throws(JSONError) in
        if key == "type" { isFixed = try String?(json: &reader) == "Fixed" }
      }
    }
  }
}
