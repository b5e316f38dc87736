import Foundation
import Testing

@testable import HTTPTransport

@Suite(.timeLimit(.minutes(10)), .enabled(if: PeerProcess.isInstalled("openssl") && PeerProcess.isInstalled("nghttpd")))
struct `Curl transport, in HTTP/2` {
  /// nghttpd over a directory with files `small` and `large`; it echoes what is uploaded.
  final class Server: Sendable {
    static let largeSize = 8 << 20
    static let hugeSize = 128 << 20
    let port: Int
    let endpoint: HTTPEndpoint
    private let authority: TestAuthority
    private let process: PeerProcess

    init() throws {
      authority = try TestAuthority("test authority")
      let identity = try authority.issue("server")
      endpoint = HTTPEndpoint(tls: TLSConfiguration(certificateAuthorities: authority.authority.certificate))
      try Data("small".utf8).write(to: authority.directory.appendingPathComponent("small"))
      try Data(repeating: 7, count: Self.largeSize).write(to: authority.directory.appendingPathComponent("large"))
      // Without content, it takes no place.
      try Data().write(to: authority.directory.appendingPathComponent("huge"))
      truncate(authority.directory.appendingPathComponent("huge").path, Self.hugeSize)
      // It cannot choose a free port itself.
      port = try RawServer { _ in }.port
      process = try PeerProcess(
        "nghttpd",
        [
          "-v", "-a", "127.0.0.1", "--echo-upload", "-d", authority.directory.path, "\(port)", identity.keyFile,
          identity.certificateFile,
        ])
      guard process.firstLine.contains("listen") else { throw TLSServer.DidNotStart() }
    }

    func request(_ path: String, port: Int? = nil) -> HTTPRequest {
      HTTPRequest(url: "https://127.0.0.1:\(port ?? self.port)/\(path)", endpoint: endpoint)
    }
  }

  let transport = CurlTransport()
  let server: Server

  init() throws {
    server = try Server()
  }

  @Test func `carries many requests at once over few connections`() async throws {
    let forwarder = try Forwarder(to: server.port)
    let (transport, request) = (transport, server.request("small", port: forwarder.port))
    let answers = try await withThrowingTaskGroup(of: [String].self) { group in
      for _ in 0..<200 {
        group.addTask {
          let response = try await transport.send(request)
          return [response.version.rawValue, try await response.body.text()]
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(answers == Array(repeating: ["HTTP/2", "small"], count: 200))
    // The server takes 100 streams on each.
    #expect((1...3).contains(forwarder.connectionCount))
  }

  @Test(arguments: [1, 300_000]) func `sends a body`(size: Int) async throws {
    var request = server.request("echo")
    (request.method, request.body) = (.post, (0..<size).map { UInt8(truncatingIfNeeded: $0) })
    #expect(try await transport.send(request).body.collect(upTo: size) == request.body)
  }

  @Test func `a body that is read slowly arrives whole`() async throws {
    var count = 0
    for try await chunk in try await transport.send(server.request("large")).body {
      count += chunk.count
      for _ in 1...20 { await Task.yield() }
    }
    #expect(count == Server.largeSize)
  }

  @Test func `a reader that does not read stops the server, and then gets everything`() async throws {
    let forwarder = try Forwarder(to: server.port)
    let response = try await transport.send(server.request("huge", port: forwarder.port))
    #expect(response.version == .http2)
    // What the buffers of two connections hold, and a quarter of a megabyte of ours.
    #expect(try await forwarder.passedUntilStalled() < Server.hugeSize / 4)
    var count = 0
    for try await chunk in response.body { count += chunk.count }
    #expect(count == Server.hugeSize)
  }

  @Test func `the deadline runs while the reader is behind`() async throws {
    let forwarder = try Forwarder(to: server.port)
    var request = server.request("huge", port: forwarder.port)
    request.deadline = .seconds(1)
    let body = try await transport.send(request).body
    _ = try await forwarder.passedUntilStalled()
    let error = try await transportError { for try await _ in body { try await Task.sleep(for: .milliseconds(50)) } }
    #expect(error?.isTimeout(.deadline(.seconds(1))) == true)
    // Others go on, on this connection or another.
    #expect(try await transport.send(server.request("small", port: forwarder.port)).body.text() == "small")
  }

  @Test func `a connection that breaks ends every exchange on it, and what may be sent again can be`() async throws {
    let forwarder = try Forwarder(to: server.port)
    let (transport, request) = (transport, server.request("huge", port: forwarder.port))
    let begun = (1...3).map { _ in Events<Void>() }
    let readers = begun.map { begun in
      Task {
        for try await _ in try await transport.send(request).body { begun.send() }
      }
    }
    // Whoever begins after the break is not touched by it.
    for begun in begun { _ = await begun.next() }
    forwarder.breakConnections()
    for reader in readers {
      let error = try await transportError { try await reader.value }
      #expect(error?.isRetryable == true)
    }
    #expect(try await transport.send(server.request("small", port: forwarder.port)).body.text() == "small")
  }

  @Test func `cancelling one exchange leaves its neighbours alone`() async throws {
    let forwarder = try Forwarder(to: server.port)
    var kept = try await transport.send(server.request("large", port: forwarder.port)).body.makeAsyncIterator()
    do {
      var dropped = try await transport.send(server.request("large", port: forwarder.port)).body.makeAsyncIterator()
      #expect(try await dropped.next() != nil)
    }
    var count = 0
    while let chunk = try await kept.next() { count += chunk.count }
    #expect(count == Server.largeSize)
    #expect(try await transport.send(server.request("small", port: forwarder.port)).body.text() == "small")
    #expect(forwarder.connectionCount == 1)
  }

  @Test func `cancelling the request that opens the connection leaves those that wait for it alone`() async throws {
    let gate = Gate()
    let forwarder = try Forwarder(to: server.port, gate: gate)
    // The gate is shut for as long as the tests beside this one leave no thread to it.
    var patient = server.request("small", port: forwarder.port)
    patient.connectTimeout = .seconds(600)
    let (transport, request) = (transport, patient)
    let first = Task { try await transport.send(request).body.text() }
    while forwarder.connectionCount == 0 { await Task.yield() }
    let second = Task { try await transport.send(request).body.text() }
    for _ in 1...100 { await Task.yield() }
    first.cancel()
    await #expect(throws: HTTPTransportError.cancelled) { _ = try await first.value }
    for _ in 1...3 { gate.open() }
    #expect(try await second.value == "small")
  }

  @Test func `a connection that went silent is not trusted with the next request`() async throws {
    let forwarder = try Forwarder(to: server.port)
    var request = server.request("small", port: forwarder.port)
    request.deadline = .milliseconds(300)
    #expect(try await transport.send(request).body.text() == "small")
    forwarder.freezeConnections()
    let error = try await transportError { [transport, request] in try await transport.send(request) }
    #expect(error?.isTimeout(.deadline(.milliseconds(300))) == true)
    #expect(error?.mayHaveBeenSent == true)
    request.deadline = nil
    #expect(try await transport.send(request).body.text() == "small")
    #expect(forwarder.connectionCount == 2)
  }
}
