import Glibc
import Serialization

/// The audit log of an API server, from a moment on.
struct AuditLog {
  private let path: String
  private let start: off_t

  /// Begins at the end of what is there now.
  init(_ path: String?) throws {
    guard let path, !path.isEmpty else {
      throw BenchmarkError("this benchmark needs the API server's audit log: --audit-log FILE")
    }
    self.path = path
    let descriptor = try Self.open(path)
    defer { close(descriptor) }
    start = lseek(descriptor, 0, SEEK_END)
  }

  /// What was logged since, in the order in which the server answered; piece by piece, because it may be hundreds of megabytes.
  func forEach(_ body: (AuditedWrite) throws -> Void) throws {
    let descriptor = try Self.open(path)
    defer { close(descriptor) }
    lseek(descriptor, start, SEEK_SET)
    var (line, buffer) = ([UInt8](), [UInt8](repeating: 0, count: 1 << 20))
    while true {
      let count = read(descriptor, &buffer, buffer.count)
      guard count > 0 else { break }
      var rest = buffer[..<count]
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        line += rest[..<end]
        if !line.isEmpty { try body(try AuditedWrite(jsonBytes: line)) }
        line.removeAll(keepingCapacity: true)
        rest = rest[(end + 1)...]
      }
      line += rest
    }
  }

  private static func open(_ path: String) throws -> Int32 {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw BenchmarkError("\(path) cannot be read") }
    return descriptor
  }
}
