import Glibc
import Locking

/// Where the lines of a logger go.
public struct LogSink: Sendable {
  let write: @Sendable (String) -> Void

  /// - Parameter write: takes one line without its line end; called from any thread.
  public init(_ write: @escaping @Sendable (String) -> Void) { self.write = write }

  /// Standard error. Lines of concurrent writers do not mix; lines that cannot be written are lost.
  public static let standardError = LogSink { line in
    let bytes = Array((line + "\n").utf8)
    standardErrorLock.withLock { _ in writeAll(bytes, to: STDERR_FILENO) }
  }

  private static let standardErrorLock = Lock(())

  private static func writeAll(_ bytes: [UInt8], to descriptor: Int32) {
    bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        let written = Glibc.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if written > 0 {
          rest = rest.dropFirst(written)
        } else if errno != EINTR {
          return
        }
      }
    }
  }
}
