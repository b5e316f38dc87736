/// The version of an object or a collection.
///
/// Clients may compare two of them for order only where both are decimal numbers, which every API server backed by etcd
/// serves; anything else is opaque and only equality holds.
public struct ResourceVersion: Hashable, Sendable {
  public var text: String

  public init(_ text: String) { self.text = text }

  /// True when this version is the other or a later one; `nil` when the two cannot be ordered.
  public func isAtLeast(_ other: ResourceVersion) -> Bool? {
    if text == other.text { return true }
    guard let mine = UInt64(text), let theirs = UInt64(other.text) else { return nil }
    return mine >= theirs
  }
}

extension ResourceVersion: CustomStringConvertible {
  public var description: String { text }
}

/// The identity under which fields are owned in server-side apply.
public struct FieldManager: Hashable, Sendable {
  public var name: String

  public init(_ name: String) { self.name = name }
}
