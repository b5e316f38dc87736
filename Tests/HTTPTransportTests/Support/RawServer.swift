import Foundation
import Locking

/// A server whose every byte the test decides: each connection runs the script, on a thread of its own.
final class RawServer: Sendable {
  typealias Script = @Sendable (RawConnection) throws -> Void

  let port: Int
  private let listener: Int32
  private let accepted = Lock(0)

  /// Listens on a free port of 127.0.0.1.
  convenience init(script: @escaping Script) throws {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    try self.init(address: address, family: AF_INET, script: script)
  }

  /// Listens on a unix socket.
  convenience init(unixSocket path: String, script: @escaping Script) throws {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8) + [0]) }
    try self.init(address: address, family: AF_UNIX, script: script)
  }

  private init<Address>(address: Address, family: Int32, script: @escaping Script) throws {
    let listener = socket(family, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    guard withSockaddr(of: address, { bind(listener, $0, $1) }) == 0, listen(listener, 512) == 0 else {
      throw POSIXError(.init(rawValue: errno) ?? .EIO)
    }
    var bound = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &bound) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &size) }
    }
    port = Int(UInt16(bigEndian: bound.sin_port))
    let count: @Sendable () -> Void = { [weak self] in self?.accepted.withLock { $0 += 1 } }
    Thread.detachNewThread {
      while true {
        let socket = accept(listener, nil, nil)
        guard socket >= 0 else { break }
        count()
        Thread.detachNewThread {
          let connection = RawConnection(socket)
          // A script that the client cuts short ends here; the test sees it from the client's side.
          try? script(connection)
          connection.close()
        }
      }
      close(listener)
    }
  }

  deinit { shutdown(listener, Int32(SHUT_RDWR)) }

  var url: String { "http://127.0.0.1:\(port)" }
  /// How many connections have come in.
  var connectionCount: Int { accepted.withLock(\.self) }
}

/// One accepted connection, to be used by one thread.
final class RawConnection: Sendable {
  struct Closed: Error {}

  private let socket: Int32
  private let isReset = Lock(false)

  init(_ socket: Int32) {
    self.socket = socket
  }

  deinit { Glibc.close(socket) }

  /// Up to `limit` bytes; empty when the peer has closed.
  func read(upTo limit: Int = 65_536) throws -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: limit)
    let count = recv(socket, &buffer, limit, 0)
    guard count >= 0 else { throw Closed() }
    return Array(buffer[..<count])
  }

  func write(_ text: String) throws { try write(Array(text.utf8)) }

  func write(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw Closed() }
      sent += count
    }
  }

  /// Writes until the peer takes no more for a while, or all is written. Returns how many bytes the peer's side took.
  func writeUntilStalled(_ bytes: [UInt8]) -> Int {
    var patience = timeval(tv_sec: 0, tv_usec: 500_000)
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var sent = 0
    while sent < bytes.count {
      let end = min(bytes.count, sent + 65_536)
      let count = bytes[sent..<end].withUnsafeBytes {
        send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { break }
      sent += count
    }
    patience = timeval(tv_sec: 0, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    return sent
  }

  /// Returns when the peer has closed or reset the connection; what it still sends is dropped.
  func waitForClose() {
    while let bytes = try? read(), !bytes.isEmpty {}
  }

  /// Ends the connection with a TCP reset, once the script is over.
  func reset() {
    var linger = linger(l_onoff: 1, l_linger: 0)
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout.size(ofValue: linger)))
    isReset.withLock { $0 = true }
  }

  /// Ends both directions, for the peer and for a read that waits here. The descriptor itself lives as long as anyone may
  /// still use it: its number goes to somebody else afterwards.
  func close() {
    if !isReset.withLock(\.self) { shutdown(socket, Int32(SHUT_RDWR)) }
  }
}

/// A request as it came over the wire.
struct RawRequest: Sendable {
  var head: String
  var body: [UInt8]

  var line: String { head.components(separatedBy: "\r\n").first ?? "" }

  func header(_ name: String) -> String? {
    head.components(separatedBy: "\r\n").dropFirst()
      .first { $0.lowercased().hasPrefix(name.lowercased() + ":") }
      .map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
  }
}

extension RawConnection {
  /// Reads one request with its body; throws when the peer closes before it is complete.
  func readRequest() throws -> RawRequest {
    var bytes: [UInt8] = []
    let end = Array("\r\n\r\n".utf8)
    while true {
      if let range = bytes.firstRange(of: end) {
        var request = RawRequest(head: String(decoding: bytes[..<range.lowerBound], as: UTF8.self), body: [])
        request.body = Array(bytes[range.upperBound...])
        let length = request.header("Content-Length").flatMap { Int($0) } ?? 0
        while request.body.count < length { request.body += try readSome() }
        return request
      }
      bytes += try readSome()
    }
  }

  private func readSome() throws -> [UInt8] {
    let bytes = try read()
    guard !bytes.isEmpty else { throw Closed() }
    return bytes
  }

  /// Answers every request on the connection with what the closure returns.
  func serve(_ answer: (RawRequest) -> String) throws {
    while true { try write(answer(try readRequest())) }
  }
}

func withSockaddr<Address, Result>(
  of address: Address, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
) -> Result {
  withUnsafeBytes(of: address) { bytes in
    bytes.withMemoryRebound(to: sockaddr.self) { body($0.baseAddress!, socklen_t(bytes.count)) }
  }
}
