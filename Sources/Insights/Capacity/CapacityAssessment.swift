/// What a capacity is of.
public struct CapacitySubject: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case cluster
    case zone
    /// All nodes of an instance type.
    case nodeGroup = "node-group"
    case vSwitch = "vswitch"
    case node
  }

  public var kind: Kind
  /// Empty of the cluster.
  public var name: String

  public init(_ kind: Kind, _ name: String = "") {
    (self.kind, self.name) = (kind, name)
  }
}

/// How full something is, and when it will be full.
public struct CapacityAssessment: Hashable, Sendable {
  public var subject: CapacitySubject
  /// How many nodes it has; of a vSwitch, those with an ENI in it.
  public var nodes: Int
  /// Addresses that pods hold now; of a vSwitch, that this cluster holds.
  public var used: Int
  public var capacity: Capacity
  /// Of the demand under the assumptions; `nil` where its history prevents it, or there is none.
  public var forecast: Forecast?
  public var findings: [HistoryFinding]
  /// When the capacity is used up; `nil` without a forecast.
  public var exhaustion: Exhaustion?
  /// When all ENIs that the policy allows are full.
  public var maximum: Exhaustion?

  /// From 0 to 1, and beyond where more is used than there should be.
  public var utilization: Double { capacity.pods > 0 ? Double(used) / Double(capacity.pods) : used > 0 ? 1 : 0 }

  /// Whether somebody has to do something within the horizon.
  ///
  /// A node that is full of pods is none of it: the scheduler knows, and chooses another. Of addresses it does not know: where
  /// they run out first, pods are placed on the node and wait there.
  public var needsAction: Bool {
    if subject.kind == .node, capacity.bound == .pods { return false }
    return used >= capacity.pods || exhaustion?.early != nil
  }
}

/// Judges how full things are.
public struct CapacityPlanner: Sendable {
  public var assumptions: CapacityAssumptions
  /// In days.
  public var horizon: Int
  /// Seconds since 1970.
  public var now: Double

  public init(assumptions: CapacityAssumptions = CapacityAssumptions(), horizon: Int, now: Double) {
    (self.assumptions, self.horizon, self.now) = (assumptions, horizon, now)
  }

  /// - Parameters:
  ///   - nodes: those that it has, of which the capacity is the sum.
  ///   - history: of the addresses that its pods held; `nil` = there is none.
  public func assess(_ subject: CapacitySubject, _ nodes: [CapacityNode], history: History?) -> CapacityAssessment {
    let capacity = Capacity(nodes.compactMap { assumptions.capacity(of: $0) })
    let used = nodes.reduce(0) { $0 + $1.used }
    return assess(subject, nodes: nodes.count, used: used, capacity, history: history)
  }

  /// A vSwitch, of which others can have addresses too.
  ///
  /// - Parameter size: addresses that can be handed out.
  public func assess(vSwitch id: String, nodes: Int, used: Int, size: Int, history: History?) -> CapacityAssessment {
    let capacity = Capacity(pods: size, bound: .vSwitch, atMaxENIs: size)
    return assess(CapacitySubject(.vSwitch, id), nodes: nodes, used: used, capacity, history: history)
  }

  private func assess(
    _ subject: CapacitySubject, nodes: Int, used: Int, _ capacity: Capacity, history: History?
  ) -> CapacityAssessment {
    var assessment = CapacityAssessment(
      subject: subject, nodes: nodes, used: used, capacity: capacity, findings: [])
    guard let history else { return assessment }
    let made = Forecast.make(from: history, horizon: horizon, at: now)
    assessment.findings = made.findings
    guard let forecast = made.forecast?.grown(by: assumptions.growth) else { return assessment }
    assessment.forecast = forecast
    assessment.exhaustion = forecast.days(until: Double(capacity.pods), at: now)
    assessment.maximum = forecast.days(until: Double(capacity.atMaxENIs), at: now)
    return assessment
  }
}

extension Forecast {
  /// The same with so much more demand, as a share.
  func grown(by growth: Double) -> Forecast {
    guard growth != 0 else { return self }
    let factor = max(0, 1 + growth)
    var grown = self
    grown.days = days.map { Range(low: $0.low * factor, mid: $0.mid * factor, high: $0.high * factor) }
    return grown
  }
}
