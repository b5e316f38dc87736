import Glibc

/// A value that one thread at a time may touch.
///
/// Why not `Synchronization.Mutex`: that one waits in the kernel from inside a library which is not instrumented, so the
/// ThreadSanitizer sees neither its locking nor its unlocking, and takes every value it guards for a race. A POSIX mutex
/// is one that the sanitizer knows; uncontended it takes about 20 ns instead of 8.
///
/// Not recursive: taking it again inside of `withLock` never returns. Nothing that waits belongs inside.
public struct Lock<State: ~Copyable>: ~Copyable, @unchecked Sendable {
  // Apart from the value on purpose: they have an address that stays, which a POSIX mutex needs.
  @usableFromInline let mutex: UnsafeMutablePointer<pthread_mutex_t>
  @usableFromInline let state: UnsafeMutablePointer<State>

  public init(_ initial: consuming sending State) {
    mutex = .allocate(capacity: 1)
    mutex.initialize(to: pthread_mutex_t())
    let outcome = pthread_mutex_init(mutex, nil)
    precondition(outcome == 0, "a mutex cannot be made: error \(outcome)")
    state = .allocate(capacity: 1)
    state.initialize(to: initial)
  }

  deinit {
    pthread_mutex_destroy(mutex)
    mutex.deallocate()
    state.deinitialize(count: 1)
    state.deallocate()
  }

  /// Runs `body` while no other thread touches the value.
  @inlinable
  public borrowing func withLock<Result: ~Copyable, Failure: Error>(
    _ body: (inout sending State) throws(Failure) -> sending Result
  ) throws(Failure) -> sending Result {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return try body(&state.pointee)
  }
}
