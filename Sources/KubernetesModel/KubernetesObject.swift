import Serialization

/// A narrow view of an object: it decodes the fields that somebody reads and nothing else.
public protocol KubernetesObject: JSONDecodable, Sendable {
  var metadata: ObjectMeta { get }
}

/// A narrow view of one kind of object.
public protocol TypedObject: KubernetesObject {
  /// The type it is served as.
  static var resource: ResourceType { get }
}

extension KubernetesObject {
  public var key: ObjectKey { metadata.key }
}

/// Just the metadata of an object of any kind.
public struct MetadataOnly: KubernetesObject, Hashable {
  public var metadata = ObjectMeta()

  public init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata": metadata = try ObjectMeta(json: &reader)
      default: try reader.skipValue()
      }
    }
  }
}
