import Glibc
import Locking

/// A socket that listens, until it is closed.
final class ListeningSocket: Sendable {
  let descriptor: Int32
  /// With the port that the system chose, where it was asked to.
  let address: ListenAddress
  private let isOpen = Lock(true)

  init(_ wanted: ListenAddress) throws(HTTPServerError) {
    descriptor = try Self.open(wanted)
    address = ListenAddress(host: wanted.host, port: SocketAddress.port(of: descriptor))
  }

  deinit { stop() }

  /// Frees the port.
  func stop() {
    let wasOpen = isOpen.withLock { isOpen in
      defer { isOpen = false }
      return isOpen
    }
    if wasOpen { close(descriptor) }
  }

  private static func open(_ wanted: ListenAddress) throws(HTTPServerError) -> Int32 {
    guard wanted.host.isEmpty else { return try open(wanted, host: wanted.host) }
    // The unspecified IPv6 address takes IPv4 as well; a machine may have no IPv6.
    do throws(HTTPServerError) {
      return try open(wanted, host: "::")
    } catch {
      if case .addressInUse = error { throw error }
      return try open(wanted, host: "0.0.0.0")
    }
  }

  private static func open(_ wanted: ListenAddress, host: String) throws(HTTPServerError) -> Int32 {
    guard let address = SocketAddress(host: host, port: wanted.port) else {
      throw .invalidAddress("\(wanted)", reason: "\"\(host)\" is not an IP address")
    }
    let descriptor = socket(
      address.family, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw failure(wanted) }
    var (yes, no): (Int32, Int32) = (1, 0)
    // Without it the port of a server that just ended stays taken for a minute.
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    if wanted.host.isEmpty, address.family == AF_INET6 {
      setsockopt(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &no, socklen_t(MemoryLayout<Int32>.size))
    }
    guard address.withPointer({ bind(descriptor, $0, $1) }) == 0, listen(descriptor, 128) == 0 else {
      let error = failure(wanted)
      close(descriptor)
      throw error
    }
    return descriptor
  }

  private static func failure(_ wanted: ListenAddress) -> HTTPServerError {
    switch errno {
    case EADDRINUSE: .addressInUse(wanted)
    case EADDRNOTAVAIL: .cannotListen(wanted, reason: "this machine does not have that address")
    case EACCES: .cannotListen(wanted, reason: "the port needs a privilege; choose one above 1023")
    case let code: .cannotListen(wanted, reason: String(cString: strerror(code)))
    }
  }
}
