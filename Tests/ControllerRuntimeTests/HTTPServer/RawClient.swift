import Foundation

@testable import ControllerRuntime

/// A client that sends what it is told, valid or not.
final class RawClient: Sendable {
  struct NotConnected: Error {}

  private let descriptor: Int32

  init(port: UInt16, host: String = "127.0.0.1") throws {
    guard let address = SocketAddress(host: host, port: port) else { throw NotConnected() }
    descriptor = socket(address.family, Int32(SOCK_STREAM.rawValue), 0)
    guard address.withPointer({ connect(descriptor, $0, $1) }) == 0 else {
      close(descriptor)
      throw NotConnected()
    }
  }

  deinit { close(descriptor) }

  /// Whether the bytes were taken by the system.
  @discardableResult
  func send(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    return Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count
  }

  /// Everything up to the end of the connection; what came before a reset when it was reset.
  func readToEnd() async -> String {
    await onThread { [descriptor] in
      var (all, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
      while case let count = recv(descriptor, &buffer, buffer.count, 0), count > 0 { all += buffer[..<count] }
      return String(decoding: all, as: UTF8.self)
    }
  }

  /// Up to and with that text, or the end.
  func read(through text: String) async -> String {
    await onThread { [descriptor] in
      var (all, byte) = ([UInt8](), UInt8(0))
      let end = Array(text.utf8)
      while !all.suffix(end.count).elementsEqual(end), recv(descriptor, &byte, 1, 0) == 1 { all.append(byte) }
      return String(decoding: all, as: UTF8.self)
    }
  }

  private func onThread(_ body: @escaping @Sendable () -> String) async -> String {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: body()) }
    }
  }
}
