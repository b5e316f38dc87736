import HTTPTransport
import KubernetesModel
import Serialization

/// A set of objects of one type, as lists and watches name it.
public struct ResourceSelection: Hashable, Sendable {
  public var resource: ResourceType
  /// `nil` for all namespaces.
  public var namespace: String?
  public var labels: LabelSelector
  /// Such as `metadata.name=eni-config`.
  public var fields: String

  public init(
    _ resource: ResourceType, namespace: String? = nil, labels: LabelSelector = LabelSelector(), fields: String = ""
  ) {
    self.resource = resource
    self.namespace = namespace
    self.labels = labels
    self.fields = fields
  }

  var path: String { resource.path(namespace: namespace) }

  var query: [(name: String, value: String)] {
    var query: [(name: String, value: String)] = []
    if !labels.isEmpty { query.append(("labelSelector", labels.queryText)) }
    if !fields.isEmpty { query.append(("fieldSelector", fields)) }
    return query
  }
}

extension ResourceSelection: CustomStringConvertible {
  public var description: String {
    var text = resource.qualifiedName
    if let namespace { text += " in namespace \(namespace)" }
    if !labels.isEmpty { text += " with labels \(labels.queryText)" }
    if !fields.isEmpty { text += " with \(fields)" }
    return text
  }
}

/// One page of a list.
public struct ListPage<Object: Sendable>: Sendable {
  public var items: [Object]
  public var resourceVersion: ResourceVersion
  /// Asks for the next page; `nil` on the last.
  public var continueToken: String?
}

extension KubernetesClient {
  /// How many objects a page holds.
  public static let pageSize = 500

  /// Reads one page.
  ///
  /// - Parameters:
  ///   - notOlderThan: empty for the newest state; else the server may answer from its cache, if that is as new as this.
  ///   - continueToken: of the page before; then `notOlderThan` must be empty.
  public func page<Object: JSONDecodable & Sendable>(
    of selection: ResourceSelection, limit: Int = pageSize, notOlderThan version: String = "",
    continueToken: String? = nil, as type: Object.Type
  ) async throws -> ListPage<Object> {
    var items: [Object] = []
    let end = try await readPage(of: selection, limit: limit, notOlderThan: version, continueToken: continueToken) {
      (reader) throws(JSONError) in items.append(try Object(json: &reader))
    }
    return ListPage(items: items, resourceVersion: end.resourceVersion, continueToken: end.continueToken)
  }

  /// Reads one page, item by item as the bytes arrive, so that the bytes of a page are never held together.
  ///
  /// - Parameter limit: `nil` for all objects at once, as a server's cache has them.
  func readPage(
    of selection: ResourceSelection, limit: Int? = pageSize, notOlderThan version: String, continueToken: String?,
    onItem: (inout JSONReader) throws(JSONError) -> Void
  ) async throws -> ListEnd {
    var request = APIRequest(method: .get, path: selection.path, query: selection.query)
    if let limit { request.query.append(("limit", String(limit))) }
    if !version.isEmpty {
      request.query.append(("resourceVersion", version))
      // To be given with 0 as well, servers had to learn.
      if version != "0" { request.query.append(("resourceVersionMatch", "NotOlderThan")) }
    }
    if let continueToken { request.query.append(("continue", continueToken)) }
    request.usesOwnConnection = true
    request.deadline = .seconds(limit == nil ? 300 : 120)
    request.idleTimeout = .seconds(30)
    let response = try await send(request)
    var scanner = JSONItemScanner(.list(itemsMember: "items"))
    for try await chunk in response.body { try scanner.feed(chunk, onItem) }
    return try ListEnd(jsonBytes: try scanner.finish())
  }

  /// How new a list has to be.
  public enum Freshness: Sendable {
    /// The state of this moment, which the server reads from etcd, page by page.
    case newest
    /// As the server's own cache has it, all at once: many times faster, usually by milliseconds older, and older still on a
    /// server that has lost etcd. What the cache does not hold, such as Events, the server reads from etcd in one piece.
    case cached
  }

  /// Reads all objects.
  public func list<Object: JSONDecodable & Sendable>(
    _ selection: ResourceSelection, _ freshness: Freshness = .newest, as type: Object.Type = JSONValue.self
  ) async throws -> [Object] {
    var items: [Object] = []
    try await forEach(of: selection, freshness, as: type) { items.append($0) }
    return items
  }

  /// Reads all objects, and hands over each as it arrives.
  public func forEach<Object: JSONDecodable & Sendable>(
    of selection: ResourceSelection, _ freshness: Freshness = .newest, as type: Object.Type, _ take: (Object) -> Void
  ) async throws {
    let isPaged = freshness == .newest
    var token: String?
    repeat {
      token = try await readPage(
        of: selection, limit: isPaged ? Self.pageSize : nil, notOlderThan: isPaged ? "" : "0", continueToken: token
      ) { (reader) throws(JSONError) in take(try Object(json: &reader)) }.continueToken
    } while token != nil
  }
}

/// What surrounds the items of a list.
struct ListEnd: JSONDecodable {
  var resourceVersion = ResourceVersion("")
  var continueToken: String?

  init(json reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      guard key == "metadata" else { return try reader.skipValue() }
      try reader.readObject { (key, reader) throws(JSONError) in
        switch key {
        case "resourceVersion": resourceVersion = ResourceVersion(try String(json: &reader))
        case "continue":
          let token = try String(json: &reader)
          continueToken = token.isEmpty ? nil : token
        default: try reader.skipValue()
        }
      }
    }
  }
}
