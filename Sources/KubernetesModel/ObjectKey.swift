/// Where an object is found among those of its type.
public struct ObjectKey: Hashable, Sendable {
  /// `nil` for cluster-scoped objects.
  public var namespace: String?
  public var name: String

  public init(namespace: String? = nil, name: String) {
    self.namespace = namespace
    self.name = name
  }
}

extension ObjectKey: CustomStringConvertible, Comparable {
  /// `namespace/name`, or just the name.
  public var description: String { namespace.map { "\($0)/\(name)" } ?? name }

  public static func < (left: ObjectKey, right: ObjectKey) -> Bool {
    (left.namespace ?? "", left.name) < (right.namespace ?? "", right.name)
  }
}

/// A type and a key: names one object of the cluster.
public struct ObjectReference: Hashable, Sendable {
  public var resource: ResourceType
  public var key: ObjectKey

  public init(_ resource: ResourceType, _ key: ObjectKey) {
    self.resource = resource
    self.key = key
  }
}

extension ObjectReference: CustomStringConvertible {
  public var description: String { "\(resource.kind.kind) \(key)" }
}
