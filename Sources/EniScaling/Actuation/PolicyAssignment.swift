import KubernetesModel

/// Which policy sizes which node, when several select the same.
public struct PolicyAssignment: Sendable {
  /// What matters of a policy here.
  public struct Claim: Hashable, Sendable {
    public var policy: String
    public var priority: Int
    public var selector: LabelSelector

    public init(policy: String, priority: Int, selector: LabelSelector) {
      (self.policy, self.priority, self.selector) = (policy, priority, selector)
    }
  }

  public enum Outcome: Hashable, Sendable {
    case none
    case policy(String)
    /// All of them have the highest priority, and none of them acts. Sorted.
    case conflict([String])
  }

  private let claims: [Claim]

  public init(_ claims: [Claim]) { self.claims = claims }

  /// - Parameter labels: of a Kubernetes Node.
  public func outcome(for labels: [String: String]) -> Outcome {
    var (best, names) = (Int.min, [String]())
    for claim in claims where claim.priority >= best && claim.selector.matches(labels) {
      if claim.priority > best { (best, names) = (claim.priority, []) }
      names.append(claim.policy)
    }
    return names.count < 2 ? names.first.map(Outcome.policy) ?? .none : .conflict(names.sorted())
  }
}
