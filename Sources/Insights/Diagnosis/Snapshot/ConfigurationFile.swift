import KubernetesModel
import Serialization
import TerwayModel

/// A ConfigMap of Terway's with the time of its last change; credentials are left out while it is read.
public struct ConfigurationFile: JSONDecodable, Hashable, Sendable {
  public var map: TerwayConfigMap
  /// Seconds since 1970, by what the API server notes of each writer; `nil` = unknown.
  public var lastChange: Double?

  public init(_ map: TerwayConfigMap, lastChange: Double? = nil) { (self.map, self.lastChange) = (map, lastChange) }

  public init(json reader: inout JSONReader) throws(JSONError) {
    let bytes = try reader.rawValue()
    map = try TerwayConfigMap(jsonBytes: bytes)
    lastChange = try ChangeTimes(jsonBytes: bytes).last ?? RFC3339.seconds(map.metadata.creationTimestamp)
  }

  /// What stands under `eni_conf`; `nil` where it is not there or no JSON object.
  public var configuration: EniConfiguration? {
    if case .configuration(let configuration) = map.content { configuration } else { nil }
  }
}

/// The newest of `metadata.managedFields[].time`.
private struct ChangeTimes: JSONDecodable {
  var last: Double?

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      guard key == "metadata" else { return }
      try reader.readObject { (key, reader) throws(JSONError) in
        guard key == "managedFields", try reader.peekType() == .array else { return }
        try reader.readArray { (reader) throws(JSONError) in
          try reader.readObject { (key, reader) throws(JSONError) in
            guard key == "time" else { return }
            last = [last, try String?(json: &reader).flatMap(RFC3339.seconds)].compactMap(\.self).max()
          }
        }
      }
    }
  }
}
