/// How bad a finding is.
public enum Severity: String, CaseIterable, Codable, Hashable, Comparable, Sendable {
  /// Somebody has no network, or is about to have none.
  case critical
  /// Something is wrong, and will show.
  case warning
  /// Good to know.
  case info

  public static func < (first: Self, second: Self) -> Bool {
    (allCases.firstIndex(of: first) ?? 0) < (allCases.firstIndex(of: second) ?? 0)
  }
}

/// What shows something: a field of an object and what it holds.
public struct Evidence: Hashable, Sendable {
  /// Such as `Pod kube-system/terway-eniip-x`.
  public var object: String
  public var field: String
  public var value: String
  /// Seconds since 1970; `nil` = as it was when it was looked at.
  public var time: Double?

  public init(_ object: String, _ field: String, _ value: String, at time: Double? = nil) {
    (self.object, self.field, self.value, self.time) = (object, field, value, time)
  }
}

/// Something that a check has found, before its cause is looked for.
public struct Symptom: Hashable, Sendable {
  public var id: FindingID
  /// What it is about: `Node node-1`, `VSwitch vsw-1`.
  public var object: String
  /// The nodes that it touches; `nil` = the whole cluster.
  public var nodes: Set<String>?
  /// Other than what its kind usually has.
  public var severity: Severity?
  public var evidence: [Evidence]
  /// Fills in the command of its suggestion, besides `{node}`: names by placeholders without braces.
  public var names: [String: String]

  public init(
    _ id: FindingID, _ object: String, nodes: Set<String>?, severity: Severity? = nil, _ evidence: [Evidence],
    names: [String: String] = [:]
  ) {
    (self.id, self.object, self.nodes, self.severity) = (id, object, nodes, severity)
    (self.evidence, self.names) = (evidence, names)
  }

  /// Whether something that happens there can be the cause of this.
  func isWithin(_ place: Set<String>?) -> Bool {
    guard let place else { return true }
    guard let nodes else { return false }
    return !nodes.isDisjoint(with: place)
  }
}
