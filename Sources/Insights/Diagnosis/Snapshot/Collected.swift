/// A part of what was to be collected: there, not there, or not known and why.
public enum Collected<Value: Sendable>: Sendable {
  case value(Value)
  /// The cluster does not have such a thing, which is no reason to worry by itself.
  case absent
  /// It may be there; the reason completes "because".
  case unknown(String)

  public var value: Value? { if case .value(let value) = self { value } else { nil } }

  public var reason: String? { if case .unknown(let reason) = self { reason } else { nil } }

  public func map<Other>(_ transform: (Value) throws -> Other) rethrows -> Collected<Other> {
    switch self {
    case .value(let value): .value(try transform(value))
    case .absent: .absent
    case .unknown(let reason): .unknown(reason)
    }
  }
}

extension Collected where Value: RangeReplaceableCollection {
  /// What is there; nothing where it is not there or not known.
  public var elements: Value { value ?? Value() }
}

extension Collected: Equatable where Value: Equatable {}
