import Foundation
import KubernetesModel
import Serialization

/// An object as an API server is to have it.
struct StagedObject: Hashable, Sendable {
  var reference: ObjectReference
  /// Without a status.
  var content: JSONValue
  /// `nil` = what the server says of it.
  var status: JSONValue?

  init(
    _ resource: ResourceType, _ metadata: ObjectMeta, _ content: JSONValue = [:], status: JSONValue? = nil
  ) {
    reference = ObjectReference(resource, ObjectKey(namespace: metadata.namespace, name: metadata.name))
    var content = content
    (content["apiVersion"], content["kind"]) = (.string(resource.kind.apiVersion), .string(resource.kind.kind))
    var own: JSONValue = ["name": .string(metadata.name), "labels": JSONValue(metadata.labels)]
    if let namespace = metadata.namespace { own["namespace"] = .string(namespace) }
    content["metadata"] = own
    (self.content, self.status) = (content, status)
  }
}

extension JSONValue {
  /// A condition of an object.
  static func condition(_ type: String, _ isTrue: Bool) -> JSONValue {
    ["type": .string(type), "status": isTrue ? "True" : "False"]
  }

  /// What `Codable` makes of a value.
  static func encoding(_ value: some Encodable) throws -> JSONValue {
    try JSONValue(jsonText: String(decoding: JSONEncoder().encode(value), as: UTF8.self))
  }
}
