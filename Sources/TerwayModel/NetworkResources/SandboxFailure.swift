import KubernetesModel
import Serialization

/// What we read of an Event in which a kubelet says that it could not set up a pod: which pod, and whether that was for the
/// want of a network.
public struct SandboxFailure: TypedObject, Hashable {
  public static let resource = ResourceType("events.k8s.io/v1", "Event", plural: "events", namespaced: true)
  /// By which the server finds them.
  public static let reason = "FailedCreatePodSandBox"

  /// Name, namespace, uid and version only.
  public var metadata = ObjectMeta()
  public var podUID = ""
  /// The note speaks of the network; of the note itself nothing is kept.
  public var isOfNetwork = false

  public init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata":
        let whole = try ObjectMeta(json: &reader)
        metadata = ObjectMeta(name: whole.name, namespace: whole.namespace)
        (metadata.uid, metadata.resourceVersion) = (whole.uid, whole.resourceVersion)
      case "regarding":
        try reader.readOptionalObject { (key, reader) throws(JSONError) in
          if key == "uid" { podUID = try String?(json: &reader) ?? "" }
        }
      case "note": isOfNetwork = try String?(json: &reader)?.contains("network") ?? false
      default: break
      }
    }
  }
}
