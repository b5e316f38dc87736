import KubernetesModel
import Monitoring
import Serialization

/// What we read of a CustomResourceDefinition: whether its type can be used, and in which versions.
struct CustomResourceDefinitionView: TypedObject, Hashable {
  static let resource = ResourceType(
    "apiextensions.k8s.io/v1", "CustomResourceDefinition", plural: "customresourcedefinitions", namespaced: false)

  var metadata = ObjectMeta()
  var isEstablished = false
  var servedVersions: Set<String> = []
  /// Which of `GeneratedResource.newerFields` the `spec` of any version has.
  var newerFields: Set<String> = []

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata":
        metadata = try .withoutAnnotations(json: &reader)
      case "spec":
        try reader.readObject { (key, reader) throws(JSONError) in
          guard key == "versions" else { return }
          try reader.readArray { (reader) throws(JSONError) in try readVersion(&reader) }
        }
      case "status":
        try reader.readObject { (key, reader) throws(JSONError) in
          guard key == "conditions", try reader.peekType() == .array else { return }
          try reader.readArray { (reader) throws(JSONError) in
            let condition = try ConditionView(json: &reader)
            if condition.type == "Established" { isEstablished = condition.status == "True" }
          }
        }
      default: break
      }
    }
  }

  private mutating func readVersion(_ reader: inout JSONReader) throws(JSONError) {
    var name = ""
    var isServed = false
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "name": name = try reader.readString()
      case "served": isServed = try reader.readBool()
      case "schema": try readSpecFields(&reader, at: ["openAPIV3Schema", "properties", "spec", "properties"])
      default: break
      }
    }
    if isServed { servedVersions.insert(name) }
  }

  private mutating func readSpecFields(_ reader: inout JSONReader, at path: ArraySlice<String>) throws(JSONError) {
    guard try reader.peekType() == .object else { return }
    try reader.readObject { (key, reader) throws(JSONError) in
      if path.isEmpty, GeneratedResource.newerFields.contains(key.string) { newerFields.insert(key.string) }
      if key.string == path.first { try readSpecFields(&reader, at: path.dropFirst()) }
    }
  }
}

extension CustomResourceDefinitionView {
  /// True when objects of the type can be read and written.
  func serves(_ resource: ResourceType) -> Bool {
    metadata.name == resource.qualifiedName && isEstablished && !metadata.isBeingDeleted
      && servedVersions.contains(resource.kind.version)
  }
}

/// `type` and `status` of a condition.
struct ConditionView: JSONDecodable {
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
