import CCurl

/// The connections of one kind of use of one endpoint.
///
/// Pools are the guarantee that two TLS identities never meet on a connection: libcurl looks for a connection to reuse
/// in the pool of the transfer and nowhere else, so that it does not matter which options it compares.
///
/// Confined to the transfer thread.
final class ConnectionPool {
  /// What keeps connections apart.
  struct Key: Hashable {
    var endpoint: HTTPEndpoint
    var isExclusive: Bool
  }

  /// How many exchanges share the connections of a pool at the same time; the rest waits for its turn.
  ///
  /// It is what servers commonly take on one HTTP/2 connection. Past the server's limit libcurl 7.88 opens a connection
  /// for each request.
  static let concurrencyLimit = 100

  let key: Key
  let handle: ccurl_pool
  private(set) var transferCount = 0
  private var runningCount = 0
  private var waiting: [CurlTransfer] = []
  private(set) var lastUsed: ContinuousClock.Instant
  /// When anything last arrived on a connection of this pool.
  var lastReceived: ContinuousClock.Instant?

  init?(_ key: Key, now: ContinuousClock.Instant) {
    guard let handle = ccurl_make_connection_pool() else { return nil }
    (self.key, self.handle, lastUsed) = (key, handle, now)
  }

  deinit { curl_share_cleanup(handle) }

  func enter() { transferCount += 1 }

  func leave(at now: ContinuousClock.Instant) {
    transferCount -= 1
    lastUsed = now
  }

  /// Whether the transfer may start; else it waits until it is returned by `remove`.
  func admit(_ transfer: CurlTransfer) -> Bool {
    guard key.isExclusive || runningCount < Self.concurrencyLimit else {
      waiting.append(transfer)
      return false
    }
    runningCount += 1
    return true
  }

  /// Forgets a transfer, waiting or running. Returns the one that may start in its place.
  func remove(_ transfer: CurlTransfer) -> CurlTransfer? {
    if let index = waiting.firstIndex(where: { $0 === transfer }) {
      waiting.remove(at: index)
      return nil
    }
    guard !waiting.isEmpty else {
      runningCount -= 1
      return nil
    }
    return waiting.removeFirst()
  }
}
