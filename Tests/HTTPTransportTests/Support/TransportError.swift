import HTTPTransport

/// The error that the operation ends with; `nil` when it ends without.
func transportError<Value: Sendable>(
  of operation: @Sendable () async throws -> Value
) async throws -> HTTPTransportError? {
  do {
    _ = try await operation()
    return nil
  } catch let error as HTTPTransportError {
    return error
  }
}

extension HTTPBody.AsyncIterator {
  /// The error that the next read ends with; `nil` when it ends without.
  mutating func failure() async -> HTTPTransportError? {
    do {
      _ = try await next()
      return nil
    } catch {
      return error as? HTTPTransportError
    }
  }
}

extension HTTPBody {
  func text() async throws -> String { String(decoding: try await collect(upTo: 1 << 24), as: UTF8.self) }
}
