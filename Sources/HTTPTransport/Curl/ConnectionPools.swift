/// The pools in use, by what they may be shared for. Confined to the transfer thread.
struct ConnectionPools {
  typealias Instant = ContinuousClock.Instant

  /// Shorter than the time after which servers and middleboxes are known to drop idle connections without a word.
  static let idleLifetime = Duration.seconds(90)

  private var current: [ConnectionPool.Key: ConnectionPool] = [:]

  mutating func pool(for plan: TransferPlan, at now: Instant) -> ConnectionPool? {
    let key = ConnectionPool.Key(endpoint: plan.request.endpoint, isExclusive: plan.request.usesOwnConnection)
    if let pool = current[key] { return pool }
    let pool = ConnectionPool(key, now: now)
    current[key] = pool
    return pool
  }

  /// A request that began at `start` timed out. When nothing has arrived on any connection since then, none of them is
  /// trusted with another request: a half-open connection looks fine until TCP gives up on it, many minutes later.
  mutating func timedOut(_ pool: ConnectionPool, since start: Instant) {
    if let last = pool.lastReceived, last >= start { return }
    if current[pool.key] === pool { current[pool.key] = nil }
  }

  /// Closes what nobody has used for long. Returns when to look again.
  mutating func closeIdle(at now: Instant) -> Instant? {
    current = current.filter { _, pool in pool.transferCount > 0 || pool.lastUsed + Self.idleLifetime > now }
    return current.values.filter { $0.transferCount == 0 }.map { $0.lastUsed + Self.idleLifetime }.min()
  }

  mutating func removeAll() { current.removeAll() }
}
