import Synchronization

/// The caches of a process.
public final class CacheSet: Sendable {
  private struct State {
    var required: [any Cache] = []
    var optional: [any Cache] = []
  }
  private let state = Mutex(State())

  public init() {}

  /// Adds a cache that the process cannot do without: `run` starts it and is not ready before it is.
  public func add(_ cache: any Cache) { state.withLock { $0.required.append(cache) } }

  /// Adds a cache that others start and stop, as its kind comes and goes.
  public func addOptional(_ cache: any Cache) { state.withLock { $0.optional.append(cache) } }

  /// Why the process is not ready, one line a cache; empty when it is. Caches that do not run are left out.
  public var complaints: [String] {
    state.withLock { $0.required + $0.optional }.compactMap(\.status.complaint)
  }

  /// Starts the required caches, calls `ready` once all have synced, and ends all caches when the task is cancelled.
  public func run(ready: @Sendable () -> Void) async {
    let required = state.withLock { $0.required }
    for cache in required { cache.start() }
    for cache in required { await cache.synced() }
    if !Task.isCancelled { ready() }
    await Completion().wait()
    for cache in state.withLock({ $0.required + $0.optional }) { await cache.shutDown() }
  }
}
