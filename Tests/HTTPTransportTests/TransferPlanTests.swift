import Testing

@testable import HTTPTransport

struct `Transfer plan` {
  @Test(arguments: [
    ("https://api.example/healthz", "api.example:443"), ("http://127.0.0.1:8080/", "127.0.0.1:8080"),
    ("https://[::1]:6443/api", "[::1]:6443"), ("http://user:pw@host/", "host:80"),
  ])
  func `names the peer by host and port alone`(url: String, peer: String) throws {
    #expect(try TransferPlan(HTTPRequest(url: url)).peer.description == peer)
  }

  @Test func `another server name takes the host's place in the URL, and the address stays`() throws {
    let endpoint = HTTPEndpoint(tls: TLSConfiguration(serverName: "kubernetes.default"))
    let plan = try TransferPlan(HTTPRequest(url: "https://10.0.0.1:6443/api?x=%2F", endpoint: endpoint))
    #expect(plan.url == "https://kubernetes.default:6443/api?x=%2F")
    #expect(plan.connectTo == "::10.0.0.1:6443")
    #expect(plan.headerLines.contains("Host: 10.0.0.1:6443"))
    #expect(plan.peer.description == "10.0.0.1:6443")
  }

  @Test func `proxies are named without their credentials`() throws {
    let endpoint = HTTPEndpoint(proxy: "http://user:s3cret@proxy.example:3128")
    let plan = try TransferPlan(HTTPRequest(url: "https://api.example", endpoint: endpoint))
    #expect(plan.peer.description == "api.example:443 through proxy proxy.example:3128")
  }

  struct Invalid: Sendable, CustomTestStringConvertible {
    var what: String
    var request: HTTPRequest
    var message: String
    var testDescription: String { what }
  }

  static let invalid = [
    Invalid(what: "no scheme", request: HTTPRequest(url: "/api"), message: "URL is not valid"),
    Invalid(what: "space", request: HTTPRequest(url: "http://x/a b"), message: "URL is not valid"),
    Invalid(what: "line break", request: HTTPRequest(url: "http://x/\r\nX: 1"), message: "URL is not valid"),
    Invalid(what: "file URL", request: HTTPRequest(url: "file:///etc/passwd"), message: "URL is not valid"),
    Invalid(what: "other scheme", request: HTTPRequest(url: "ftp://x/"), message: "scheme ftp; expected http or https"),
    Invalid(
      what: "line break in a value", request: HTTPRequest(url: "http://x", headers: ["A": "s3cret\r\nB: 1"]),
      message: "\"A\" has a line break"),
    Invalid(
      what: "bare CR in a value", request: HTTPRequest(url: "http://x", headers: ["A": "s3cret\rB"]),
      message: "\"A\" has a line break"),
    Invalid(
      what: "colon in a name", request: HTTPRequest(url: "http://x", headers: ["A:": "s3cret"]),
      message: "is not a header name"),
    Invalid(
      what: "empty name", request: HTTPRequest(url: "http://x", headers: ["": "s3cret"]), message: "not a header name"),
    Invalid(
      what: "Content-Length", request: HTTPRequest(url: "http://x", headers: ["content-length": "1"]),
      message: "set by the transport"),
    Invalid(
      what: "proxy without scheme",
      request: HTTPRequest(url: "http://x", endpoint: HTTPEndpoint(proxy: "user:s3cret@p:1")),
      message: "the proxy's URL is not valid"),
    Invalid(
      what: "certificate without key",
      request: HTTPRequest(url: "https://x", endpoint: HTTPEndpoint(tls: TLSConfiguration(clientCertificate: [1]))),
      message: "given together"),
    Invalid(
      what: "server name with a slash",
      request: HTTPRequest(url: "https://x", endpoint: HTTPEndpoint(tls: TLSConfiguration(serverName: "a/b"))),
      message: "tls-server-name \"a/b\" is not a host name"),
    Invalid(
      what: "long socket path",
      request: HTTPRequest(
        url: "http://x", endpoint: HTTPEndpoint(unixSocketPath: String(repeating: "x", count: 108))),
      message: "108 bytes; allowed are 1 to 107"),
  ]

  @Test(arguments: invalid)
  func `refuses, and shows no secret:`(_ invalid: Invalid) {
    let error = #expect(throws: HTTPTransportError.self) { try TransferPlan(invalid.request) }
    let message = error?.description ?? ""
    #expect(message.contains(invalid.message))
    #expect(!message.contains("s3cret"))
    #expect(error?.isRetryable == false)
    #expect(error?.mayHaveBeenSent == false)
  }
}
