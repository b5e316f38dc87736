/// How many idle addresses a group of nodes needs, and where.
public struct BufferPlan: Hashable, Codable, Sendable {
  /// On every node.
  public var everywhere: Int
  /// Laid out over the nodes from the fullest on, up to the pods that each can still take.
  public var ahead: Int

  public init(everywhere: Int, ahead: Int) {
    self.everywhere = everywhere
    self.ahead = ahead
  }

  /// Idle addresses in all, on so many nodes.
  func cost(nodes: Int) -> Int { everywhere * nodes + ahead }
}

/// Chooses the cheapest plan that serves the promised share of pods at once.
///
/// The newsvendor problem (Arrow, Harris, Marschak, "Optimal inventory policy", Econometrica 1951) with two places to keep
/// stock: a buffer on every node for schedulers that spread, one deep buffer on the nodes that fill next for schedulers
/// that pack. Which of the two it is need not be known: what pods did decides.
struct BufferPlanner: Sendable {
  /// Pods of an assumed past: enough that a small group keeps a buffer of 4 until it has seen a few hundred pods. Two in a
  /// hundred came third on their node.
  static let assumedPods = 100.0
  static let assumedLatePods = 2.0
  static let assumedPosition = 3
  /// A plan is left only for one that is so much cheaper.
  static let hysteresis = 0.85
  /// On top of what the past says, where anything is kept.
  static let safetyStock = 1
  /// The smallest buffer on every node, if there is one: a pod that comes while the address for the one before it is
  /// still on its way, and another.
  static let leastEverywhere = 3

  /// Share of new pods that must find an idle address.
  var coverage: Double
  /// What each late pod of the past costs, in idle addresses held all the time.
  var latePodCost: Double
  /// Over which the group is spread.
  var nodes: Int
  /// Bounds on what is kept on every node, and on the nodes that fill next.
  var mostEverywhere: Int
  var mostAhead: Int

  /// The cheapest plan: of those that serve enough pods, or of all when none within the bounds does.
  ///
  /// - Parameter current: the plan so far.
  func plan(_ pods: UncoveredPods, current: BufferPlan?) -> BufferPlan {
    let allowed = (1 - coverage) * (pods.total + Self.assumedPods)
    var best: (covering: (plan: BufferPlan, cost: Double)?, any: (plan: BufferPlan, cost: Double)?)
    for (everywhere, position) in Self.everywhereSteps where everywhere <= mostEverywhere {
      for (ahead, depth) in Self.aheadSteps where ahead <= mostAhead {
        let plan = BufferPlan(everywhere: everywhere, ahead: ahead)
        let (late, cost) = outcome(of: plan, pods, position, depth)
        if late <= allowed, best.covering.map({ cost < $0.cost }) ?? true { best.covering = (plan, cost) }
        if best.any.map({ cost < $0.cost }) ?? true { best.any = (plan, cost) }
      }
    }
    guard let chosen = best.covering ?? best.any else { return BufferPlan(everywhere: 0, ahead: 0) }
    guard let current, current.everywhere <= mostEverywhere, current.ahead <= mostAhead else { return chosen.plan }
    let (late, cost) = outcome(
      of: current, pods, Self.edgeIndex(current.everywhere), Self.edgeIndex(current.ahead))
    let isGoodEnough = late <= allowed || best.covering == nil
    return isGoodEnough && chosen.cost > Self.hysteresis * cost ? current : chosen.plan
  }

  /// The sizes that are tried, with the last edge of the scale that each serves.
  private static let everywhereSteps = CountScale.edges.map { (everywhere($0), edgeIndex(everywhere($0))) }
  private static let aheadSteps = CountScale.edges.map { (withSafety($0), edgeIndex(withSafety($0))) }

  /// The pods that a plan would not have served, the assumed ones included, and what it costs.
  private func outcome(
    of plan: BufferPlan, _ pods: UncoveredPods, _ position: Int, _ depth: Int
  ) -> (late: Double, cost: Double) {
    let late = pods.beyond(positionEdge: position, depthEdge: depth)
    return (
      late + Self.assumed(beyond: CountScale.edges[position]), Double(plan.cost(nodes: nodes)) + late * latePodCost
    )
  }

  /// Pods of the assumed past that a buffer of so many on every node would not have served.
  private static func assumed(beyond edge: Int) -> Double {
    edge >= assumedPosition ? 0 : assumedLatePods
  }

  private static func withSafety(_ edge: Int) -> Int { edge > 0 ? edge + safetyStock : 0 }

  private static func everywhere(_ edge: Int) -> Int { edge > 0 ? max(leastEverywhere, withSafety(edge)) : 0 }

  /// The last edge that is not above what a plan keeps without its safety stock.
  private static func edgeIndex(_ count: Int) -> Int {
    CountScale.edges.lastIndex { $0 <= max(0, count - safetyStock) } ?? 0
  }
}
