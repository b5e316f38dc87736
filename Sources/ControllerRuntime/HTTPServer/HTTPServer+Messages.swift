import HTTPTransport

extension HTTPServer {
  /// A complete request, as far as it matters here.
  public struct Request: Hashable, Sendable {
    /// As the client sent it: `GET`.
    public var method: String
    /// Without query; not percent-decoded.
    public var path: String
    /// What follows the `?`; empty when there is none.
    public var query: String
    public var headers: HTTPHeaders

    public init(method: String = "GET", path: String, query: String = "", headers: HTTPHeaders = HTTPHeaders()) {
      self.method = method
      self.path = path
      self.query = query
      self.headers = headers
    }
  }

  /// An answer. `Content-Length` and `Connection` are the server's business.
  public struct Response: Hashable, Sendable {
    public var status: Int
    public var headers: HTTPHeaders
    public var body: [UInt8]

    public init(status: Int = 200, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []) {
      self.status = status
      self.headers = headers
      self.body = body
    }

    public init(status: Int = 200, contentType: String = "text/plain; charset=utf-8", text: String) {
      self.init(status: status, headers: ["Content-Type": contentType], body: Array(text.utf8))
    }
  }
}

extension HTTPServer.Response {
  /// The status and what it means, for people.
  static func plain(_ status: Int) -> Self { Self(status: status, text: "\(status) \(reason(status))\n") }

  /// The bytes on the wire.
  ///
  /// - Parameters:
  ///   - includesBody: `false` answers `HEAD`: the length is that of the body left out.
  func encoded(includesBody: Bool, closes: Bool) -> [UInt8] {
    var head = "HTTP/1.1 \(status) \(Self.reason(status))\r\n"
    for field in headers.fields where field.isSafe { head += "\(field.name): \(field.value)\r\n" }
    head += "Content-Length: \(body.count)\r\n"
    if closes { head += "Connection: close\r\n" }
    return Array((head + "\r\n").utf8) + (includesBody ? body : [])
  }

  private static func reason(_ status: Int) -> String { reasons[status] ?? "Status \(status)" }

  private static let reasons = [
    200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 408: "Request Timeout",
    431: "Request Header Fields Too Large", 500: "Internal Server Error", 503: "Service Unavailable",
    505: "HTTP Version Not Supported",
  ]
}

extension HTTPHeaders.Field {
  /// Whether it can be written without breaking the message.
  fileprivate var isSafe: Bool {
    name.utf8.allSatisfy(\.isTokenCharacter) && !name.isEmpty && !value.utf8.contains { $0 < 0x20 && $0 != 0x09 }
      && !["content-length", "connection", "transfer-encoding"].contains(name.lowercased())
  }
}
