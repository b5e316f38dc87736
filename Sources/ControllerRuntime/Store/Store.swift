import KubernetesModel
import Locking

/// The objects of one kind as the API server last told them.
///
/// # Guarantees
/// - Readers never see part of a list: a relist replaces everything at once.
/// - Reads copy nothing: they return a snapshot that later changes leave alone.
public final class Store<Object: KubernetesObject>: Sendable {
  private let state: Lock<StoreState<Object>>
  private let pulse = Pulse()
  private let time: TimeSource

  public init(indexes: [any StoreIndexing<Object>] = [], time: TimeSource = .system) {
    state = Lock(StoreState(indexes: indexes))
    self.time = time
  }

  /// True once the first list is in.
  public var hasSynced: Bool { state.withLock { $0.seen != nil } }

  /// The version up to which everything was seen; `nil` before the first list.
  public var resourceVersion: ResourceVersion? { state.withLock { $0.seen } }

  public var count: Int { state.withLock { $0.objects.count } }

  /// How many objects there are that could not be read, and are therefore not held.
  public var unreadableCount: Int { state.withLock { $0.unreadable.count } }

  public subscript(key: ObjectKey) -> Object? { state.withLock { $0.objects[key] } }

  /// All objects at one moment, by key.
  public var snapshot: [ObjectKey: Object] { state.withLock { $0.objects } }

  /// All objects, sorted by key.
  public var objects: [Object] { snapshot.sorted { $0.key < $1.key }.map(\.value) }

  /// The objects under a value of an index, sorted by key.
  ///
  /// - Precondition: the store was made with the index.
  public func objects<Value>(_ index: StoreIndex<Object, Value>, _ value: Value) -> [Object] {
    state.withLock { state in state.keys(index, value).sorted().compactMap { state.objects[$0] } }
  }

  /// The keys under a value of an index.
  ///
  /// - Precondition: the store was made with the index.
  public func keys<Value>(_ index: StoreIndex<Object, Value>, _ value: Value) -> Set<ObjectKey> {
    state.withLock { $0.keys(index, value) }
  }

  /// Makes the list the whole truth, at once, and returns how it differs from before.
  @discardableResult
  public func replace(with list: [Object], at version: ResourceVersion) -> [StoreChange<Object>] {
    update { $0.replace(with: list, at: version) }
  }

  /// Takes the new state of an object. `nil` when it is the one already held.
  @discardableResult
  public func apply(_ object: Object) -> StoreChange<Object>? { update { $0.apply(object) } }

  /// Takes the deletion of an object. `nil` when it was not held.
  @discardableResult
  public func remove(_ key: ObjectKey, at version: ResourceVersion?) -> StoreChange<Object>? {
    update { $0.remove(key, at: version) }
  }

  /// Takes that an object now is one that cannot be read. `nil` when it was not held.
  @discardableResult
  public func lose(_ key: ObjectKey) -> StoreChange<Object>? { update { $0.lose(key) } }

  /// Notes that everything up to this version was seen.
  public func advance(to version: ResourceVersion) { update { $0.advance(to: version) } }

  /// Forgets everything, and that it ever was in step; returns the deletions.
  @discardableResult
  public func clear() -> [StoreChange<Object>] { update { $0.clear() } }

  /// True when a write is already part of what is held, or was overtaken by later ones.
  public func hasSeen(_ write: ObjectWrite) -> Bool { state.withLock { $0.hasSeen(write) } }

  /// Waits until the store has seen that an object has a version, or a later one.
  ///
  /// - Returns: false when the time-out passed first or the task was cancelled.
  public func waitUntilSeen(key: ObjectKey, resourceVersion: ResourceVersion, timeout: Duration) async -> Bool {
    await waitUntilSeen(ObjectWrite(key, .stored(resourceVersion)), timeout: timeout)
  }

  /// Waits until the store has seen a write.
  ///
  /// - Returns: false when the time-out passed first or the task was cancelled.
  public func waitUntilSeen(_ write: ObjectWrite, timeout: Duration) async -> Bool {
    await wait(until: time.now() + timeout) { $0.hasSeen(write) }
  }

  private func wait(
    until deadline: TimeSource.Instant, _ condition: @escaping @Sendable (StoreState<Object>) -> Bool
  ) async -> Bool {
    if state.withLock({ condition($0) }) { return true }
    do {
      return try await withDeadline(deadline, time) {
        while !Task.isCancelled {
          let beats = self.pulse.beats
          if self.state.withLock({ condition($0) }) { return true }
          await self.pulse.wait(beyond: beats)
        }
        return false
      } ?? false
    } catch {
      return false
    }
  }

  private func update<Result: Sendable>(_ change: (inout StoreState<Object>) -> Result) -> Result {
    let result = state.withLock { change(&$0) }
    pulse.beat()
    return result
  }
}
