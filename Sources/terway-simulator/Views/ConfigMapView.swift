import KubernetesModel
import Serialization

/// The `eni_conf` of a ConfigMap. It may hold access keys: it goes into the stand-in and nowhere else.
struct ConfigMapView: TypedObject {
  static let resource = ResourceType("v1", "ConfigMap", plural: "configmaps", namespaced: true)
  static let namespace = "kube-system"

  var metadata = ObjectMeta()
  var text: String?

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata":
        metadata = try .withoutAnnotations(json: &reader)
      case "data":
        guard try reader.peekType() == .object else { return try reader.skipValue() }
        try reader.readObject { (key, reader) throws(JSONError) in
          guard key == "eni_conf" else { return try reader.skipValue() }
          text = try String(json: &reader)
        }
      default: try reader.skipValue()
      }
    }
  }
}
