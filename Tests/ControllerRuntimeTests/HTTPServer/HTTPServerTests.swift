import Foundation
import HTTPTransport
import Testing

@testable import ControllerRuntime

@Suite(.timeLimit(.minutes(10))) struct `HTTP server` {
  private static let loopback = ListenAddress(host: "127.0.0.1", port: 0)

  private func server(
    limits: HTTPServer.Limits = HTTPServer.Limits(), at address: ListenAddress = loopback,
    slow: @escaping HTTPServer.Handler = { _ in HTTPServer.Response(text: "slow") }
  ) throws -> HTTPServer {
    try HTTPServer(
      listeningOn: address,
      routes: [
        "/healthz": { _ in HTTPServer.Response(text: "ok") },
        "/echo": { HTTPServer.Response(text: "\($0.method) \($0.query) \($0.headers["X"] ?? "-")") },
        "/large": { _ in HTTPServer.Response(text: String(repeating: "x", count: 8 << 20)) },
        "/slow": slow,
      ], limits: limits)
  }

  private func url(_ server: HTTPServer, _ path: String) -> String { "http://127.0.0.1:\(server.address.port)\(path)" }

  private let healthRequest = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"

  @Test(arguments: [
    (HTTPMethod.get, "/healthz", 200, "ok"), (.head, "/healthz", 200, ""), (.get, "/healthz/", 200, "ok"),
    (.get, "/echo?a=b", 200, "GET a=b y"), (.get, "/none", 404, "404 Not Found\n"),
    (.post, "/healthz", 405, "405 Method Not Allowed\n"), (.delete, "/none", 404, "404 Not Found\n"),
  ])
  func `answers`(method: HTTPMethod, path: String, status: Int, body: String) async throws {
    let server = try server()
    let response = try await CurlTransport().send(
      HTTPRequest(method: method, url: url(server, path), headers: ["X": "y"]))
    #expect(response.status == status)
    #expect(String(decoding: try await response.body.collect(upTo: 1000), as: UTF8.self) == body)
    #expect(response.headers["Content-Type"] == "text/plain; charset=utf-8")
    #expect(response.headers["Allow"] == (status == 405 ? "GET, HEAD" : nil))
  }

  @Test func `keeps a connection for the next request`() async throws {
    let server = try server()
    let client = try RawClient(port: server.address.port)
    for _ in 1...3 {
      client.send(healthRequest)
      #expect(await client.read(through: "\r\n\r\nok").hasPrefix("HTTP/1.1 200 OK\r\n"))
    }
    client.send(healthRequest + healthRequest + "GET /none HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    #expect(
      await client.readToEnd().components(separatedBy: "HTTP/1.1 ").map { $0.prefix(3) } == ["", "200", "200", "404"])
  }

  @Test func `sends a large answer to a client that is in no hurry, and serves others meanwhile`() async throws {
    let server = try server()
    let client = try RawClient(port: server.address.port)
    client.send("GET /large HTTP/1.0\r\n\r\n")
    #expect(await client.read(through: "\r\n\r\n").contains("Content-Length: 8388608"))
    let transport = CurlTransport()
    #expect(try await transport.send(HTTPRequest(url: url(server, "/healthz"))).status == 200)
    #expect(await client.readToEnd().utf8.count == 8 << 20)
  }

  @Test func `answers many at once`() async throws {
    let server = try server()
    let (transport, url) = (CurlTransport(), url(server, "/healthz"))
    let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
      // Far beyond the bound of the server: those that wait in line get the places of connections that are idle.
      for _ in 0..<200 { group.addTask { try await transport.send(HTTPRequest(url: url)).status } }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(statuses == Array(repeating: 200, count: 200))
  }

  @Test(arguments: [
    ("nonsense\r\n\r\n", "400 Bad Request"), ("GET / HTTP/3.0\r\n\r\n", "505 HTTP Version Not Supported"),
    ("GET /" + String(repeating: "x", count: 100_000), "431 Request Header Fields Too Large"),
    ("GET / HTTP/1.1\r\nX: " + String(repeating: "x", count: 9000) + "\r\n\r\n", "431 Request Header Fields Too Large"),
    (
      "POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n" + String(repeating: "x", count: 100_000),
      "405 Method Not Allowed"
    ),
  ])
  func `a hostile client gets an answer and the door`(request: String, status: String) async throws {
    let server = try server()
    let client = try RawClient(port: server.address.port)
    client.send(request)
    let answer = await client.readToEnd()
    #expect(answer.hasPrefix("HTTP/1.1 \(status)\r\n"))
    #expect(answer.contains("\r\nConnection: close\r\n"))
    #expect(answer.components(separatedBy: "HTTP/1.1").count == 2)
  }

  @Test func `a client that dawdles is sent away`() async throws {
    var limits = HTTPServer.Limits()
    (limits.requestTimeout, limits.idleTimeout) = (.milliseconds(100), .milliseconds(100))
    let server = try server(limits: limits)
    let (mute, slow, idle) = (
      try RawClient(port: server.address.port), try RawClient(port: server.address.port),
      try RawClient(port: server.address.port)
    )
    slow.send("GET /healthz HTTP/1.1\r\n")
    idle.send(healthRequest)
    #expect(await mute.readToEnd() == "")
    #expect(await slow.readToEnd().hasPrefix("HTTP/1.1 408 Request Timeout\r\n"))
    #expect(await idle.readToEnd().hasSuffix("\r\n\r\nok"))
  }

  @Test func `clients that hold every connection do not keep a probe out`() async throws {
    var limits = HTTPServer.Limits()
    limits.connections = 4
    let server = try server(limits: limits)
    let holders = try (0..<10).map { _ in try RawClient(port: server.address.port) }
    for holder in holders { holder.send("GET /healthz HTTP/1.1\r\n") }
    let probe = try RawClient(port: server.address.port)
    probe.send(healthRequest)
    #expect(await probe.read(through: "\r\n\r\nok").hasPrefix("HTTP/1.1 200 OK"))
    withExtendedLifetime(holders) {}
  }

  @Test func `a handler that takes too long is cancelled, and its client told`() async throws {
    var limits = HTTPServer.Limits()
    limits.handlerTimeout = .milliseconds(100)
    let (cancelled, tell) = AsyncStream.makeStream(of: Void.self)
    let server = try server(limits: limits) { _ in
      let never = AsyncStream<Void> { _ in }
      for await _ in never {}
      tell.yield(())
      return HTTPServer.Response(text: "late")
    }
    let client = try RawClient(port: server.address.port)
    client.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(await client.readToEnd().hasPrefix("HTTP/1.1 503 Service Unavailable\r\n"))
    for await _ in cancelled { break }
  }

  @Test func `stopping finishes what is under way, and frees the port`() async throws {
    let (asked, ask) = AsyncStream.makeStream(of: Void.self)
    let (released, release) = AsyncStream.makeStream(of: Void.self)
    var limits = HTTPServer.Limits()
    limits.stopGrace = .seconds(600)
    let server = try server(limits: limits) { _ in
      ask.yield(())
      for await _ in released { break }
      return HTTPServer.Response(text: "slow")
    }
    let (idle, busy) = (try RawClient(port: server.address.port), try RawClient(port: server.address.port))
    idle.send(healthRequest)
    _ = await idle.read(through: "ok")
    busy.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
    for await _ in asked { break }
    let stopped = Task { await server.stop() }
    #expect(await idle.readToEnd() == "")
    release.yield(())
    let answer = await busy.readToEnd()
    #expect(answer.hasSuffix("slow"))
    #expect(answer.contains("Connection: close"))
    await stopped.value
    #expect(throws: RawClient.NotConnected.self) { try RawClient(port: server.address.port) }
    let next = try self.server(at: server.address)
    #expect(next.address == server.address)
    await next.stop()
    await next.stop()
  }

  @Test func `running ends when its task is cancelled`() async throws {
    let server = try server()
    let running = Task { await server.run() }
    let client = try RawClient(port: server.address.port)
    client.send(healthRequest)
    #expect(await client.read(through: "ok").hasSuffix("ok"))
    running.cancel()
    await running.value
    #expect(await client.readToEnd() == "")
  }

  @Test func `a taken port is named`() async throws {
    let server = try server()
    let error = #expect(throws: HTTPServerError.self) { try self.server(at: server.address) }
    #expect(error == .addressInUse(server.address))
    #expect(
      error?.description
        == "cannot listen on \(server.address): another process has the port; stop it, or choose another port")
    let everywhere = ListenAddress(port: server.address.port)
    #expect(throws: HTTPServerError.addressInUse(everywhere)) { try self.server(at: everywhere) }
  }

  @Test func `an address of another machine is named`() {
    let error = #expect(throws: HTTPServerError.self) {
      try server(at: ListenAddress(host: "192.0.2.1", port: 0))
    }
    #expect(error?.description == "cannot listen on 192.0.2.1:0: this machine does not have that address")
  }

  @Test func `without a host it listens on all addresses`() async throws {
    let server = try server(at: ListenAddress(port: 0))
    #expect(server.address.port != 0)
    for host in ["127.0.0.1"] + (Self.hasIPv6 ? ["::1"] : []) {
      let client = try RawClient(port: server.address.port, host: host)
      client.send(healthRequest)
      #expect(await client.read(through: "ok").hasSuffix("ok"))
    }
  }

  private static let hasIPv6: Bool = {
    do {
      _ = try ListeningSocket(ListenAddress(host: "::1", port: 0))
      return true
    } catch { return false }
  }()
}
