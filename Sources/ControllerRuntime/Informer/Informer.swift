import KubernetesClient
import KubernetesModel
import Locking
import Prometheus
import Serialization

/// Keeps a `Store` in step with the API server, and tells handlers what changes in it.
///
/// # Guarantees
/// - Handlers are called after the store has changed, and hear of every change at least once.
/// - It may be started and stopped at any time, as kinds come and go; nothing of a run that was stopped arrives later.
public final class Informer<Object: KubernetesObject>: Cache {
  /// Called from the watch; must return soon. Typically it enqueues a key.
  public typealias Handler = @Sendable (StoreChange<Object>, ChangeOrigin) -> Void
  /// Follows the server until its task is cancelled, and reports what it hears.
  public typealias Watch = @Sendable (_ report: @escaping @Sendable (WatchUpdate<Object>) async -> Void) async -> Void

  public let store: Store<Object>

  private struct State {
    var handlers: [Handler] = []
    var run: (id: UInt64, task: Task<Void, Never>)?
    var lastID: UInt64 = 0
    /// True once the handlers have heard of the first list.
    var hasToldFirstList = false
    var failure: (any Error)?
    /// Since when the watch has gone on without a break.
    var unbrokenSince: TimeSource.Instant?
    var lastUpdateAt: TimeSource.Instant?
    var lastChangeAt: TimeSource.Instant?
  }

  private let name: String
  private let watch: Watch
  private let state = Lock(State())
  private let pulse = Pulse()
  private let metrics: InformerMetrics
  private let logger: Logger
  private let time: TimeSource

  /// - Parameter name: what is cached, for messages and for the `cache` label of metrics.
  public init(
    name: String, indexes: [any StoreIndexing<Object>] = [], registry: MetricRegistry, logger: Logger,
    time: TimeSource = .system, watch: @escaping Watch
  ) {
    self.name = name
    self.watch = watch
    self.logger = logger.with(["cache": name])
    self.time = time
    store = Store(indexes: indexes, time: time)
    metrics = InformerMetrics(cache: name, registry: registry)
    metrics.collect(from: self, registry: registry)
  }

  /// Adds a handler. Objects that are cached already are told to it as added.
  public func onChange(_ handler: @escaping Handler) {
    state.withLock { $0.handlers.append(handler) }
    for object in store.objects { handler(.added(object), .list) }
  }

  public var status: CacheStatus {
    state.withLock { state in
      CacheStatus(name: name, isRunning: state.run != nil, hasSynced: store.hasSynced, failure: state.failure)
    }
  }

  public func start() {
    state.withLock { state in
      guard state.run == nil else { return }
      state.lastID += 1
      let id = state.lastID
      state.run = (id, Task { await self.watch { update in self.take(update, of: id) } })
    }
  }

  public func stop() {
    let (changes, handlers) = state.withLock { state in
      state.run?.task.cancel()
      state.run = nil
      state.hasToldFirstList = false
      (state.failure, state.unbrokenSince, state.lastUpdateAt, state.lastChangeAt) = (nil, nil, nil, nil)
      return (store.clear(), state.handlers)
    }
    notify(handlers, changes, .watch)
  }

  public func shutDown() async {
    let task = state.withLock { state in
      defer { state.run = nil }
      return state.run?.task
    }
    task?.cancel()
    await task?.value
  }

  public func synced() async {
    while !Task.isCancelled {
      let beats = pulse.beats
      if state.withLock({ $0.hasToldFirstList }) { return }
      await pulse.wait(beyond: beats)
    }
  }

  private func take(_ update: WatchUpdate<Object>, of id: UInt64) {
    let now = time.now()
    let (changes, handlers) = state.withLock { state -> ([StoreChange<Object>], [Handler]) in
      guard state.run?.id == id else { return ([], []) }
      note(update, at: now, &state)
      let changes = apply(update)
      if !changes.isEmpty { state.lastChangeAt = now }
      return (changes, state.handlers)
    }
    if case .replaced = update {
      notify(handlers, changes, .list)
      state.withLock { state in
        if state.run?.id == id { state.hasToldFirstList = true }
      }
      pulse.beat()
    } else {
      notify(handlers, changes, .watch)
    }
  }

  private func apply(_ update: WatchUpdate<Object>) -> [StoreChange<Object>] {
    switch update {
    case .replaced(let objects, let version, _): return store.replace(with: objects, at: version)
    case .changed(let object): return store.apply(object).map { [$0] } ?? []
    case .deleted(let key, let version): return store.remove(key, at: version).map { [$0] } ?? []
    case .undecodable(let key?, _): return store.lose(key).map { [$0] } ?? []
    case .progress(let version):
      store.advance(to: version)
      return []
    case .opened, .undecodable(nil, _), .failed: return []
    }
  }

  private func note(_ update: WatchUpdate<Object>, at now: TimeSource.Instant, _ state: inout State) {
    switch update {
    case .failed(let error, let pause):
      let isNews = state.failure.map { "\($0)" != "\(error)" } ?? true
      state.failure = error
      state.unbrokenSince = nil
      metrics.failures.increment()
      logger.log(
        isNews ? .warning : .debug, "cannot list or watch, trying again",
        ["error": "\(error)", "retryIn": KubernetesDuration.text(pause)])
      return
    case .undecodable(let key, let error):
      metrics.undecodable.increment()
      logger.error(
        "an object cannot be read, and is treated as though it were not there",
        ["object": key.map { "\($0)" } ?? "", "error": "\(error)"])
    case .replaced(let objects, _, let cause):
      metrics.countRelist(cause)
      state.unbrokenSince = now
      logger.debug("listed", ["objects": "\(objects.count)", "cause": cause.rawValue])
    case .opened, .changed, .deleted, .progress: break
    }
    if state.failure != nil { logger.info("watching again") }
    state.failure = nil
    state.unbrokenSince = state.unbrokenSince ?? now
    state.lastUpdateAt = now
  }

  private func notify(_ handlers: [Handler], _ changes: [StoreChange<Object>], _ origin: ChangeOrigin) {
    for change in changes {
      for handler in handlers { handler(change, origin) }
    }
  }

  /// Silence that means nothing: servers send a bookmark about every minute.
  private static var usualSilence: Duration { .seconds(75) }

  /// How old what is cached may be: nothing while the watch goes on, else since anything was heard. `nil` before the first
  /// list.
  public var age: Duration? {
    let now = time.now()
    return state.withLock { state in
      guard store.hasSynced, let heard = state.lastUpdateAt else { return nil }
      let silence = heard.duration(to: now)
      return state.failure == nil && silence <= Self.usualSilence ? .zero : silence
    }
  }

  /// Numbers for a scrape; ages are `nil` for what has not happened.
  func reading() -> InformerReading {
    let now = time.now()
    return state.withLock { state in
      InformerReading(
        isRunning: state.run != nil, hasSynced: store.hasSynced, objects: store.count,
        unreadable: store.unreadableCount, watchAge: state.unbrokenSince?.duration(to: now),
        updateAge: state.lastUpdateAt?.duration(to: now),
        changeAge: state.lastChangeAt?.duration(to: now))
    }
  }
}
