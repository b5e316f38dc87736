import KubernetesModel
import Serialization
import TerwaySimulation

/// What the kubelet and Terway read of a Kubernetes Node.
struct NodeView: TypedObject {
  static let resource = ResourceType("v1", "Node", plural: "nodes", namespaced: false)

  /// Without labels and annotations.
  var metadata = ObjectMeta()
  var facts = StandIn.NodeFacts(name: "")
  /// The condition `SufficientIP`.
  var hasSufficientIPs: Bool?

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata": takeMetadata(try ObjectMeta(json: &reader))
      case "status":
        let conditions = try JSONValue(json: &reader)["conditions"]?.array ?? []
        hasSufficientIPs = conditions.first { $0["type"] == "SufficientIP" }.map { $0["status"] == "True" }
      default: try reader.skipValue()
      }
    }
  }

  private mutating func takeMetadata(_ whole: ObjectMeta) {
    metadata = whole
    (metadata.labels, metadata.annotations) = ([:], [:])
    facts = StandIn.NodeFacts(name: whole.name)
    facts.uid = whole.uid
    facts.zone = whole.labels["topology.kubernetes.io/zone"] ?? ""
    facts.configuration = whole.labels["terway-config"].flatMap { $0.isEmpty ? nil : $0 }
    facts.isExclusive = whole.labels["k8s.aliyun.com/exclusive-mode-eni-type"] == "eniOnly"
    facts.faults = whole.annotations[StandIn.faultsAnnotation] ?? ""
  }
}
