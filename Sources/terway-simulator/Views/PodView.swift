import KubernetesModel
import Serialization
import TerwaySimulation

/// What the scheduler, the kubelet and Terway read of a Pod.
struct PodView: TypedObject {
  static let resource = ResourceType("v1", "Pod", plural: "pods", namespaced: true)

  /// Name, namespace, uid and version only.
  var metadata = ObjectMeta()
  /// A lifetime is in played seconds.
  var facts = StandIn.PodFacts(key: ObjectKey(name: ""), uid: "")

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata": takeMetadata(try ObjectMeta(json: &reader))
      case "spec": try readSpec(&reader)
      case "status": try readStatus(&reader)
      default: try reader.skipValue()
      }
    }
  }

  private mutating func takeMetadata(_ whole: ObjectMeta) {
    metadata = ObjectMeta(name: whole.name, namespace: whole.namespace)
    (metadata.uid, metadata.resourceVersion) = (whole.uid, whole.resourceVersion)
    (facts.key, facts.uid) = (whole.key, whole.uid)
    facts.isBeingDeleted = whole.isBeingDeleted
    facts.isDaemon =
      whole.namespace == "kube-system"
      && StandIn.daemonLabels.allSatisfy { whole.labels[$0.key] == $0.value }
    facts.lifetime = whole.annotations[StandIn.lifetimeAnnotation].flatMap { Double($0) }
  }

  private mutating func readSpec(_ reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "nodeName": facts.node = try String?(json: &reader) ?? ""
      case "hostNetwork": facts.usesHostNetwork = try Bool?(json: &reader) ?? false
      case "containers":
        try reader.readArray { (reader) throws(JSONError) in
          try reader.readObject { (key, reader) throws(JSONError) in
            guard key == "name" else { return try reader.skipValue() }
            facts.containers.append(try String(json: &reader))
          }
        }
      default: try reader.skipValue()
      }
    }
  }

  private mutating func readStatus(_ reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "phase": facts.phase = try String?(json: &reader) ?? ""
      case "podIP": facts.address = try String?(json: &reader)
      case "hostIP": facts.isWaitingVisibly = try String?(json: &reader)?.isEmpty == false
      default: try reader.skipValue()
      }
    }
  }
}
