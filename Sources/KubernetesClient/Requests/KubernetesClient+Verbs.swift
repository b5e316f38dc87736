import HTTPTransport
import KubernetesModel
import Serialization

/// What must hold for a delete to happen.
public struct Preconditions: Hashable, Sendable {
  public var uid: String?
  public var resourceVersion: ResourceVersion?

  public init(uid: String? = nil, resourceVersion: ResourceVersion? = nil) {
    self.uid = uid
    self.resourceVersion = resourceVersion
  }
}

/// What becomes of the objects that a deleted object owns.
public enum PropagationPolicy: String, Sendable {
  case background = "Background"
  case foreground = "Foreground"
  case orphan = "Orphan"
}

extension KubernetesClient {
  /// Reads one object.
  public func get<Object: JSONDecodable>(
    _ resource: ResourceType, _ key: ObjectKey, subresource: String? = nil, as type: Object.Type = JSONValue.self
  ) async throws -> Object {
    try await receive(APIRequest(method: .get, path: resource.path(key, subresource: subresource)), as: type)
  }

  /// Reads one object of a kind that knows its resource.
  public func get<Object: TypedObject>(_ type: Object.Type, _ key: ObjectKey) async throws -> Object {
    try await get(Object.resource, key, as: type)
  }

  /// Creates an object; its name may be left to the server by `metadata.generateName`.
  public func create<Object: JSONDecodable>(
    _ resource: ResourceType, namespace: String? = nil, _ object: JSONValue, fieldManager: FieldManager? = nil,
    dryRun: Bool = false, as type: Object.Type = JSONValue.self
  ) async throws -> Object {
    try await receive(
      APIRequest(
        method: .post, path: resource.path(namespace: namespace), query: options(fieldManager, dryRun: dryRun),
        body: object.jsonBytes(), contentType: "application/json"),
      as: type)
  }

  /// Replaces an object; `metadata.resourceVersion`, where set, must be the current one.
  public func update<Object: JSONDecodable>(
    _ resource: ResourceType, _ key: ObjectKey, subresource: String? = nil, _ object: JSONValue,
    fieldManager: FieldManager? = nil, dryRun: Bool = false, as type: Object.Type = JSONValue.self
  ) async throws -> Object {
    try await receive(
      APIRequest(
        method: .put, path: resource.path(key, subresource: subresource), query: options(fieldManager, dryRun: dryRun),
        body: object.jsonBytes(), contentType: "application/json"),
      as: type)
  }

  /// Server-side apply: states every field that `fieldManager` wants, and gives up those it stated before and now does
  /// not.
  ///
  /// - Parameters:
  ///   - force: takes fields over from other managers; controllers do, people at a terminal should not.
  ///   - subresource: `status`, to state the status.
  public func apply<Object: JSONDecodable>(
    _ resource: ResourceType, _ key: ObjectKey, subresource: String? = nil, _ object: JSONValue,
    fieldManager: FieldManager, force: Bool = true, dryRun: Bool = false, as type: Object.Type = JSONValue.self
  ) async throws -> Object {
    var request = APIRequest(
      method: .patch, path: resource.path(key, subresource: subresource), query: options(fieldManager, dryRun: dryRun),
      // JSON is YAML.
      body: object.jsonBytes(), contentType: PatchType.apply.rawValue)
    request.query.append(("force", String(force)))
    return try await receive(request, as: type)
  }

  /// A JSON patch (RFC 6902) or a merge patch (RFC 7396).
  public func patch<Object: JSONDecodable>(
    _ resource: ResourceType, _ key: ObjectKey, subresource: String? = nil, _ type: PatchType, _ patch: JSONValue,
    fieldManager: FieldManager? = nil, dryRun: Bool = false, as answer: Object.Type = JSONValue.self
  ) async throws -> Object {
    try await receive(
      APIRequest(
        method: .patch, path: resource.path(key, subresource: subresource),
        query: options(fieldManager, dryRun: dryRun), body: patch.jsonBytes(), contentType: type.rawValue),
      as: answer)
  }

  /// Deletes an object.
  ///
  /// - Returns: false when there was none.
  @discardableResult
  public func delete(
    _ resource: ResourceType, _ key: ObjectKey, preconditions: Preconditions = Preconditions(),
    propagation: PropagationPolicy = .background, dryRun: Bool = false
  ) async throws -> Bool {
    var conditions: JSONValue = [:]
    if let uid = preconditions.uid { conditions["uid"] = .string(uid) }
    if let version = preconditions.resourceVersion { conditions["resourceVersion"] = .string(version.text) }
    let options: JSONValue = [
      "apiVersion": "v1", "kind": "DeleteOptions", "preconditions": conditions,
      "propagationPolicy": .string(propagation.rawValue),
    ]
    return try await delete(resource, key, options, dryRun: dryRun)
  }

  /// Takes an object away at once, as only whoever runs it may: a kubelet a pod that it has ended.
  ///
  /// - Parameter uid: of the object that is meant; another of the same name is left alone.
  /// - Returns: false when there was none.
  @discardableResult
  public func deleteAtOnce(_ resource: ResourceType, _ key: ObjectKey, uid: String) async throws -> Bool {
    let options: JSONValue = [
      "apiVersion": "v1", "kind": "DeleteOptions", "preconditions": ["uid": .string(uid)], "gracePeriodSeconds": 0,
    ]
    return try await delete(resource, key, options, dryRun: false)
  }

  private func delete(
    _ resource: ResourceType, _ key: ObjectKey, _ options: JSONValue, dryRun: Bool
  ) async throws -> Bool {
    do {
      _ = try await receive(
        APIRequest(
          method: .delete, path: resource.path(key), query: self.options(nil, dryRun: dryRun),
          body: options.jsonBytes(), contentType: "application/json"),
        as: JSONValue.self)
      return true
    } catch let error as StatusError where error.reason == .notFound {
      return false
    }
  }

  private func options(_ manager: FieldManager?, dryRun: Bool) -> [(name: String, value: String)] {
    var query: [(name: String, value: String)] = []
    if let manager { query.append(("fieldManager", manager.name)) }
    if dryRun { query.append(("dryRun", "All")) }
    return query
  }
}
