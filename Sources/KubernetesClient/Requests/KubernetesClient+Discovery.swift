import HTTPTransport
import KubernetesModel
import Serialization

/// What `/version` says.
public struct ServerVersion: Hashable, Sendable, JSONDecodable {
  /// Such as `v1.36.2`.
  public var gitVersion = ""

  public init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "gitVersion": gitVersion = try String(json: &reader)
      default: try reader.skipValue()
      }
    }
  }
}

extension ServerVersion {
  /// Whether this is that release of Kubernetes or a later one; `nil` when the text does not tell.
  public func isAtLeast(_ major: Int, _ minor: Int) -> Bool? {
    let parts = gitVersion.drop { $0 == "v" }.split(separator: ".").prefix(2).map { part in
      Int(part.prefix { ("0"..."9").contains($0) })
    }
    guard parts.count == 2, let mine = parts[0], let minorOfMine = parts[1] else { return nil }
    return (mine, minorOfMine) >= (major, minor)
  }
}

extension KubernetesClient {
  public func version() async throws -> ServerVersion {
    let version = try await receive(
      APIRequest(method: .get, path: "/version", deadline: .seconds(10)), as: ServerVersion.self)
    listStreaming.note(version)
    return version
  }

  /// What the server's clock says, in whole seconds since 1970; `nil` where its answer does not tell.
  public func serverTime() async throws -> Double? {
    let answer = try await send(APIRequest(method: .get, path: "/version", deadline: .seconds(10)))
    return answer.headers["Date"].flatMap(HTTPDate.read).map(Double.init)
  }

  /// The types that a group serves in one version, without their subresources; empty when it does not serve it.
  public func resources(inGroupVersion apiVersion: String) async throws -> [ResourceType] {
    let path = apiVersion.contains("/") ? "/apis/\(apiVersion)" : "/api/\(apiVersion)"
    do {
      let answer = try await receive(APIRequest(method: .get, path: path), as: JSONValue.self)
      return (answer["resources"]?.array ?? []).compactMap { entry in
        guard let plural = entry["name"]?.string, !plural.contains("/"), let kind = entry["kind"]?.string else {
          return nil
        }
        return ResourceType(apiVersion, kind, plural: plural, namespaced: entry["namespaced"]?.bool ?? false)
      }
    } catch let error as StatusError where error.reason == .notFound {
      return []
    }
  }

  /// What a permission check was about and how it ended.
  public struct AccessReview: Hashable, Sendable {
    public var isAllowed: Bool
    public var reason: String
  }

  /// Asks whether we may do something (`SelfSubjectAccessReview`, which everybody may create).
  public func mayI(
    _ verb: String, _ resource: ResourceType, namespace: String? = nil, subresource: String? = nil
  ) async throws -> AccessReview {
    var attributes: JSONValue = [
      "verb": .string(verb), "group": .string(resource.kind.group), "resource": .string(resource.plural),
    ]
    if let namespace { attributes["namespace"] = .string(namespace) }
    if let subresource { attributes["subresource"] = .string(subresource) }
    let review = ResourceType(
      "authorization.k8s.io/v1", "SelfSubjectAccessReview", plural: "selfsubjectaccessreviews", namespaced: false)
    let answer: JSONValue = try await create(
      review,
      [
        "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
        "spec": ["resourceAttributes": attributes],
      ])
    return AccessReview(
      isAllowed: answer.at("status", "allowed")?.bool ?? false, reason: answer.at("status", "reason")?.string ?? "")
  }
}
