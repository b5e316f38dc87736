/// What a node should have.
public struct ScalingDecision: Hashable, Sendable {
  public var node: String
  /// ENIs that the node has, the primary one included.
  public var currentENIs: Int
  /// ENIs that the node should have, the primary one included, within the policy's and the instance's limits.
  public var desiredENIs: Int
  /// Idle addresses that it should have at least.
  public var idleTarget: Int
  /// The band that makes Terway get there.
  public var band: PoolBand
  /// The band differs from that of the round before: it is to be written.
  public var isChange: Bool
  public var reason: Reason

  /// Why, for programs: the name is what status, events and metrics carry.
  public enum Reason: Hashable, Sendable {
    /// The node has what it should have.
    case steady
    /// Raised to the buffer that every node needs.
    case buffer(everywhere: Int)
    /// Raised because the scheduler fills this node next.
    case fillsNext(pods: Int)
    /// Raised because at this time of the day more came on the days before.
    case seasonal(pods: Int)
    /// Raised or lowered by the thresholds.
    case aboveScaleUp(used: Int, total: Int)
    case belowScaleDown(used: Int, total: Int)
    /// The node has fewer ENIs than it must, or more than it may.
    case belowMinimum(enis: Int)
    case aboveMaximum(enis: Int)
    /// Lowered, because what is idle has cost what it would cost to get it again.
    case released(excess: Int)
    /// Less is wanted, and waits.
    case holding(excess: Int)
    case coolingDown(seconds: Double)
    /// More is wanted, and waits.
    case stabilizing(seconds: Double)
    case overBudget(Budget)
    /// As much as the limits allow, which is less than is wanted.
    case atMaximum(wanted: Int)
    /// The vSwitch has no addresses: no buffers are kept.
    case scarcity
    /// What is known of the node cannot be trusted.
    case unknown(ObservationFault)
  }

  /// What is used up.
  public enum Budget: String, Hashable, Sendable {
    case apiWrites, nodeChanges, cloudCalls
  }
}
