import HTTPTransport
import KubernetesModel

/// Which part of a container's log is wanted.
public struct LogOptions: Hashable, Sendable {
  /// Needed where the pod has several.
  public var container: String?
  /// The container's former instance.
  public var previous: Bool
  public var tailLines: Int?
  public var since: Duration?
  /// The most bytes that the server sends.
  public var limitBytes: Int?
  /// Stay and wait for more.
  public var follow: Bool

  public init(
    container: String? = nil, previous: Bool = false, tailLines: Int? = nil, since: Duration? = nil,
    limitBytes: Int? = nil, follow: Bool = false
  ) {
    self.container = container
    self.previous = previous
    self.tailLines = tailLines
    self.since = since
    self.limitBytes = limitBytes
    self.follow = follow
  }
}

extension KubernetesClient {
  /// Opens a container's log; bytes stream as they come.
  public func logs(pod: ObjectKey, _ options: LogOptions = LogOptions()) async throws -> HTTPBody {
    let pods = ResourceType("v1", "Pod", plural: "pods", namespaced: true)
    var request = APIRequest(method: .get, path: pods.path(pod, subresource: "log"), accept: "*/*")
    if let container = options.container { request.query.append(("container", container)) }
    if options.previous { request.query.append(("previous", "true")) }
    if let lines = options.tailLines { request.query.append(("tailLines", String(lines))) }
    if let since = options.since { request.query.append(("sinceSeconds", String(Int64(since.seconds.rounded(.up))))) }
    if let limit = options.limitBytes { request.query.append(("limitBytes", String(limit))) }
    if options.follow {
      request.query.append(("follow", "true"))
      request.deadline = nil
    }
    request.usesOwnConnection = true
    return try await send(request).body
  }
}
