import Testing

@testable import HTTPTransport

struct `HTTP headers` {
  @Test func `names compare without regard to case`() {
    let headers: HTTPHeaders = ["Content-Type": "a", "content-TYPE": "b"]
    #expect(headers["CONTENT-type"] == "a")
    #expect(headers.values(of: "content-type") == ["a", "b"])
    #expect(headers["Content-Typ"] == nil)
  }

  @Test func `setting replaces every field of the name`() {
    var headers: HTTPHeaders = ["Accept": "a", "X": "1", "accept": "b"]
    headers["ACCEPT"] = "c"
    #expect(headers.values(of: "Accept") == ["c"])
    headers["accept"] = nil
    #expect(headers.fields.map(\.name) == ["X"])
  }

  @Test func `descriptions and dumps show no values`() {
    let headers: HTTPHeaders = ["Authorization": "Bearer s3cret"]
    var dumped = ""
    dump(HTTPRequest(url: "http://x", headers: headers), to: &dumped)
    #expect(!"\(headers) \(String(reflecting: headers)) \(dumped)".contains("s3cret"))
  }
}

struct `TLS configuration` {
  @Test func `descriptions and dumps do not show the key`() {
    let configuration = TLSConfiguration(clientCertificate: [1], clientKey: [222, 173], serverName: "api")
    var dumped = ""
    dump(configuration, to: &dumped)
    #expect("\(configuration)" == "system authorities, client certificate, server name api")
    #expect(!"\(String(reflecting: configuration)) \(dumped)".contains("222"))
  }
}
