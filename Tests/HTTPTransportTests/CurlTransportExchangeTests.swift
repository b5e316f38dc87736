import Foundation
import Testing

@testable import HTTPTransport

@Suite(.timeLimit(.minutes(10))) struct `Curl transport, exchanging` {
  let transport = CurlTransport()

  /// Answers with what it got: the request line, the named header, the body.
  static func echo(header: String = "X-None") -> RawServer.Script {
    { connection in
      try connection.serve { request in
        let echoed = "\(request.line)|\(request.header(header) ?? "-")|\(String(decoding: request.body, as: UTF8.self))"
        return "HTTP/1.1 200 OK\r\nContent-Length: \(echoed.utf8.count)\r\n\r\n\(echoed)"
      }
    }
  }

  @Test(arguments: [
    (HTTPMethod.get, "", "GET /a?b=c HTTP/1.1|-|"), (.delete, "", "DELETE /a?b=c HTTP/1.1|-|"),
    (.delete, "{}", "DELETE /a?b=c HTTP/1.1|2|{}"), (.post, "", "POST /a?b=c HTTP/1.1|0|"),
    (.post, "{}", "POST /a?b=c HTTP/1.1|2|{}"), (.put, "{}", "PUT /a?b=c HTTP/1.1|2|{}"),
    (.patch, "{}", "PATCH /a?b=c HTTP/1.1|2|{}"),
  ])
  func `sends the method, the path and the body`(method: HTTPMethod, body: String, expected: String) async throws {
    let server = try RawServer(script: Self.echo(header: "Content-Length"))
    let response = try await transport.send(
      HTTPRequest(method: method, url: server.url + "/a?b=c", body: Array(body.utf8)))
    #expect(response.status == 200)
    #expect(response.version == .http1_1)
    #expect(try await response.body.text() == expected)
  }

  @Test(arguments: [
    ("Authorization", "Bearer t", "Bearer t"), ("X-Empty", "", ""), ("X-Blank", "  ", ""), ("Host", "other", "other"),
    ("Content-Type", "application/json", "application/json"),
  ])
  func `sends headers as given`(name: String, value: String, expected: String) async throws {
    let server = try RawServer(script: Self.echo(header: name))
    let response = try await transport.send(
      HTTPRequest(method: .post, url: server.url, headers: [name: value], body: [0x7B]))
    #expect(try await response.body.text() == "POST / HTTP/1.1|\(expected)|{")
  }

  @Test(arguments: ["Content-Type", "Expect", "Cookie", "Authorization", "User-Agent"])
  func `sends nothing that nobody asked for:`(header: String) async throws {
    let server = try RawServer(script: Self.echo(header: header))
    let body = [UInt8](repeating: 0x61, count: 100_000)
    let response = try await transport.send(HTTPRequest(method: .post, url: server.url, body: body))
    #expect(try await response.body.text().hasPrefix("POST / HTTP/1.1|-|aaa"))
  }

  @Test func `sends a large body whole`() async throws {
    let server = try RawServer { connection in
      try connection.serve { request in
        let sum = request.body.reduce(0) { $0 &+ Int($1) }
        return "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nX-Sum: \(sum) \(request.body.count)\r\n\r\n0123456789"
      }
    }
    let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let response = try await transport.send(HTTPRequest(method: .put, url: server.url, body: body))
    #expect(response.headers["x-sum"] == "\(body.reduce(0) { $0 &+ Int($1) }) 3000000")
  }

  @Test(arguments: [
    ("no body", "HTTP/1.1 204 No Content\r\n\r\n", 204, ""),
    ("redirect", "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 2\r\n\r\nno", 302, "no"),
    ("error", "HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 4\r\n\r\nbusy", 503, "busy"),
    (
      "interim answers",
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
      200, "ok"
    ),
    (
      "chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nT: 1\r\n\r\n",
      200, "abcde"
    ),
    ("end by closing", "HTTP/1.0 200 OK\r\n\r\nall of it", 200, "all of it"),
  ])
  func `understands`(what: String, answer: String, status: Int, body: String) async throws {
    let server = try RawServer { connection in
      _ = try connection.readRequest()
      try connection.write(answer)
    }
    let response = try await transport.send(HTTPRequest(url: server.url))
    #expect(response.status == status)
    #expect(response.headers["Link"] == nil)
    #expect(try await response.body.text() == body)
  }

  @Test func `HEAD ends with the headers`() async throws {
    let server = try RawServer { connection in
      try connection.serve { _ in "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" }
    }
    for _ in 1...2 {
      let response = try await transport.send(HTTPRequest(method: .head, url: server.url))
      #expect(response.headers["content-length"] == "1000")
      #expect(try await response.body.text() == "")
    }
    #expect(server.connectionCount == 1)
  }

  @Test(arguments: [true, false]) func `decodes gzip, unless compression is not wanted`(accepts: Bool) async throws {
    // "hello hello hello hello\n", as gzip makes it.
    let zipped: [UInt8] = [
      0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 0x03, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x57, 0xC8, 0x40, 0x27, 0xB9, 0x00, 0x00,
      0x88, 0x59, 0x0B, 0x18, 0x00, 0x00, 0x00,
    ]
    let server = try RawServer { connection in
      let request = try connection.readRequest()
      if request.header("Accept-Encoding")?.contains("gzip") == true {
        try connection.write("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(zipped.count)\r\n\r\n")
        try connection.write(zipped)
      } else {
        try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nplain")
      }
    }
    let response = try await transport.send(HTTPRequest(url: server.url, acceptsCompression: accepts))
    #expect(try await response.body.text() == (accepts ? "hello hello hello hello\n" : "plain"))
  }

  @Test func `the answer is there before its body is`() async throws {
    let gate = Gate()
    let server = try RawServer { connection in
      _ = try connection.readRequest()
      try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n")
      gate.pass()
      try connection.write("first ")
      gate.pass()
    }
    let response = try await transport.send(HTTPRequest(url: server.url))
    #expect(response.status == 200)
    gate.open()
    var iterator = response.body.makeAsyncIterator()
    #expect(try await iterator.next() == Array("first ".utf8))
    gate.open()
    #expect(try await iterator.next() == nil)
    #expect(try await iterator.next() == nil)
  }

  @Test func `keeps connections alive, and opens new ones for what runs at once`() async throws {
    let server = try RawServer(script: Self.echo())
    for _ in 1...5 { _ = try await transport.send(HTTPRequest(url: server.url)).body.text() }
    #expect(server.connectionCount == 1)
  }

  @Test func `carries many requests at once`() async throws {
    let server = try RawServer(script: Self.echo())
    let transport = transport
    let answers = try await withThrowingTaskGroup(of: String.self) { group in
      for number in 0..<200 {
        group.addTask { try await transport.send(HTTPRequest(url: "\(server.url)/\(number)")).body.text() }
      }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(answers == Set((0..<200).map { "GET /\($0) HTTP/1.1|-|" }))
  }

  @Test func `speaks over a unix socket`() async throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString.prefix(8)).sock").path
    defer { unlink(path) }
    let server = try RawServer(unixSocket: path, script: Self.echo(header: "Host"))
    let request = HTTPRequest(url: "http://terway/x", endpoint: HTTPEndpoint(unixSocketPath: path))
    #expect(try await transport.send(request).body.text() == "GET /x HTTP/1.1|terway|")
    #expect(server.connectionCount == 1)
  }

  @Test func `large headers arrive, endless ones are refused`() async throws {
    let server = try RawServer { connection in
      let count = try connection.readRequest().line.contains("/endless") ? 100_000 : 60
      try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n")
      for number in 0..<count { try connection.write("X-\(number): \(String(repeating: "x", count: 1000))\r\n") }
      try connection.write("\r\n")
    }
    let response = try await transport.send(HTTPRequest(url: server.url))
    #expect(response.headers["X-59"]?.count == 1000)
    let url = server.url + "/endless"
    let error = try await transportError { [transport] in try await transport.send(HTTPRequest(url: url)) }
    guard case .tooLarge = error else {
      Issue.record("expected .tooLarge, got \(String(describing: error))")
      return
    }
  }

  @Test func `collecting stops at the limit`() async throws {
    let server = try RawServer { connection in
      _ = try connection.readRequest()
      try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
      while true { try connection.write([UInt8](repeating: 1, count: 1000)) }
    }
    let response = try await transport.send(HTTPRequest(url: server.url))
    await #expect(throws: HTTPTransportError.tooLarge(limit: 10_000)) { try await response.body.collect(upTo: 10_000) }
  }

  @Test func `the environment's proxies are ignored`() async {
    await #expect(processExitsWith: .success) {
      for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] { setenv(name, "http://127.0.0.1:1", 1) }
      let server = try RawServer(script: `Curl transport, exchanging`.echo())
      _ = try await CurlTransport().send(HTTPRequest(url: server.url)).body.text()
    }
  }
}
