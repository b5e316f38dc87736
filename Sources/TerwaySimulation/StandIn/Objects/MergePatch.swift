import Serialization

/// JSON merge patches (RFC 7396).
enum MergePatch {
  /// What a patch makes of a value.
  static func apply(_ patch: JSONValue, to value: JSONValue) -> JSONValue {
    guard case .object(let changes) = patch else { return patch }
    var members = value.object ?? [:]
    for (key, change) in changes {
      if change.isNull {
        members.removeValue(forKey: key)
      } else {
        members[key] = apply(change, to: members[key] ?? [:])
      }
    }
    return .object(members)
  }

  /// The smallest patch that makes one object of another; `nil` when they are the same.
  static func difference(from old: JSONValue, to new: JSONValue) -> JSONValue? {
    if old == new { return nil }
    guard case .object(let before) = old, case .object(let after) = new else { return new }
    var changes: [String: JSONValue] = [:]
    for key in before.keys where after[key] == nil { changes[key] = .null }
    for (key, value) in after {
      guard let former = before[key] else {
        changes[key] = value
        continue
      }
      if let change = difference(from: former, to: value) { changes[key] = change }
    }
    return .object(changes)
  }
}
