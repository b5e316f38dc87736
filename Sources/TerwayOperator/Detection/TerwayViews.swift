import KubernetesModel
import Serialization

/// What we read of the ConfigMap `eni-config`: who owns the IP pools, and nothing else.
///
/// Its `eni_conf` can hold access keys, and so can the annotation in which `kubectl apply` keeps a copy. Neither is kept.
struct EniConfigView: TypedObject, Hashable {
  static let resource = ResourceType("v1", "ConfigMap", plural: "configmaps", namespaced: true)

  var metadata = ObjectMeta()
  /// `ipam_type` of `eni_conf`; empty where it names none.
  var ipamType = ""
  /// True when `eni_conf` is no JSON object.
  var isMalformed = false

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata":
        metadata = try ObjectMeta(json: &reader)
        metadata.annotations = [:]
      case "data":
        guard try reader.peekType() == .object else { return }
        try reader.readObject { (key, reader) throws(JSONError) in
          guard key == "eni_conf" else { return }
          let text = try reader.readString()
          do throws(JSONError) {
            ipamType = try IPAMType(jsonText: text).text
          } catch {
            // The error could quote what stands there; only the fact is kept.
            isMalformed = true
          }
        }
      default: break
      }
    }
  }
}

private struct IPAMType: JSONDecodable {
  var text = ""

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      if key == "ipam_type" { text = try String?(json: &reader) ?? "" }
    }
  }
}

/// What we read of the DaemonSet `terway-eniip`: the version of Terway.
struct TerwayDaemonView: TypedObject, Hashable {
  static let resource = ResourceType("apps/v1", "DaemonSet", plural: "daemonsets", namespaced: true)

  var metadata = ObjectMeta()
  /// The tag of the image of the container `terway`; empty where there is none.
  var version = ""

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata":
        metadata = try ObjectMeta(json: &reader)
        metadata.annotations = [:]
      case "spec":
        let content = try JSONValue(json: &reader)
        let containers = content.at("template", "spec", "containers")?.array ?? []
        let image = containers.first { $0["name"]?.string == "terway" }?["image"]?.string
        version = image.flatMap(Self.tag) ?? ""
      default: break
      }
    }
  }

  /// The tag of `registry:5000/path/name:tag@sha256:…`.
  static func tag(of image: String) -> String? {
    let name = image.split(separator: "@").first?.split(separator: "/").last ?? ""
    let parts = name.split(separator: ":", maxSplits: 1)
    return parts.count == 2 ? String(parts[1]) : nil
  }
}
