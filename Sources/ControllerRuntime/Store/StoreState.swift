import KubernetesModel

/// What a store knows: the objects of one kind, found by key and by index. A value: readers of a copy see one moment.
///
/// It follows its stream of events and never second-guesses it: when the server goes back in time (a restored backup), so
/// does the store.
///
/// An object that cannot be read is not held, whether it became known by a list or by an event: readers would take its
/// former state for its present one, until the next list makes it vanish without any event.
struct StoreState<Object: KubernetesObject>: Sendable {
  private(set) var objects: [ObjectKey: Object] = [:]
  private(set) var unreadable: Set<ObjectKey> = []
  private var tables: [String: any IndexTable<Object>]
  private let indexNames: [String]
  /// The version up to which everything was seen; `nil` before the first list.
  private(set) var seen: ResourceVersion?

  init(indexes: [any StoreIndexing<Object>] = []) {
    indexNames = indexes.map(\.name)
    tables = Dictionary(indexes.map { ($0.name, $0.makeTable()) }, uniquingKeysWith: { first, _ in first })
    precondition(tables.count == indexes.count, "two indexes share a name: \(indexNames)")
  }

  /// The keys under a value of an index.
  func keys<Value>(_ index: StoreIndex<Object, Value>, _ value: Value) -> Set<ObjectKey> {
    guard let table = tables[index.name] as? ValueTable<Object, Value> else {
      preconditionFailure("the store was not made with the index \(index.name)")
    }
    return table.keys[value] ?? []
  }

  /// Makes the list the whole truth, at once.
  ///
  /// - Returns: how the objects differ from before, deletions first. Objects of unchanged resourceVersion are not in it.
  mutating func replace(with list: [Object], at version: ResourceVersion) -> [StoreChange<Object>] {
    var changes: [StoreChange<Object>] = []
    let listed = Set(list.map(\.key))
    for key in objects.keys.filter({ !listed.contains($0) }) {
      if let change = put(nil, at: key) { changes.append(change) }
    }
    unreadable = []
    objects.reserveCapacity(list.count)
    for object in list {
      if let change = put(object, at: object.key) { changes.append(change) }
    }
    seen = version
    return changes
  }

  /// Takes the new state of an object. `nil` when it is the one already held.
  mutating func apply(_ object: Object) -> StoreChange<Object>? {
    seen = object.metadata.resourceVersion
    return put(object, at: object.key)
  }

  /// Takes the deletion of an object. `nil` when it was not held.
  ///
  /// - Parameter version: of the deletion; `nil` where the event named none.
  mutating func remove(_ key: ObjectKey, at version: ResourceVersion?) -> StoreChange<Object>? {
    if let version { seen = version }
    return put(nil, at: key)
  }

  /// Takes that an object now is one that cannot be read. `nil` when it was not held.
  mutating func lose(_ key: ObjectKey) -> StoreChange<Object>? {
    let change = put(nil, at: key)
    unreadable.insert(key)
    return change
  }

  /// Notes that everything up to this version was seen.
  mutating func advance(to version: ResourceVersion) { seen = version }

  /// Forgets everything, as though nothing had ever been listed.
  mutating func clear() -> [StoreChange<Object>] {
    let changes = replace(with: [], at: ResourceVersion(""))
    seen = nil
    return changes
  }

  /// True when a write with this outcome is already part of what is held, or was overtaken by later ones; and when the
  /// server's versions have no order, because then nobody could tell, and would wait in vain after each write.
  func hasSeen(_ write: ObjectWrite) -> Bool {
    switch write.outcome {
    case .stored(let version):
      guard let seen else { return false }
      return objects[write.key]?.metadata.resourceVersion.isAtLeast(version) == true || seen.isAtLeast(version) ?? true
    case .deleted(let uid):
      return objects[write.key].map { $0.metadata.uid != uid || $0.metadata.isBeingDeleted } ?? true
    }
  }

  private mutating func put(_ object: Object?, at key: ObjectKey) -> StoreChange<Object>? {
    let former = objects[key]
    unreadable.remove(key)
    if let former, let object, former.metadata.resourceVersion == object.metadata.resourceVersion,
      former.metadata.uid == object.metadata.uid
    {
      return nil
    }
    objects[key] = object
    for name in indexNames { tables[name]?.replace(former, with: object, at: key) }
    return switch (former, object) {
    case (nil, let object?): .added(object)
    case (let former?, let object?): .updated(from: former, to: object)
    case (let former?, nil): .deleted(former)
    case (nil, nil): nil
    }
  }
}

/// A write that a cache will see sooner or later.
public struct ObjectWrite: Hashable, Sendable {
  public enum Outcome: Hashable, Sendable {
    /// The object was created or changed; the version that the API server answered with.
    case stored(ResourceVersion)
    /// The object with this uid was deleted, or waits for its finalizers.
    case deleted(uid: String)
  }

  public var key: ObjectKey
  public var outcome: Outcome

  public init(_ key: ObjectKey, _ outcome: Outcome) {
    self.key = key
    self.outcome = outcome
  }
}
