import KubernetesModel
import Monitoring
import Serialization

/// What we read of a `Prometheus` resource: what it selects, and its version.
struct PrometheusView: TypedObject, Hashable {
  static let resource = ResourceType(
    "monitoring.coreos.com/v1", "Prometheus", plural: "prometheuses", namespaced: true)

  var metadata: ObjectMeta
  var detected: DetectedPrometheus

  init(json reader: inout JSONReader) throws(JSONError) {
    let bytes = try reader.rawValue()
    metadata = try MetadataOnly(jsonBytes: bytes).metadata
    metadata.annotations = [:]
    detected = try DetectedPrometheus(jsonBytes: bytes)
  }
}
