import Foundation
import Locking

/// Passes bytes on to a server behind it, counts connections, and can go silent as a broken network does.
final class Forwarder: Sendable {
  private let server: RawServer
  private let state: Frozen
  private let passed = Passed()

  /// - Parameter gate: When given, each connection waits there before its first byte is passed on.
  init(to port: Int, gate: Gate? = nil) throws {
    let (state, passed) = (Frozen(), passed)
    self.state = state
    server = try RawServer { client in
      gate?.pass()
      let isLive = state.isLive
      let upstream = try RawConnection(connectingTo: port)
      passed.clients.withLock { $0.append(client) }
      Thread.detachNewThread {
        while let bytes = try? upstream.read(), !bytes.isEmpty {
          guard isLive() else { continue }
          try? client.write(bytes)
          passed.bytes.withLock { $0 += bytes.count }
        }
        if isLive() { client.close() }
      }
      while case let bytes = try client.read(), !bytes.isEmpty {
        if isLive() { try upstream.write(bytes) }
      }
      upstream.close()
    }
  }

  var port: Int { server.port }
  var connectionCount: Int { server.connectionCount }

  /// How many bytes of answers were passed on, once no more go through for a while.
  func passedUntilStalled() async throws -> Int {
    var last = -1
    while case let now = passed.bytes.withLock(\.self), now != last || now == 0 {
      last = now
      try await Task.sleep(for: .milliseconds(300))
    }
    return last
  }

  /// Ends the connections there are.
  func breakConnections() {
    for client in passed.clients.withLock(\.self) { client.close() }
  }

  private final class Passed: Sendable {
    let bytes = Lock(0)
    let clients = Lock<[RawConnection]>([])
  }

  /// From now on nothing passes on the connections there are, and nobody learns that; new ones work.
  func freezeConnections() { state.freeze() }

  private final class Frozen: Sendable {
    private let generation = Lock(0)

    var isLive: @Sendable () -> Bool {
      let mine = generation.withLock(\.self)
      return { self.generation.withLock(\.self) == mine }
    }

    func freeze() { generation.withLock { $0 += 1 } }
  }
}

extension RawConnection {
  convenience init(connectingTo port: Int) throws {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.init(descriptor)
    guard withSockaddr(of: address, { connect(descriptor, $0, $1) }) == 0 else { throw Closed() }
  }
}
