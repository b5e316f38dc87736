import Serialization

/// One observation about an object, in the form of `metav1.Condition`.
public struct Condition: Hashable, Sendable, Codable {
  public enum Status: String, Hashable, Sendable, Codable {
    case yes = "True"
    case no = "False"
    case unknown = "Unknown"

    public init(_ value: Bool) { self = value ? .yes : .no }
  }

  public var type: String
  public var status: Status
  /// The `metadata.generation` that the observation is about.
  public var observedGeneration: Int64
  /// RFC 3339; changes only when `status` does.
  public var lastTransitionTime: String
  /// CamelCase, for machines.
  public var reason: String
  /// For people.
  public var message: String

  public init(
    type: String, status: Status, reason: String, message: String = "", observedGeneration: Int64 = 0,
    lastTransitionTime: String = ""
  ) {
    self.type = type
    self.status = status
    self.reason = reason
    self.message = message
    self.observedGeneration = observedGeneration
    self.lastTransitionTime = lastTransitionTime
  }
}

extension Sequence where Element == Condition {
  /// The condition of that type, if there is one.
  public subscript(type: String) -> Condition? { first { $0.type == type } }
}

extension Array where Element == Condition {
  /// Puts new observations in the place of older ones, keeping `lastTransitionTime` where the status is the same.
  ///
  /// - Parameter now: RFC 3339, given to conditions that are new or flipped.
  public func updated(with observations: [Condition], now: String) -> [Condition] {
    observations.map { observation in
      var condition = observation
      let former = self[observation.type]
      condition.lastTransitionTime = former?.status == observation.status ? former?.lastTransitionTime ?? now : now
      return condition
    }
  }
}
