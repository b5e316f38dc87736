import Locking

/// Whether the server streams lists (`sendInitialEvents`), as far as is known. Shared by all watches of a client, so that
/// each thing is found out once.
final class ListStreaming: Sendable {
  private let isServed = Lock<Bool?>(nil)

  /// `nil` when nobody knows yet.
  var isKnownToBeServed: Bool? { isServed.withLock { $0 } }

  /// Servers say yes from 1.32 on. From 1.27 to 1.31 it is a feature gate that is off; those before leave the request
  /// without an answer.
  func note(_ version: ServerVersion) {
    isServed.withLock { isServed in
      if isServed == nil { isServed = version.isAtLeast(1, 32) ?? false }
    }
  }

  /// A watch found that it is not, whatever the version promises: a feature gate is off, or something in between takes the
  /// parameters away.
  func noteLack() { isServed.withLock { $0 = false } }
}

extension KubernetesClient {
  /// Whether a watch should let the server stream the list; asks for the version where it is not known.
  func streamsLists() async -> Bool {
    if let isServed = listStreaming.isKnownToBeServed { return isServed }
    // A server that does not tell is asked for pages by this watch, and for its version by the next one.
    do { _ = try await version() } catch { return false }
    return listStreaming.isKnownToBeServed ?? false
  }
}
