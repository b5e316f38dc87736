import Foundation
import Locking
import Testing

struct `A lock` {
  @Test func `loses no update of threads that write at once`() {
    let counter = Shared(0)
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      for _ in 0..<10_000 { counter.lock.withLock { $0 += 1 } }
    }
    #expect(counter.lock.withLock { $0 } == 80_000)
  }

  @Test func `is free again after an error, which keeps its type`() {
    struct Refused: Error, Equatable {}
    let lock = Lock(0)
    #expect(throws: Refused()) {
      try lock.withLock { value throws(Refused) in
        value = 1
        throw Refused()
      }
    }
    #expect(lock.withLock { $0 } == 1)
  }

  @Test func `destroys its value once`() {
    let gone = Shared(0)
    do {
      let lock = Lock(Tracked(gone))
      lock.withLock { $0 = Tracked(gone) }
      #expect(gone.lock.withLock { $0 } == 1)
    }
    #expect(gone.lock.withLock { $0 } == 2)
  }
}

private final class Shared: Sendable {
  let lock: Lock<Int>

  init(_ value: Int) { lock = Lock(value) }
}

/// Counts when it goes; cannot be copied.
private struct Tracked: ~Copyable {
  private let gone: Shared

  init(_ gone: Shared) { self.gone = gone }

  deinit { gone.lock.withLock { $0 += 1 } }
}
