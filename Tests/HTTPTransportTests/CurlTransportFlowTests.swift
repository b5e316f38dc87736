import Foundation
import Testing

@testable import HTTPTransport

@Suite(.timeLimit(.minutes(10))) struct `Curl transport, flowing and stopping` {
  let transport = CurlTransport()

  /// Sends the head of an answer without end, then reports when the client has gone.
  private func endlessServer(gone: Events<Void>) throws -> RawServer {
    try RawServer { connection in
      _ = try connection.readRequest()
      try connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n")
      connection.waitForClose()
      gone.send()
    }
  }

  private func muteServer(asked: Events<Void>, gone: Events<Void>) throws -> RawServer {
    try RawServer { connection in
      _ = try connection.readRequest()
      asked.send()
      connection.waitForClose()
      gone.send()
    }
  }

  @Test func `a reader that does not read stops the server, and then gets everything`() async throws {
    let size = 64 << 20
    let stalledAt = Events<Int>()
    let server = try RawServer { connection in
      _ = try connection.readRequest()
      try connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
      var bytes = (0..<256).map { UInt8(truncatingIfNeeded: $0 &* 7) }
      while bytes.count < size { bytes += bytes }
      let sent = connection.writeUntilStalled(bytes)
      stalledAt.send(sent)
      try connection.write(Array(bytes[sent...]))
    }
    let response = try await transport.send(HTTPRequest(url: server.url, usesOwnConnection: true))
    let sent = try #require(await stalledAt.next())
    // What the kernel's buffers hold on both sides, and a quarter of a megabyte of ours.
    #expect(sent < size / 4)
    var (count, isRight) = (0, true)
    for try await chunk in response.body {
      isRight = isRight && chunk.first == UInt8(truncatingIfNeeded: count &* 7)
      count += chunk.count
      isRight = isRight && chunk.last == UInt8(truncatingIfNeeded: (count - 1) &* 7)
    }
    #expect(count == size)
    #expect(isRight)
  }

  @Test func `the idle limit does not run while the reader is behind`() async throws {
    let size = 32 << 20
    let stalled = Events<Int>()
    let server = try RawServer { connection in
      _ = try connection.readRequest()
      try connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
      let sent = connection.writeUntilStalled([UInt8](repeating: 1, count: size))
      stalled.send(sent)
      try connection.write([UInt8](repeating: 1, count: size - sent))
    }
    let idleTimeout = Duration.seconds(2)
    let response = try await transport.send(HTTPRequest(url: server.url, idleTimeout: idleTimeout))
    #expect(await stalled.next() != nil)
    // The one thing that this is about is that time passes while nobody reads.
    try await Task.sleep(for: idleTimeout * 1.5)
    #expect(try await response.body.collect(upTo: size).count == size)
  }

  @Test func `the deadline runs while the reader is behind`() async throws {
    let (size, gone) = (32 << 20, Events<Void>())
    let server = try RawServer { connection in
      _ = try connection.readRequest()
      try connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(size)\r\n\r\n")
      _ = connection.writeUntilStalled([UInt8](repeating: 1, count: size))
      connection.waitForClose()
      gone.send()
    }
    let deadline = Duration.milliseconds(700)
    let response = try await transport.send(HTTPRequest(url: server.url, deadline: deadline))
    #expect(await gone.next() != nil, "the server is told although nobody reads")
    let error = try await transportError { for try await _ in response.body {} }
    #expect(error?.isTimeout(.deadline(deadline)) == true)
  }

  @Test func `nothing leaves after the instant that was set for it`() async throws {
    let server = try RawServer(script: `Curl transport, exchanging`.echo())
    let request = HTTPRequest(method: .post, url: server.url, body: [1], notAfter: .now - .milliseconds(1))
    let error = try await transportError { [transport] in try await transport.send(request) }
    #expect(error?.isTimeout(.deadline(.zero)) == true)
    #expect(error?.mayHaveBeenSent == false)
    #expect(server.connectionCount == 0)
  }

  @Test func `the instant that was set for it ends an exchange under way`() async throws {
    let (asked, gone) = (Events<Void>(), Events<Void>())
    let server = try muteServer(asked: asked, gone: gone)
    let request = HTTPRequest(method: .post, url: server.url, body: [1], notAfter: .now + .milliseconds(300))
    let error = try await transportError { [transport] in try await transport.send(request) }
    guard case .timedOut(.deadline, _, mayHaveBeenSent: true) = error else {
      Issue.record("got \(String(describing: error))")
      return
    }
    #expect(await gone.next() != nil, "the connection is closed, not left to itself")
  }

  @Test func `a server may take longer to begin its answer than to go on with it`() async throws {
    let (asked, gate) = (Events<Void>(), Gate())
    let server = try RawServer { connection in
      _ = try connection.readRequest()
      asked.send()
      gate.pass()
      try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab")
      connection.waitForClose()
    }
    let idleTimeout = Duration.milliseconds(200)
    let request = HTTPRequest(url: server.url, idleTimeout: idleTimeout, headTimeout: .seconds(50))
    let answer = Task { [transport] in try await transport.send(request) }
    _ = await asked.next()
    // The one thing that this is about is that time passes before the answer begins.
    try await Task.sleep(for: idleTimeout * 2)
    gate.open()
    let body = try await answer.value.body
    let error = try await transportError { try await body.collect(upTo: 100) }
    #expect(error?.isTimeout(.idle(idleTimeout)) == true)
  }

  @Test func `cancelling while waiting for the answer stops the transfer`() async throws {
    let (asked, gone) = (Events<Void>(), Events<Void>())
    let server = try muteServer(asked: asked, gone: gone)
    let task = Task { [transport] in try await transport.send(HTTPRequest(url: server.url)) }
    _ = await asked.next()
    task.cancel()
    await #expect(throws: HTTPTransportError.cancelled) { _ = try await task.value }
    #expect(await gone.next() != nil)
  }

  @Test func `a task that is cancelled already sends nothing`() async throws {
    let server = try RawServer { _ in }
    let held = Events<Void>()
    let task = Task { [transport] in
      _ = await held.next()
      _ = try await transport.send(HTTPRequest(url: server.url))
    }
    task.cancel()
    held.send()
    await #expect(throws: HTTPTransportError.cancelled) { try await task.value }
    #expect(server.connectionCount == 0)
  }

  @Test func `cancelling while reading stops the transfer`() async throws {
    let (gone, read) = (Events<Void>(), Events<Void>())
    let server = try endlessServer(gone: gone)
    let task = Task { [transport] in
      for try await _ in try await transport.send(HTTPRequest(url: server.url)).body { read.send() }
    }
    _ = await read.next()
    task.cancel()
    await #expect(throws: HTTPTransportError.cancelled) { try await task.value }
    #expect(await gone.next() != nil)
  }

  @Test func `dropping the answer stops the transfer`() async throws {
    let gone = Events<Void>()
    let server = try endlessServer(gone: gone)
    #expect(try await transport.send(HTTPRequest(url: server.url)).status == 200)
    #expect(await gone.next() != nil)
  }

  @Test func `leaving the loop over the body stops the transfer`() async throws {
    let gone = Events<Void>()
    let server = try endlessServer(gone: gone)
    for try await _ in try await transport.send(HTTPRequest(url: server.url)).body { break }
    #expect(await gone.next() != nil)
  }

  @Test func `an iterator keeps the transfer going when the answer is dropped`() async throws {
    let gate = Gate()
    let server = try RawServer { connection in
      _ = try connection.readRequest()
      try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n")
      gate.pass()
      try connection.write("late")
    }
    var iterator = try await transport.send(HTTPRequest(url: server.url)).body.makeAsyncIterator()
    gate.open()
    #expect(try await iterator.next() == Array("late".utf8))
  }

  @Test func `two readers at once are told so`() async throws {
    let gone = Events<Void>()
    let server = try endlessServer(gone: gone)
    let body = try await transport.send(HTTPRequest(url: server.url)).body
    var iterator = body.makeAsyncIterator()
    _ = try await iterator.next()
    let first = Task { try await body.first { _ in true } }
    let second = Task { try await body.first { _ in true } }
    let told = Events<Bool>()
    for task in [first, second] {
      Task {
        guard case .failure(let error as HTTPTransportError) = await task.result else { return told.send(false) }
        told.send(error != .cancelled)
      }
    }
    #expect(await told.next() == true)
    first.cancel()
    second.cancel()
    #expect(await told.next() == false)
  }

  @Test func `shutting down fails what is under way, and everything after`() async throws {
    let (asked, gone) = (Events<Void>(), Events<Void>())
    let (mute, endless) = (try muteServer(asked: asked, gone: gone), try endlessServer(gone: gone))
    let waiting = Task { [transport] in try await transport.send(HTTPRequest(url: mute.url)) }
    var iterator = try await transport.send(HTTPRequest(url: endless.url)).body.makeAsyncIterator()
    #expect(try await iterator.next() == Array("hello".utf8))
    _ = await asked.next()
    await transport.shutdown()
    await #expect(throws: HTTPTransportError.shutDown) { _ = try await waiting.value }
    #expect(await iterator.failure() == .shutDown)
    let later = try await transportError { [transport] in try await transport.send(HTTPRequest(url: mute.url)) }
    #expect(later == .shutDown)
    for _ in 1...2 { #expect(await gone.next() != nil) }
    await transport.shutdown()
  }

  @Test func `dropping the transport ends its thread and its transfers`() async throws {
    let gone = Events<Void>()
    let server = try endlessServer(gone: gone)
    let body = try await CurlTransport().send(HTTPRequest(url: server.url)).body
    #expect(await gone.next() != nil)
    await #expect(throws: HTTPTransportError.shutDown) { _ = try await body.collect(upTo: 100) }
  }

  @Test func `every request ends once, whenever it is cancelled`() async throws {
    let server = try RawServer(script: `Curl transport, exchanging`.echo())
    let transport = transport
    let ends = await withTaskGroup(of: Bool.self) { group in
      for number in 0..<300 {
        group.addTask {
          let task = Task { try await transport.send(HTTPRequest(url: server.url)).body.collect(upTo: 1000) }
          for _ in 0..<(number % 50) { await Task.yield() }
          task.cancel()
          switch await task.result {
          case .success: return true
          case .failure(let error): return error as? HTTPTransportError == .cancelled
          }
        }
      }
      return await group.reduce(into: []) { $0.append($1) }
    }
    #expect(ends == Array(repeating: true, count: 300))
  }
}
