import Foundation
import Locking

/// Passes bytes on to a server behind it, counts connections, and can go silent as a broken network does.
final class Forwarder: Sendable {
  private let server: RawServer
  private let state: Frozen

  /// - Parameter gate: When given, each connection waits there before its first byte is passed on.
  init(to port: Int, gate: Gate? = nil) throws {
    let state = Frozen()
    self.state = state
    server = try RawServer { client in
      gate?.pass()
      let isLive = state.isLive
      let upstream = try RawConnection(connectingTo: port)
      Thread.detachNewThread {
        while let bytes = try? upstream.read(), !bytes.isEmpty {
          if isLive() { try? client.write(bytes) }
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
