/// A request checked and put into the terms of libcurl. Pure, but for libcurl's own URL parser.
struct TransferPlan: Sendable {
  let request: HTTPRequest
  let peer: HTTPPeer
  /// The URL to hand to libcurl: with another server name, that name in the place of the host.
  let url: String
  /// `CURLOPT_CONNECT_TO` entry that leads from the server name back to the host.
  let connectTo: String?
  /// Header lines in libcurl's notation.
  let headerLines: [String]
  let isSecure: Bool

  /// - Throws: `.invalidRequest`.
  init(_ request: HTTPRequest) throws(HTTPTransportError) {
    self.request = request
    let url = try Self.parse(url: request.url)
    isSecure = url.scheme == "https"
    let endpoint = request.endpoint
    peer = HTTPPeer(
      host: url.host, port: url.port, proxy: try endpoint.proxy.map(Self.proxyAddress),
      unixSocketPath: endpoint.unixSocketPath)
    try Self.check(endpoint)

    var lines = try Self.headerLines(of: request)
    if isSecure, let serverName = endpoint.tls.serverName, !serverName.isEmpty {
      // libcurl takes SNI and the name to verify from the URL. The name goes there, and the address and the Host header
      // stay what they were.
      self.url = try url.replacingHost(with: serverName)
      connectTo = "::\(url.host):\(url.port)"
      if request.headers["Host"] == nil { lines.append("Host: \(url.authority)") }
    } else {
      self.url = request.url
      connectTo = nil
    }
    headerLines = lines
  }

  private static func parse(url text: String) throws(HTTPTransportError) -> ParsedURL {
    guard let url = ParsedURL(text) else {
      throw .invalidRequest(detail: "its URL is not valid; expected http://host[:port]/path or https://…")
    }
    guard url.scheme == "http" || url.scheme == "https" else {
      throw .invalidRequest(detail: "its URL has the scheme \(url.scheme); expected http or https")
    }
    return url
  }

  private static let proxySchemes = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"]

  /// The proxy's address without its credentials, which must not get into messages.
  private static func proxyAddress(_ text: String) throws(HTTPTransportError) -> String {
    guard text.contains("://"), let url = ParsedURL(text, isProxy: true), proxySchemes.contains(url.scheme) else {
      throw .invalidRequest(
        detail: "the proxy's URL is not valid; expected \(proxySchemes.joined(separator: "|"))://host:port")
    }
    return "\(url.host):\(url.port)"
  }

  private static func check(_ endpoint: HTTPEndpoint) throws(HTTPTransportError) {
    if (endpoint.tls.clientCertificate == nil) != (endpoint.tls.clientKey == nil) {
      throw .invalidRequest(detail: "a client certificate and its key must be given together")
    }
    // sun_path of Linux, less its final NUL.
    if let path = endpoint.unixSocketPath, !(1...107).contains(path.utf8.count) {
      throw .invalidRequest(detail: "the unix socket's path has \(path.utf8.count) bytes; allowed are 1 to 107")
    }
  }

  private static func headerLines(of request: HTTPRequest) throws(HTTPTransportError) -> [String] {
    var lines: [String] = []
    for field in request.headers.fields {
      if let defect = field.defect {
        throw .invalidRequest(detail: "its header \(String(reflecting: field.name)) \(defect)")
      }
      if field.isNamed("Content-Length") || field.isNamed("Transfer-Encoding") {
        throw .invalidRequest(detail: "its header \(field.name) is set by the transport, from the body")
      }
      // `name:` would tell libcurl to leave the header out; `name;` is an empty value.
      let isBlank = field.value.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 }
      lines.append(isBlank ? "\(field.name);" : "\(field.name): \(field.value)")
    }
    // No waiting for permission before a body, and no media type that nobody chose.
    if request.headers["Expect"] == nil { lines.append("Expect:") }
    if request.headers["Content-Type"] == nil { lines.append("Content-Type:") }
    return lines
  }
}
