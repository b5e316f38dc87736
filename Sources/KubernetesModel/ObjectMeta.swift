import Serialization

/// The part of `metadata` that controllers read. `managedFields`, often half of an object's bytes, is never materialised.
public struct ObjectMeta: Hashable, Sendable {
  public var name: String
  public var namespace: String?
  public var uid: String
  public var resourceVersion: ResourceVersion
  /// Counts changes of `spec`; 0 where the kind has no generation.
  public var generation: Int64
  /// RFC 3339, as served.
  public var creationTimestamp: String
  /// Set while the object waits for its finalizers.
  public var deletionTimestamp: String?
  public var labels: [String: String]
  public var annotations: [String: String]
  public var ownerReferences: [OwnerReference]
  public var finalizers: [String]

  public init(name: String = "", namespace: String? = nil) {
    self.name = name
    self.namespace = namespace
    self.uid = ""
    self.resourceVersion = ResourceVersion("")
    self.generation = 0
    self.creationTimestamp = ""
    self.deletionTimestamp = nil
    self.labels = [:]
    self.annotations = [:]
    self.ownerReferences = []
    self.finalizers = []
  }

  public var key: ObjectKey { ObjectKey(namespace: namespace, name: name) }
  public var isBeingDeleted: Bool { deletionTimestamp != nil }
}

extension ObjectMeta: JSONDecodable {
  public init(json reader: inout JSONReader) throws(JSONError) {
    self.init()
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "name": name = try String(json: &reader)
      case "namespace": namespace = try String?(json: &reader)
      case "uid": uid = try String(json: &reader)
      case "resourceVersion": resourceVersion = ResourceVersion(try String(json: &reader))
      case "generation": generation = try Int64(json: &reader)
      case "creationTimestamp": creationTimestamp = try String?(json: &reader) ?? ""
      case "deletionTimestamp": deletionTimestamp = try String?(json: &reader)
      case "labels": labels = try [String: String]?(json: &reader) ?? [:]
      case "annotations": annotations = try [String: String]?(json: &reader) ?? [:]
      case "ownerReferences": ownerReferences = try [OwnerReference]?(json: &reader) ?? []
      case "finalizers": finalizers = try [String]?(json: &reader) ?? []
      default: try reader.skipValue()
      }
    }
  }
}

extension ObjectMeta {
  /// Reads all but the annotations, in which `kubectl apply` keeps a copy of the object: for what many are kept of, and for
  /// what can hold secrets.
  public static func withoutAnnotations(json reader: inout JSONReader) throws(JSONError) -> ObjectMeta {
    var metadata = try ObjectMeta(json: &reader)
    metadata.annotations = [:]
    return metadata
  }
}

/// Names the object that this one lives and dies with.
public struct OwnerReference: Hashable, Sendable {
  public var apiVersion: String
  public var kind: String
  public var name: String
  public var uid: String
  /// True for the one owner whose controller manages the object.
  public var isController: Bool
  public var blockOwnerDeletion: Bool

  public init(
    apiVersion: String, kind: String, name: String, uid: String, isController: Bool = true,
    blockOwnerDeletion: Bool = true
  ) {
    self.apiVersion = apiVersion
    self.kind = kind
    self.name = name
    self.uid = uid
    self.isController = isController
    self.blockOwnerDeletion = blockOwnerDeletion
  }

  public var json: JSONValue {
    [
      "apiVersion": .string(apiVersion), "kind": .string(kind), "name": .string(name), "uid": .string(uid),
      "controller": .bool(isController), "blockOwnerDeletion": .bool(blockOwnerDeletion),
    ]
  }
}

extension OwnerReference: JSONDecodable {
  public init(json reader: inout JSONReader) throws(JSONError) {
    self.init(apiVersion: "", kind: "", name: "", uid: "", isController: false, blockOwnerDeletion: false)
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "apiVersion": apiVersion = try String(json: &reader)
      case "kind": kind = try String(json: &reader)
      case "name": name = try String(json: &reader)
      case "uid": uid = try String(json: &reader)
      case "controller": isController = try Bool?(json: &reader) ?? false
      case "blockOwnerDeletion": blockOwnerDeletion = try Bool?(json: &reader) ?? false
      default: try reader.skipValue()
      }
    }
  }
}
