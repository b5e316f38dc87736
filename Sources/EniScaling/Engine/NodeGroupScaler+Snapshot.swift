import FoundationEssentials
import Serialization

/// Saving what was learned across restarts.
extension NodeGroupScaler {
  /// Of the form in which it is saved. Another version is not read: what is learned anew is better than what is
  /// misunderstood.
  public static let snapshotVersion = 1

  /// Why a snapshot is not gone on with.
  public enum SnapshotError: Error, Hashable, Sendable {
    case version(Int?)
    case unreadable(String)
    /// Read, but with numbers that cannot be.
    case damaged
  }

  private struct Snapshot: Codable {
    var version: Int
    var lastRound: Double?
    var arrivals: ArrivalHistogram
    var leadTimes: LeadTimes
    var calibration: CoverageCalibration
    var seasonal: SeasonalPeaks
    var plan: BufferPlan
    var positionShares: [Double]
    var recent: [Recent]
    var writes: TokenBudget
    var calls: TokenBudget
    var nodes: [String: NodeState]

    var isUsable: Bool {
      arrivals.isUsable && leadTimes.isUsable && seasonal.isUsable && plan.everywhere >= 0 && plan.ahead >= 0
        && (positionShares.isEmpty || positionShares.count == NodePositions.count)
        && nodes.values.allSatisfy { $0.positions.isUsable && $0.demand >= 0 && $0.ahead >= 0 }
    }
  }

  /// Everything that the next decision depends on, apart from the policy.
  public func snapshot() throws -> JSONValue {
    let bytes = try JSONEncoder().encode(
      Snapshot(
        version: Self.snapshotVersion, lastRound: lastRound, arrivals: arrivals, leadTimes: leadTimes,
        calibration: calibration, seasonal: seasonal, plan: plan, positionShares: positionShares, recent: recent,
        writes: writes, calls: calls, nodes: nodes))
    return try JSONValue(jsonBytes: bytes)
  }

  /// Goes on where another one stopped: with the same policy it decides as that one would have.
  public init(policy: ScalingPolicy, snapshot value: JSONValue) throws(SnapshotError) {
    let version = value["version"]?.integer.map { Int($0) }
    guard version == Self.snapshotVersion else { throw .version(version) }
    let snapshot: Snapshot
    do { snapshot = try JSONDecoder().decode(Snapshot.self, from: Data(value.jsonBytes())) } catch {
      throw .unreadable("\(error)")
    }
    guard snapshot.isUsable else { throw .damaged }
    self.init(policy: policy, at: snapshot.arrivals.start)
    lastRound = snapshot.lastRound
    arrivals = snapshot.arrivals
    leadTimes = snapshot.leadTimes
    calibration = snapshot.calibration
    seasonal = snapshot.seasonal
    plan = snapshot.plan
    positionShares = snapshot.positionShares
    recent = snapshot.recent
    writes = snapshot.writes
    calls = snapshot.calls
    nodes = snapshot.nodes
  }
}
