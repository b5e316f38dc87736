import Glibc

/// An IP address and port in the form that the socket calls take.
struct SocketAddress {
  let family: Int32
  private var storage = sockaddr_storage()
  private let size: socklen_t

  /// `nil` when the host is no numeric address. An empty one stands for every IPv4 address.
  init?(host: String, port: UInt16) {
    var v4 = sockaddr_in()
    var v6 = sockaddr_in6()
    if host.isEmpty || inet_pton(AF_INET, host, &v4.sin_addr) == 1 {
      (v4.sin_family, v4.sin_port) = (sa_family_t(AF_INET), port.bigEndian)
      (family, size) = (AF_INET, socklen_t(MemoryLayout.size(ofValue: v4)))
      store(v4)
    } else if inet_pton(AF_INET6, host, &v6.sin6_addr) == 1 {
      (v6.sin6_family, v6.sin6_port) = (sa_family_t(AF_INET6), port.bigEndian)
      (family, size) = (AF_INET6, socklen_t(MemoryLayout.size(ofValue: v6)))
      store(v6)
    } else {
      return nil
    }
  }

  private mutating func store<Address>(_ address: Address) {
    withUnsafeMutableBytes(of: &storage) { target in
      withUnsafeBytes(of: address) { target.copyMemory(from: $0) }
    }
  }

  func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    withUnsafePointer(to: storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, size) }
    }
  }

  /// The port that a bound socket has.
  static func port(of socket: Int32) -> UInt16 {
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    _ = withUnsafeMutablePointer(to: &storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &size) }
    }
    // The port stands at the same place for both families.
    return withUnsafeBytes(of: storage) { UInt16(bigEndian: $0.loadUnaligned(fromByteOffset: 2, as: UInt16.self)) }
  }
}
