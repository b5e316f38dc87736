import KubernetesModel

/// A way to find objects by something other than their key.
public struct StoreIndex<Object: Sendable, Value: Hashable & Sendable>: Sendable {
  /// Names it within its store; for messages.
  public let name: String
  let values: @Sendable (Object) -> Set<Value>

  /// - Parameter values: what an object is found under; must depend on nothing but the object.
  public init(_ name: String, values: @escaping @Sendable (Object) -> Set<Value>) {
    self.name = name
    self.values = values
  }
}

/// An index whose values may be of any type, as a store is given it.
public protocol StoreIndexing<Object>: Sendable {
  associatedtype Object: Sendable
  var name: String { get }
  /// An empty table for this index.
  func makeTable() -> any IndexTable<Object>
}

/// The entries of one index.
public protocol IndexTable<Object>: Sendable {
  associatedtype Object: Sendable
  /// Moves an object from where its former state was to where its new one belongs.
  mutating func replace(_ former: Object?, with object: Object?, at key: ObjectKey)
}

extension StoreIndex: StoreIndexing {
  public func makeTable() -> any IndexTable<Object> { ValueTable(values: values) }
}

struct ValueTable<Object: Sendable, Value: Hashable & Sendable>: IndexTable {
  let values: @Sendable (Object) -> Set<Value>
  private(set) var keys: [Value: Set<ObjectKey>] = [:]

  mutating func replace(_ former: Object?, with object: Object?, at key: ObjectKey) {
    let before = former.map(values) ?? []
    let after = object.map(values) ?? []
    guard before != after else { return }
    for value in before.subtracting(after) {
      keys[value]?.remove(key)
      if keys[value]?.isEmpty == true { keys[value] = nil }
    }
    for value in after.subtracting(before) { keys[value, default: []].insert(key) }
  }
}
