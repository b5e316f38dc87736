import Serialization

/// One thing that is wrong with a value: where, what it is, and what is allowed there.
public struct Violation: Error, Hashable, Sendable {
  /// From the root of the object.
  public var path: [PathElement]
  /// The value as messages show it: short, control characters escaped; `nil` where there is none to show.
  public var value: String?
  /// Completes the sentence: `must be at least 1`.
  public var reason: String

  public init(at path: [PathElement], value: JSONValue? = nil, _ reason: String) {
    self.path = path
    self.value = value?.preview
    self.reason = reason
  }
}

extension Violation: CustomStringConvertible {
  /// `spec.alerts.qos.violationsPerMinute: "ten" must be a number such as 10 or 0.5`
  public var description: String {
    let said = [value, reason].compactMap(\.self).joined(separator: " ")
    return path.isEmpty ? said : "\(path.fieldPath): \(said)"
  }
}

extension String {
  /// Quoted, escaped, and cut after so many characters.
  func quoted(upTo limit: Int) -> String {
    let shown = String(prefix(limit)).debugDescription
    return count > limit ? "\(shown)…" : shown
  }
}

extension JSONValue {
  /// What a message shows of the value.
  var preview: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let text): text.quoted(upTo: 80)
    case .array(let items): items.count == 1 ? "the list of one item" : "the list of \(items.count) items"
    case .object(let members): members.isEmpty ? "the empty object" : "the object"
    }
  }
}
