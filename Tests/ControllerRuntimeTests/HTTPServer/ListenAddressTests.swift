import Testing

@testable import ControllerRuntime

struct `Listen address` {
  @Test(arguments: [
    (":8080", "", UInt16(8080)), ("127.0.0.1:0", "127.0.0.1", 0), ("[::1]:8080", "::1", 8080),
    ("localhost:65535", "127.0.0.1", 65535),
  ])
  func `reads`(text: String, host: String, port: UInt16) throws {
    #expect(try ListenAddress.parse(text) == ListenAddress(host: host, port: port))
  }

  @Test func `0 switches the server off`() throws {
    #expect(try ListenAddress.parse("0") == nil)
  }

  @Test(arguments: [
    ("", "it has no port"), ("8080", "it has no port"), ("127.0.0.1", "it has no port"),
    (":", "the port \"\""), (":http", "the port \"http\""), (":65536", "the port \"65536\""),
    (":-1", "the port \"-1\""),
    (":+1", "the port \"+1\""), ("::1:8080", "needs brackets"), ("[127.0.0.1]:1", "brackets are for IPv6"),
    ("example.com:80", "\"example.com\" is not an IP address"), ("300.0.0.1:80", "is not an IP address"),
    ("[::g]:80", "is not an IP address"),
  ])
  func `refuses`(text: String, reason: String) {
    let error = #expect(throws: HTTPServerError.self) { try ListenAddress.parse(text) }
    #expect(error?.description.hasPrefix("\"\(text)\" is not an address to listen on: ") == true)
    #expect(error?.description.contains(reason) == true)
  }

  @Test(arguments: [":8080", "127.0.0.1:1", "[::1]:8080"]) func `writes what it read`(text: String) throws {
    #expect(try ListenAddress.parse(text)?.description == text)
  }
}
