import Serialization

/// A `metav1.LabelSelector`: all of its requirements must hold. Empty selects everything.
public struct LabelSelector: Hashable, Sendable {
  public enum Operator: String, Hashable, Sendable {
    case isIn = "In"
    case isNotIn = "NotIn"
    case exists = "Exists"
    case doesNotExist = "DoesNotExist"
  }

  public struct Requirement: Hashable, Sendable {
    public var key: String
    public var `operator`: Operator
    /// Empty for `exists` and `doesNotExist`.
    public var values: [String]

    public init(key: String, operator: Operator, values: [String] = []) {
      self.key = key
      self.operator = `operator`
      self.values = values
    }

    public func matches(_ labels: [String: String]) -> Bool {
      switch `operator` {
      case .isIn: labels[key].map(values.contains) ?? false
      case .isNotIn: labels[key].map { !values.contains($0) } ?? true
      case .exists: labels[key] != nil
      case .doesNotExist: labels[key] == nil
      }
    }
  }

  public var matchLabels: [String: String]
  public var matchExpressions: [Requirement]

  public init(matchLabels: [String: String] = [:], matchExpressions: [Requirement] = []) {
    self.matchLabels = matchLabels
    self.matchExpressions = matchExpressions
  }

  public var isEmpty: Bool { matchLabels.isEmpty && matchExpressions.isEmpty }

  public func matches(_ labels: [String: String]) -> Bool {
    matchLabels.allSatisfy { labels[$0.key] == $0.value } && matchExpressions.allSatisfy { $0.matches(labels) }
  }

  /// Labels that make an object match, where such exist: what an author has to write onto it.
  ///
  /// - Returns: `nil` when no labels can satisfy it, such as a key that must and must not exist.
  public var satisfyingLabels: [String: String]? {
    var labels = matchLabels
    for requirement in matchExpressions where !requirement.matches(labels) {
      switch requirement.operator {
      case .isIn: labels[requirement.key] = requirement.values.first
      case .exists: labels[requirement.key] = "true"
      case .isNotIn, .doesNotExist: break
      }
    }
    return matches(labels) ? labels : nil
  }

  /// The form of the `labelSelector` query parameter.
  public var queryText: String {
    let equalities = matchLabels.map { "\($0.key)=\($0.value)" }.sorted()
    let expressions = matchExpressions.map { requirement in
      switch requirement.operator {
      case .isIn: "\(requirement.key) in (\(requirement.values.joined(separator: ",")))"
      case .isNotIn: "\(requirement.key) notin (\(requirement.values.joined(separator: ",")))"
      case .exists: requirement.key
      case .doesNotExist: "!\(requirement.key)"
      }
    }
    return (equalities + expressions).joined(separator: ",")
  }
}

extension LabelSelector: JSONDecodable {
  public init(json reader: inout JSONReader) throws(JSONError) {
    self.init()
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "matchLabels": matchLabels = try [String: String]?(json: &reader) ?? [:]
      case "matchExpressions": matchExpressions = try [Requirement]?(json: &reader) ?? []
      default: try reader.skipValue()
      }
    }
  }
}

extension LabelSelector.Requirement: JSONDecodable {
  public init(json reader: inout JSONReader) throws(JSONError) {
    self.init(key: "", operator: .exists)
    var known: LabelSelector.Operator? = .exists
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "key": self.key = try String(json: &reader)
      case "operator":
        known = LabelSelector.Operator(rawValue: try String(json: &reader))
      case "values": values = try [String]?(json: &reader) ?? []
      default: try reader.skipValue()
      }
    }
    // An operator of a later API version must not select anything by accident.
    (self.operator, values) = known.map { ($0, values) } ?? (.isIn, [])
  }
}
