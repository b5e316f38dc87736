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

  let key: Key
  let handle: ccurl_pool
  private(set) var transferCount = 0
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
}
