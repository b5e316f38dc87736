import Locking

/// The caches of a process.
public final class CacheSet: Sendable {
  private struct State {
    var required: [any Cache] = []
    var optional: [any Cache] = []
  }
  private let state = Lock(State())

  public init() {}

  /// Adds a cache that the process cannot do without: `run` starts it and is not ready before it is.
  public func add(_ cache: any Cache) { state.withLock { $0.required.append(cache) } }

  /// Adds a cache that others start and stop, as its kind comes and goes.
  public func addOptional(_ cache: any Cache) { state.withLock { $0.optional.append(cache) } }

  /// Why the process is not ready, one line a cache; empty when it is. Caches that do not run are left out.
  public var complaints: [String] {
    state.withLock { $0.required + $0.optional }.compactMap(\.status.complaint)
  }

  /// How long `ready` waits for caches that the required ones led to. A kind that cannot be listed must not hold up all.
  private static let optionalPatience: Duration = .seconds(10)

  /// Starts the required caches, calls `ready` once all have synced, and ends all caches when the task is cancelled.
  ///
  /// Optional caches that handlers of the required ones started are waited for too, for a while: who reads them before
  /// their first list takes everything in them for gone.
  public func run(ready: @Sendable () -> Void) async {
    let required = state.withLock { $0.required }
    for cache in required { cache.start() }
    for cache in required { await cache.synced() }
    let started = state.withLock { $0.optional }.filter(\.status.isRunning)
    let time = TimeSource.system
    _ = try? await withDeadline(time.now() + Self.optionalPatience, time) {
      for cache in started { await cache.synced() }
    }
    if !Task.isCancelled { ready() }
    await Completion().wait()
    for cache in state.withLock({ $0.required + $0.optional }) { await cache.shutDown() }
  }
}
