import Foundation
import Testing

@testable import HTTPTransport

@Suite(.timeLimit(.minutes(10))) struct `Curl transport, failing` {
  let transport = CurlTransport()

  private func failure(_ request: HTTPRequest) async throws -> HTTPTransportError? {
    try await transportError { [transport] in try await transport.send(request).body.collect(upTo: 1 << 20) }
  }

  @Test func `a refused connection`() async throws {
    // Bound and closed again: nobody listens there.
    let port = try RawServer { _ in }.port
    let error = try await failure(HTTPRequest(url: "http://127.0.0.1:\(port)"))
    guard case .cannotConnect(let peer, _) = error else {
      Issue.record("got \(String(describing: error))")
      return
    }
    #expect(peer.description == "127.0.0.1:\(port)")
    #expect(error?.isRetryable == true)
    #expect(error?.mayHaveBeenSent == false)
  }

  @Test func `a name that does not exist`() async throws {
    let error = try await failure(HTTPRequest(url: "http://nosuch.invalid"))
    guard case .cannotResolve(let peer, _) = error else {
      Issue.record("got \(String(describing: error))")
      return
    }
    #expect(peer.host == "nosuch.invalid")
  }

  @Test func `a missing unix socket`() async throws {
    let error = try await failure(
      HTTPRequest(url: "http://x", endpoint: HTTPEndpoint(unixSocketPath: "/nonexistent/terway.sock")))
    #expect(error?.description.contains("cannot connect to unix socket /nonexistent/terway.sock") == true)
  }

  struct Loss: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var script: RawServer.Script
  }

  static let losses = [
    Loss(testDescription: "closed without an answer") { _ = try $0.readRequest() },
    Loss(testDescription: "reset without an answer") {
      _ = try $0.readRequest()
      $0.reset()
    },
    Loss(testDescription: "closed in the headers") {
      _ = try $0.readRequest()
      try $0.write("HTTP/1.1 200 OK\r\nContent-Le")
    },
    Loss(testDescription: "closed in a body of known length") {
      _ = try $0.readRequest()
      try $0.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
    },
    Loss(testDescription: "closed between chunks") {
      _ = try $0.readRequest()
      try $0.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
    },
    Loss(testDescription: "reset in the body") {
      _ = try $0.readRequest()
      try $0.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
      $0.reset()
    },
  ]

  @Test(arguments: losses) func `a connection lost:`(_ loss: Loss) async throws {
    let server = try RawServer(script: loss.script)
    let error = try await failure(
      HTTPRequest(method: .post, url: server.url, headers: ["Authorization": "Bearer s3cret"], body: [1]))
    guard case .connectionLost(let peer, _, let sent) = error else {
      Issue.record("got \(String(describing: error))")
      return
    }
    #expect(peer.port == server.port)
    #expect(sent)
    #expect(error?.isRetryable == true)
    #expect("\(error as Any)".contains("s3cret") == false)
  }

  @Test func `what arrived before the loss can be read`() async throws {
    let server = try RawServer { connection in
      _ = try connection.readRequest()
      try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
    }
    var iterator = try await transport.send(HTTPRequest(url: server.url)).body.makeAsyncIterator()
    #expect(try await iterator.next() == Array("abc".utf8))
    #expect(await iterator.failure()?.isRetryable == true)
    #expect(await iterator.failure()?.isRetryable == true)
  }

  @Test(arguments: [
    "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 banana OK\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
  ])
  func `an answer that is not valid`(answer: String) async throws {
    let server = try RawServer { connection in
      _ = try connection.readRequest()
      try connection.write(answer)
    }
    let error = try await failure(HTTPRequest(url: server.url))
    guard case .invalidResponse = error else {
      Issue.record("got \(String(describing: error))")
      return
    }
  }

  /// "hello hello hello hello\n", as gzip makes it.
  static let zipped: [UInt8] = [
    0x1F, 0x8B, 0x08, 0, 0, 0, 0, 0, 0, 0x03, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0x57, 0xC8, 0x40, 0x27, 0xB9, 0x00, 0x00,
    0x88, 0x59, 0x0B, 0x18, 0x00, 0x00, 0x00,
  ]

  @Test(arguments: [1, 5, 12, 20, 28]) func `a compressed answer that breaks off`(size: Int) async throws {
    let server = try RawServer { connection in
      _ = try connection.readRequest()
      let total = Self.zipped.count
      try connection.write("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(total)\r\n\r\n")
      try connection.write(Array(Self.zipped.prefix(size)))
    }
    #expect(try await failure(HTTPRequest(url: server.url))?.isRetryable == true)
  }

  @Test func `a compressed answer whose checksum is wrong`() async throws {
    var damaged = Self.zipped
    damaged[22] ^= 1
    let server = try RawServer { [damaged] connection in
      _ = try connection.readRequest()
      try connection.write(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(damaged.count)\r\n\r\n")
      try connection.write(damaged)
    }
    guard case .invalidResponse = try await failure(HTTPRequest(url: server.url)) else {
      Issue.record("it was taken for whole")
      return
    }
  }

  enum Silence: String, CaseIterable { case accepted, mute, headers, body }

  @Test(arguments: Silence.allCases) func `a peer that falls silent`(_ silence: Silence) async throws {
    let server = try RawServer { connection in
      if silence == .accepted { return connection.waitForClose() }
      _ = try connection.readRequest()
      if silence == .headers { try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n") }
      if silence == .body { try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc") }
      connection.waitForClose()
    }
    let limit = Duration.milliseconds(100)
    var error = try await failure(HTTPRequest(url: server.url, idleTimeout: limit))
    #expect(error?.isTimeout(.idle(limit)) == true)
    #expect(error?.isRetryable == true)
    #expect(error?.mayHaveBeenSent == true)
    error = try await failure(HTTPRequest(url: server.url, deadline: limit))
    #expect(error?.isTimeout(.deadline(limit)) == true)
  }

  @Test func `a peer that drips for ever meets the deadline, not the idle limit`() async throws {
    let server = try RawServer { connection in
      _ = try connection.readRequest()
      try connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
      while true { try connection.write("1\r\nx\r\n") }
    }
    let response = try await transport.send(
      HTTPRequest(url: server.url, deadline: .milliseconds(300), idleTimeout: .seconds(50)))
    let error = try await transportError { for try await _ in response.body {} }
    #expect(error?.isTimeout(.deadline(.milliseconds(300))) == true)
  }

  @Test func `a host that does not answer the connection`() async throws {
    // A listener whose backlog is full drops further attempts, as a host that is down does.
    let full = try FullListener()
    let limit = Duration.milliseconds(200)
    let error = try await failure(HTTPRequest(url: "http://127.0.0.1:\(full.port)", connectTimeout: limit))
    #expect(error?.isTimeout(.connect(limit)) == true)
    #expect(error?.mayHaveBeenSent == false)
    #expect(error?.description.contains("127.0.0.1:\(full.port) was not connected within") == true)
  }

  @Test func `a kept connection that died is replaced, and only what may be repeated is`() async throws {
    let requests = Events<String>()
    let server = try RawServer { connection in
      // Answers the first request of each connection, and dies over the second after having read it.
      requests.send(try connection.readRequest().line)
      try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
      requests.send(try connection.readRequest().line)
    }
    let get = HTTPRequest(url: server.url)
    let post = HTTPRequest(method: .post, url: server.url, body: [1])
    #expect(try await transport.send(get).body.text() == "ok")
    #expect(try await transport.send(get).body.text() == "ok")
    #expect(server.connectionCount == 2)
    for _ in 1...3 { _ = await requests.next() }
    let error = try await failure(post)
    guard case .connectionLost(_, _, mayHaveBeenSent: true) = error else {
      Issue.record("got \(String(describing: error))")
      return
    }
    #expect(await requests.next() == "POST / HTTP/1.1")
    // Had the POST been repeated, it would stand before this.
    #expect(try await transport.send(HTTPRequest(url: server.url + "/next")).body.text() == "ok")
    #expect(await requests.next() == "GET /next HTTP/1.1")
  }
}

extension HTTPTransportError {
  func isTimeout(_ limit: TimeLimit) -> Bool {
    if case .timedOut(limit, _, _) = self { true } else { false }
  }
}

/// Listens, accepts nothing, and has no room for another connection.
private final class FullListener {
  let port: Int
  private var sockets: [Int32] = []

  init() throws {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    sockets = [listener]
    _ = withSockaddr(of: address) { bind(listener, $0, $1) }
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &size) }
    }
    port = Int(UInt16(bigEndian: address.sin_port))
    listen(listener, 0)
    for _ in 0..<4 {
      let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
      _ = withSockaddr(of: address) { connect(client, $0, $1) }
      sockets.append(client)
    }
  }

  deinit { sockets.forEach { close($0) } }
}
