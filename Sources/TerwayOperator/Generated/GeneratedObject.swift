import KubernetesModel
import Serialization

/// What we keep of an object that we generated: its metadata and a fingerprint of everything that a person could edit.
///
/// A hundred profiles own megabytes of dashboards; the cache holds none of them.
struct GeneratedObject: KubernetesObject, Hashable {
  var metadata = ObjectMeta()
  /// Equal for equal content, within this process. Leaves out `status` and what the server writes into `metadata`.
  var fingerprint = 0
  /// The `Complete` or `Failed` condition of a Job that has one.
  var jobOutcome: String?

  init(json reader: inout JSONReader) throws(JSONError) {
    var hasher = Hasher()
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata":
        metadata = try ObjectMeta(json: &reader)
      case "status":
        jobOutcome = try JobStatus(json: &reader).outcome
      // The items of a list of built-in objects do not have them.
      case "apiVersion", "kind": break
      default:
        let bytes = try reader.rawValue()
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
      }
    }
    hasher.combine(metadata.labels)
    hasher.combine(metadata.annotations)
    hasher.combine(metadata.ownerReferences)
    hasher.combine(metadata.finalizers)
    hasher.combine(metadata.deletionTimestamp)
    fingerprint = hasher.finalize()
    // Annotations can be as large as the object; nothing reads them.
    metadata.annotations = [:]
  }

  /// The profile that owns it.
  var owner: OwnerReference? {
    metadata.ownerReferences.first { $0.kind == "TerwayMonitoringProfile" && $0.isController }
  }
}

private struct JobStatus: JSONDecodable {
  var outcome: String?

  init(json reader: inout JSONReader) throws(JSONError) {
    if try reader.readNull() { return }
    try reader.readObject { (key, reader) throws(JSONError) in
      guard key == "conditions" else { return }
      for condition in try [ConditionView]?(json: &reader) ?? [] where condition.status == "True" {
        if condition.type == "Complete" || condition.type == "Failed" { outcome = condition.type }
      }
    }
  }
}

/// An object as it was just read or written, whole, together with its narrow view.
struct LiveObject: JSONDecodable, Sendable {
  var content: JSONValue
  var view: GeneratedObject

  init(json reader: inout JSONReader) throws(JSONError) {
    let bytes = try reader.rawValue()
    content = try JSONValue(jsonBytes: bytes)
    view = try GeneratedObject(jsonBytes: bytes)
  }
}
