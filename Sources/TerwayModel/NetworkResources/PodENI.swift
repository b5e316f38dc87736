import KubernetesModel
import Serialization

/// What we read of a `PodENI`: the phase of binding an ENI to a pod.
public struct PodENI: TypedObject, Hashable {
  public static let resource = ResourceType(
    "network.alibabacloud.com/v1beta1", "PodENI", plural: "podenis", namespaced: true)

  /// Without annotations but that of an approval.
  public var metadata = ObjectMeta()
  /// The ECS instance that its ENI is attached to; empty where it is not.
  public var instanceID = ""
  /// Empty before the first step.
  public var phase = ""
  /// An address stays although its pod goes: a pod of the same name gets it again.
  public var isFixed = false

  public init() {}

  public init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata":
        metadata = try ObjectMeta(json: &reader)
        metadata.annotations = metadata.annotations.filter { $0.key == Self.approvalAnnotation }
      case "spec":
        try reader.readOptionalObject { (key, reader) throws(JSONError) in
          if key == "allocations" { isFixed = try [Allocation]?(json: &reader)?.contains(where: \.isFixed) ?? false }
        }
      case "status":
        try reader.readOptionalObject { (key, reader) throws(JSONError) in
          switch key {
          case "phase": phase = try String?(json: &reader) ?? ""
          case "instanceID": instanceID = try String?(json: &reader) ?? ""
          default: break
          }
        }
      default: break
      }
    }
  }

  /// Names, with commas between, the actions on this object that a person has approved.
  public static let approvalAnnotation = "ops.terway.io/approve"

  public func isApproved(_ action: EniAutoscalePolicySpec.Remediation.Action) -> Bool {
    let words = (metadata.annotations[Self.approvalAnnotation] ?? "").split { $0 == "," || $0 == " " }
    return words.contains { $0 == action.rawValue }
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
