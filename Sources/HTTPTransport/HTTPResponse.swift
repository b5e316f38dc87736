/// The final answer of a server. It exists as soon as its headers are complete; the body follows.
public struct HTTPResponse: Sendable {
  public var status: Int
  public var headers: HTTPHeaders
  public var version: HTTPVersion
  public var body: HTTPBody

  public init(
    status: Int, headers: HTTPHeaders = HTTPHeaders(), version: HTTPVersion = .http1_1, body: HTTPBody = HTTPBody()
  ) {
    self.status = status
    self.headers = headers
    self.version = version
    self.body = body
  }
}

/// The protocol that carried an answer.
public enum HTTPVersion: String, Hashable, Sendable {
  case http1_0 = "HTTP/1.0"
  case http1_1 = "HTTP/1.1"
  case http2 = "HTTP/2"
}
