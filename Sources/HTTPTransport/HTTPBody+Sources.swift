import Locking

/// Bytes that are there already, handed out as one piece.
final class CompleteBody: HTTPBodySource {
  private let bytes: Lock<[UInt8]?>

  init(_ bytes: [UInt8]) {
    self.bytes = Lock(bytes.isEmpty ? nil : bytes)
  }

  func next() async throws -> [UInt8]? { bytes.withLock { $0.take() } }
}

/// Pieces from a closure, until it ends or fails; nothing after that.
final class UnfoldingBody: HTTPBodySource {
  private let produce: @Sendable () async throws -> [UInt8]?

  init(_ produce: @escaping @Sendable () async throws -> [UInt8]?) {
    self.produce = produce
  }

  func next() async throws -> [UInt8]? {
    while let chunk = try await produce() {
      if !chunk.isEmpty { return chunk }
    }
    return nil
  }
}
