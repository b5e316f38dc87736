import KubernetesModel
import Serialization

@testable import ControllerRuntime

/// An object with one field.
struct Thing: KubernetesObject, Hashable {
  var metadata = ObjectMeta()
  var color = ""

  init(_ name: String, version: Int, uid: String = "", color: String = "") {
    metadata = ObjectMeta(name: name, namespace: "here")
    metadata.resourceVersion = ResourceVersion("\(version)")
    metadata.uid = uid
    self.color = color
  }

  init(json reader: inout JSONReader) throws(JSONError) { metadata = try ObjectMeta(json: &reader) }

  static let byColor = StoreIndex<Thing, String>("color") { $0.color.isEmpty ? [] : [$0.color] }

  static func key(_ name: String) -> ObjectKey { ObjectKey(namespace: "here", name: name) }
}

extension StoreChange where Object == Thing {
  /// Such as `+a1`, `~a1>2`, `-a2`.
  var text: String {
    switch self {
    case .added(let thing): "+\(thing.metadata.name)\(thing.metadata.resourceVersion)"
    case .updated(let former, let thing):
      "~\(thing.metadata.name)\(former.metadata.resourceVersion)>\(thing.metadata.resourceVersion)"
    case .deleted(let thing): "-\(thing.metadata.name)\(thing.metadata.resourceVersion)"
    }
  }
}
