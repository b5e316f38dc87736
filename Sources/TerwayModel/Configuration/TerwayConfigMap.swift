import KubernetesModel
import Serialization

/// What we read of a ConfigMap beside Terway: the configuration of pools, of the cluster or of single nodes, and whether the
/// controlplane is degraded. Credentials are not kept, and neither are annotations, in which `kubectl apply` keeps a copy.
public struct TerwayConfigMap: TypedObject, Hashable {
  public static let resource = ResourceType("v1", "ConfigMap", plural: "configmaps", namespaced: true)
  /// Where Terway looks for all of them.
  public static let namespace = "kube-system"
  /// The one of the cluster.
  public static let base = ObjectKey(namespace: namespace, name: "eni-config")
  /// The one of the controlplane.
  public static let controlplane = ObjectKey(namespace: namespace, name: "terway-controlplane")
  /// The key under which a configuration is.
  public static let key = "eni_conf"

  /// What stands under `eni_conf`.
  public enum Content: Hashable, Sendable {
    case none
    /// No JSON object.
    case malformed
    case configuration(EniConfiguration)

    public var configuration: EniConfiguration? { if case .configuration(let value) = self { value } else { nil } }
  }

  /// Without annotations.
  public var metadata = ObjectMeta()
  public var content = Content.none
  /// When somebody last changed its data, in seconds since 1970; `nil` where the server does not tell.
  public var changed: Double?
  /// `degradation` of the controlplane's file. Empty = none.
  public var degradation = ""
  /// Those that keep the controlplane from changing anything.
  public static let paralysingDegradations: Set<String> = ["l0", "l1"]

  public init() {}

  public init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata":
        let bytes = try reader.rawValue()
        metadata = try ObjectMeta(jsonBytes: bytes)
        metadata.annotations = [:]
        changed = try DataChange(jsonBytes: bytes).time
      case "data":
        try reader.readOptionalObject { (key, reader) throws(JSONError) in
          switch key.string {
          case Self.key:
            content = EniConfiguration(text: try reader.readString()).map(Content.configuration) ?? .malformed
          case "ctrl-config.yaml": degradation = Self.degradation(in: try reader.readString())
          default: break
          }
        }
      default: break
      }
    }
  }

  private static func degradation(in text: String) -> String {
    do throws(YAMLError) {
      return try YAML.documents(in: text, file: "ctrl-config.yaml").first?.value["degradation"]?.string ?? ""
    } catch {
      // The error could quote what stands there.
      return ""
    }
  }
}

/// What `metadata.managedFields` tells of changes of data.
private struct DataChange: JSONDecodable {
  /// Of the last one, in seconds since 1970.
  var time: Double?

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      guard key == "managedFields" else { return try reader.skipValue() }
      for entry in try JSONValue(json: &reader).array ?? [] where entry.at("fieldsV1", "f:data") != nil {
        guard let change = entry["time"]?.string.flatMap({ RFC3339.seconds($0) }) else { continue }
        time = max(time ?? change, change)
      }
    }
  }
}
