import KubernetesModel
import Serialization

/// One line of a watch stream.
enum WatchEvent<Object: KubernetesObject> {
  case changed(Object)
  /// An object that was added or changed, and that the narrow type cannot read.
  case unreadable(ObjectMeta, JSONError)
  /// The metadata of its last state, with the version of the deletion.
  case deleted(ObjectMeta)
  case bookmark(ResourceVersion, endsInitialEvents: Bool)
  case error(StatusError)

  /// Marks the bookmark that ends the initial events of a streaming list.
  static var initialEventsEnd: String { "k8s.io/initial-events-end" }
}

extension WatchEvent: JSONDecodable {
  init(json reader: inout JSONReader) throws(JSONError) {
    var type: String?
    var decoded: WatchEvent?
    var waiting: [UInt8]?
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "type": type = try String(json: &reader)
      case "object":
        // Servers write the type first; where one does not, the object waits as bytes.
        if let type {
          decoded = try WatchEvent(type: type, object: &reader)
        } else {
          waiting = [UInt8](try reader.rawValue())
        }
      default: try reader.skipValue()
      }
    }
    if let decoded {
      self = decoded
    } else {
      let object = waiting ?? Array("{}".utf8)
      let kind = type ?? "(none)"
      self = try JSONReader.read(object) { (reader) throws(JSONError) in
        try WatchEvent(type: kind, object: &reader)
      }
    }
  }

  private init(type: String, object reader: inout JSONReader) throws(JSONError) {
    switch type {
    case "ADDED", "MODIFIED":
      self = try reader.attempt { (reader) throws(JSONError) in
        .changed(try Object(json: &reader))
      } recover: { (error, reader) throws(JSONError) in
        .unreadable(try MetadataOnly(json: &reader).metadata, error)
      }
    case "DELETED": self = .deleted(try MetadataOnly(json: &reader).metadata)
    case "BOOKMARK":
      let metadata = try MetadataOnly(json: &reader).metadata
      self = .bookmark(
        metadata.resourceVersion, endsInitialEvents: metadata.annotations[Self.initialEventsEnd] == "true")
    case "ERROR": self = .error(try StatusError(json: &reader))
    default:
      try reader.skipValue()
      self = .error(StatusError(code: 500, reason: .internalError, message: "unknown watch event type '\(type)'"))
    }
  }
}
