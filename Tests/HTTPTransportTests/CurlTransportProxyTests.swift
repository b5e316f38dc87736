import Testing

@testable import HTTPTransport

@Suite(.timeLimit(.minutes(10))) struct `Curl transport, through proxies` {
  let transport = CurlTransport()

  @Test func `plain requests go to the proxy with the whole URL`() async throws {
    let proxy = try RawServer(script: `Curl transport, exchanging`.echo(header: "Proxy-Authorization"))
    let endpoint = HTTPEndpoint(proxy: "http://user:pw@127.0.0.1:\(proxy.port)")
    let response = try await transport.send(HTTPRequest(url: "http://nosuch.invalid/x", endpoint: endpoint))
    #expect(try await response.body.text() == "GET http://nosuch.invalid/x HTTP/1.1|Basic dXNlcjpwdw==|")
  }

  @Test func `TLS goes through a tunnel, and a proxy that refuses it is named without its password`() async throws {
    let asked = Events<String>()
    let proxy = try RawServer { connection in
      asked.send(try connection.readRequest().line)
      try connection.write("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
    }
    let endpoint = HTTPEndpoint(proxy: "http://user:s3cret@127.0.0.1:\(proxy.port)")
    let error = try await transportError { [transport] in
      try await transport.send(HTTPRequest(url: "https://nosuch.invalid/x", endpoint: endpoint))
    }
    #expect(await asked.next() == "CONNECT nosuch.invalid:443 HTTP/1.1")
    let message = error?.description ?? ""
    #expect(message.contains("cannot connect to nosuch.invalid:443 through proxy 127.0.0.1:\(proxy.port)"))
    #expect(message.contains("403"))
    #expect(!message.contains("s3cret"))
    #expect(error?.mayHaveBeenSent == false)
  }

  @Test func `a tunnel is asked for with the proxy's credentials, which the server never sees`() async throws {
    let asked = Events<[String?]>()
    let proxy = try RawServer { connection in
      let request = try connection.readRequest()
      asked.send([request.line, request.header("Proxy-Authorization"), request.header("Authorization")])
      try connection.write("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
    }
    let endpoint = HTTPEndpoint(proxy: "http://user:pw@127.0.0.1:\(proxy.port)")
    let error = try await transportError { [transport] in
      try await transport.send(
        HTTPRequest(url: "https://nosuch.invalid/x", headers: ["Authorization": "Bearer t"], endpoint: endpoint))
    }
    // And the proxy never sees the server's.
    #expect(await asked.next() == ["CONNECT nosuch.invalid:443 HTTP/1.1", "Basic dXNlcjpwdw==", nil])
    guard case .cannotConnect = error else {
      Issue.record("got \(String(describing: error))")
      return
    }
  }

  @Test func `SOCKS proxies resolve the name themselves`() async throws {
    let asked = Events<[UInt8]>()
    let proxy = try RawServer { connection in
      _ = try connection.read()
      try connection.write([5, 0])
      asked.send(try connection.read())
      try connection.write([5, 0, 0, 1, 0, 0, 0, 0, 0, 0])
      try `Curl transport, exchanging`.echo()(connection)
    }
    let endpoint = HTTPEndpoint(proxy: "socks5h://127.0.0.1:\(proxy.port)")
    let response = try await transport.send(HTTPRequest(url: "http://nosuch.invalid/x", endpoint: endpoint))
    #expect(try await response.body.text() == "GET /x HTTP/1.1|-|")
    #expect(await asked.next() == [5, 1, 0, 3, 14] + Array("nosuch.invalid".utf8) + [0, 80])
  }

  @Test func `a proxy that is not there`() async throws {
    let port = try RawServer { _ in }.port
    let endpoint = HTTPEndpoint(proxy: "http://127.0.0.1:\(port)")
    let error = try await transportError { [transport] in
      try await transport.send(HTTPRequest(url: "http://api.example", endpoint: endpoint))
    }
    #expect(error?.description.contains("cannot connect to api.example:80 through proxy 127.0.0.1:\(port)") == true)
  }
}
