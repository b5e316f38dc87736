import KubernetesModel
import Serialization

/// What we keep of an object that we generated: its metadata and a fingerprint of everything that a person could edit.
///
/// A hundred profiles own megabytes of dashboards; the cache holds none of them.
struct GeneratedObject: KubernetesObject, Hashable {
  var metadata = ObjectMeta()
  /// Equal for equal content, within this process. Leaves out `status` and what the server writes into `metadata`.
  var fingerprint = 0

  init(json reader: inout JSONReader) throws(JSONError) {
    var hasher = Hasher()
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata":
        metadata = try ObjectMeta(json: &reader)
      case "status":
        break
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
