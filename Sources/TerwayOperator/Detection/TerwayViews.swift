import KubernetesModel
import Serialization

/// What we read of the ConfigMap `eni-config`: who owns the IP pools, whether Hubble serves metrics, and nothing else.
///
/// Its `eni_conf` can hold access keys, and so can the annotation in which `kubectl apply` keeps a copy. Neither is kept.
struct EniConfigView: TypedObject {
  static let resource = ResourceType("v1", "ConfigMap", plural: "configmaps", namespaced: true)

  var metadata = ObjectMeta()
  var facts = Facts()

  struct Facts: Hashable, Sendable {
    /// `ipam_type` of `eni_conf`; empty where it names none.
    var ipamType = ""
    /// Where Hubble serves its metrics; `nil` while it is off.
    var hubblePort: UInt16?
    /// True when `eni_conf` is no JSON object.
    var isMalformed = false
  }

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata":
        metadata = try .withoutAnnotations(json: &reader)
      case "data":
        guard try reader.peekType() == .object else { return }
        try reader.readObject { (key, reader) throws(JSONError) in
          // The datapath's settings stand beside the pool's, or in the configuration of the CNI plugin.
          guard ["eni_conf", "10-terway.conf", "10-terway.conflist"].contains(key.string) else { return }
          let text = try reader.readString()
          do throws(JSONError) {
            take(try Configuration(jsonText: text))
          } catch {
            // The error could quote what stands there; only the fact is kept.
            if key == "eni_conf" { facts.isMalformed = true }
          }
        }
      default: break
      }
    }
  }

  private mutating func take(_ configuration: Configuration) {
    if !configuration.ipamType.isEmpty { facts.ipamType = configuration.ipamType }
    if configuration.isHubbleOn {
      facts.hubblePort = configuration.hubbleAddress.map(ReachablePort.of) ?? Configuration.hubblePort
    }
  }
}

/// The few settings that we look at.
private struct Configuration: JSONDecodable {
  /// Where Hubble serves its metrics when nothing else is said.
  static let hubblePort: UInt16 = 9091

  var ipamType = ""
  var isHubbleOn = false
  var hubbleAddress: String?

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "ipam_type": ipamType = try String?(json: &reader) ?? ""
      case "cilium_enable_hubble":
        // A string as the documentation has it, a Boolean as one would write it.
        let value = try JSONValue(json: &reader)
        isHubbleOn = value.string == "true" || value.bool == true
      case "cilium_hubble_metrics_server": hubbleAddress = try JSONValue(json: &reader).string
      case "plugins":
        for plugin in try [Configuration]?(json: &reader) ?? [] where plugin.isHubbleOn {
          isHubbleOn = true
          hubbleAddress = plugin.hubbleAddress
        }
      default: try reader.skipValue()
      }
    }
  }
}

/// What we read of the ConfigMap `terway-controlplane`: whether the controlplane serves metrics.
///
/// The file in it can name credentials; nothing else of it is kept.
struct ControlplaneConfigView: TypedObject {
  static let resource = EniConfigView.resource

  var metadata = ObjectMeta()
  /// Where it serves metrics; `nil` when it does not, as by default, or when the file cannot be read.
  var metricsPort: UInt16?

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata":
        metadata = try .withoutAnnotations(json: &reader)
      case "data":
        guard try reader.peekType() == .object else { return }
        try reader.readObject { (key, reader) throws(JSONError) in
          guard key == "ctrl-config.yaml" else { return }
          metricsPort = Self.port(in: try reader.readString())
        }
      default: break
      }
    }
  }

  private static func port(in text: String) -> UInt16? {
    do throws(YAMLError) {
      let address = try YAML.documents(in: text, file: "ctrl-config.yaml").first?.value["metricsBindAddress"]
      return address?.string.flatMap(ReachablePort.of)
    } catch {
      // The error could quote what stands there.
      return nil
    }
  }
}
