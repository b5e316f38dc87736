import KubernetesModel
import Locking

/// A write that a store is to see before its readers may rely on it.
struct CacheExpectation: Sendable {
  let write: ObjectWrite
  let isMet: @Sendable () -> Bool
  let wait: @Sendable (Duration) async -> Bool

  init<Object>(_ write: ObjectWrite, _ store: Store<Object>) {
    self.write = write
    // A store that follows nothing will not see anything either.
    isMet = { !store.hasSynced || store.hasSeen(write) }
    wait = { await store.waitUntilSeen(write, timeout: $0) }
  }
}

/// The writes that reconciles made, by key: read-your-writes for stores that are filled by watches.
final class Expectations<Key: Hashable & Sendable>: Sendable {
  private let pending = Lock<[Key: [CacheExpectation]]>([:])

  func note(_ expectation: CacheExpectation, for key: Key) {
    pending.withLock { pending in
      pending[key, default: []].append(expectation)
    }
  }

  /// Waits until all writes of the last reconcile of a key were seen, and forgets them.
  ///
  /// - Returns: those that were not seen in time.
  func settle(_ key: Key, deadline: TimeSource.Instant, _ time: TimeSource) async -> [ObjectWrite] {
    let expectations = pending.withLock { $0.removeValue(forKey: key) } ?? []
    var missing: [ObjectWrite] = []
    for expectation in expectations where !expectation.isMet() {
      let isSeen = await expectation.wait(max(.zero, time.now().duration(to: deadline)))
      if !isSeen { missing.append(expectation.write) }
    }
    return missing
  }

  /// Drops what was seen meanwhile, so that keys at rest take no memory.
  func prune(_ key: Key) {
    pending.withLock { pending in
      pending[key]?.removeAll { $0.isMet() }
      if pending[key]?.isEmpty == true { pending[key] = nil }
    }
  }
}
