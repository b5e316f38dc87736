import KubernetesModel
import Serialization

/// What the daemon and the controlplane read of Terway's Node resource; what the controlplane itself writes is not among it.
struct ResourceView: TypedObject {
  static let resource = ResourceType(
    "network.alibabacloud.com/v1beta1", "Node", plural: "nodes", namespaced: false)

  var metadata = ObjectMeta()
  var spec: JSONValue = [:]
  /// In seconds since 1970.
  var nextSync: Double?

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata": metadata = try ObjectMeta(json: &reader)
      case "spec": spec = try JSONValue(json: &reader)
      case "status":
        try reader.readObject { (key, reader) throws(JSONError) in
          guard key == "nextSyncOpenAPITime" else { return try reader.skipValue() }
          nextSync = try String?(json: &reader).flatMap(RFC3339.seconds)
        }
      default: try reader.skipValue()
      }
    }
  }

  /// Whether only the status is another: the daemon looks closer at other changes.
  func differsInStatusOnly(from other: ResourceView) -> Bool {
    spec == other.spec && metadata.labels == other.metadata.labels && metadata.annotations == other.metadata.annotations
  }
}

/// The status of a resource, whole.
struct ResourceStatus: KubernetesObject {
  var metadata = ObjectMeta()
  var status: JSONValue = [:]

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata": metadata = try ObjectMeta(json: &reader)
      case "status": status = try JSONValue(json: &reader)
      default: try reader.skipValue()
      }
    }
  }
}
