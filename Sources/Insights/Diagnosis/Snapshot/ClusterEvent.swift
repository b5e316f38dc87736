import KubernetesModel
import Serialization

/// What we read of an Event, whichever of both APIs wrote it.
public struct ClusterEvent: JSONDecodable, Hashable, Sendable {
  public static let resource = ResourceType("v1", "Event", plural: "events", namespaced: true)
  /// A note that is longer is cut: some hold a whole answer of the cloud.
  static let longestNote = 600

  public var reason = ""
  public var note = ""
  public var kind = ""
  public var key = ObjectKey(name: "")
  /// Seconds since 1970.
  public var lastSeen = 0.0
  public var count = 1

  public init() {}

  public init(json reader: inout JSONReader) throws(JSONError) {
    var times: [Double] = []
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "reason": reason = try String?(json: &reader) ?? ""
      case "message": note = String((try String?(json: &reader) ?? "").prefix(Self.longestNote))
      case "involvedObject":
        let object = try JSONValue(json: &reader)
        kind = object["kind"]?.string ?? ""
        self.key = ObjectKey(namespace: object["namespace"]?.string, name: object["name"]?.string ?? "")
      case "lastTimestamp", "eventTime", "firstTimestamp":
        if let time = try String?(json: &reader).flatMap(RFC3339.seconds) { times.append(time) }
      case "count": count = max(count, try Int?(json: &reader) ?? 1)
      case "series":
        let series = try JSONValue(json: &reader)
        count = max(count, Int(clamping: series["count"]?.integer ?? 1))
        if let time = series["lastObservedTime"]?.string.flatMap(RFC3339.seconds) { times.append(time) }
      case "metadata":
        let metadata = try JSONValue(json: &reader)
        if let time = metadata["creationTimestamp"]?.string.flatMap(RFC3339.seconds) { times.append(time) }
      default: break
      }
    }
    lastSeen = times.max() ?? 0
  }

  /// Whether it is of any use to a diagnosis.
  public var isKnown: Bool { KnownCode.isKnown(reason) }

  /// `Pod default/web-1`.
  var object: String { "\(kind) \(key)" }
}
