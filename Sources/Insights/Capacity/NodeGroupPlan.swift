import EniScaling

/// What a node group should have.
public struct NodeGroupPlan: Hashable, Sendable {
  public var instanceType: String
  public var nodes: Int
  /// Idle addresses of each node: Terway's `min_pool_size` and `max_pool_size`.
  public var band: PoolBand
  /// Idle addresses that the nodes which fill next need besides, together; 0 where pods come to any node.
  public var ahead: Int
  /// ENIs of a node at the forecast's peak, the primary one included, as the average node needs them and as the fullest does.
  public var enisPerNode: ClosedRange<Int>
  /// Nodes of the same type that are missing at the forecast's peak; `nil` without a forecast.
  public var nodesToAdd: NodesToAdd?
  public var basis: Basis

  public struct NodesToAdd: Hashable, Sendable {
    /// If it goes as expected.
    public var expected: Int
    /// So that they suffice in nine of ten cases.
    public var cautious: Int
  }

  /// What the band rests on.
  public enum Basis: Hashable, Sendable {
    /// So many observations of so many nodes were played to the scaling engine.
    case replay(rounds: Int, nodes: Int)
    /// Nothing: it is what the engine begins with.
    case defaults
  }
}

extension CapacityPlanner {
  /// - Parameters:
  ///   - group: its nodes; at least one.
  ///   - assessment: of the group.
  ///   - recent: addresses that pods held on some of its nodes, in steps of a minute or two, by node.
  public func plan(
    _ group: [CapacityNode], _ assessment: CapacityAssessment, recent: [String: History],
    policy: ScalingPolicy = ScalingPolicy()
  ) -> NodeGroupPlan {
    let replay = EngineReplay(group, assumptions, recent, policy)
    let limits = group.map { assumptions.limits(of: $0) }
    let size = max(1, limits.map(\.ipsPerENI).min() ?? 1)
    let count = max(1, group.count)
    let now = Double(group.reduce(0) { $0 + $1.used }) / Double(count)
    let peak = assessment.forecast?.peak
    let average = max(now, (peak?.mid ?? 0) / Double(count))
    let fullest = Double(group.map(\.used).max() ?? 0) * max(1, now > 0 ? average / now : 1)
    let most = max(
      1,
      group.compactMap { node in
        assumptions.capacity(of: node).map { ($0.pods + size - 1) / size + 1 }
      }.max() ?? 1)
    func enis(_ pods: Double) -> Int {
      min(most, Int(((pods + Double(replay.band.min)) / Double(size)).rounded(.up)) + 1)
    }
    return NodeGroupPlan(
      instanceType: group.first?.instanceType ?? "", nodes: group.count, band: replay.band, ahead: replay.ahead,
      enisPerNode: enis(average)...max(enis(average), enis(max(fullest, average))),
      nodesToAdd: peak.map { nodesToAdd(group.count, assessment.capacity, $0, replay) }, basis: replay.basis)
  }

  /// As many as bring the capacity, less the addresses that have to be idle, to the peak.
  private func nodesToAdd(
    _ count: Int, _ capacity: Capacity, _ peak: Forecast.Range, _ replay: EngineReplay
  ) -> NodeGroupPlan.NodesToAdd {
    // Where the kubelet is the bound, what is idle comes on top of what it takes.
    let idle = capacity.bound == .pods ? 0 : Double(replay.band.min)
    let perNode = max(1, Double(capacity.pods) / Double(max(1, count)) - idle)
    func missing(_ pods: Double) -> Int {
      max(0, Int(min(((pods + Double(replay.ahead)) / perNode).rounded(.up), 1e9)) - count)
    }
    return NodeGroupPlan.NodesToAdd(expected: missing(peak.mid), cautious: missing(peak.high))
  }
}

extension Forecast {
  /// The greatest of all days.
  var peak: Range {
    Range(
      low: days.map(\.low).max() ?? level, mid: days.map(\.mid).max() ?? level,
      high: days.map(\.high).max() ?? level)
  }
}
