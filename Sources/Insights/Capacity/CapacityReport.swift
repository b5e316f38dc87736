import EniScaling

/// How full a cluster is, what that leads to, and what to do about it.
public struct CapacityReport: Hashable, Sendable {
  /// When it was made, in seconds since 1970.
  public var time: Double
  /// How far it looks ahead, in days.
  public var horizon: Int
  public var assumptions: CapacityAssumptions
  /// Where the history is from; `nil` = there is none.
  public var source: Source?
  private var parts: [CapacitySubject: CapacityAssessment] = [:]
  public var plans: [NodeGroupPlan] = []
  /// What could not be found out, and why.
  public var unknown: [String] = []

  /// Where a history is from.
  public struct Source: Hashable, Sendable {
    public var url: String
    /// How far it reaches back, in days, and in which steps, in seconds.
    public var days: Double
    public var step: Double

    public init(url: String, days: Double, step: Double) {
      (self.url, self.days, self.step) = (url, days, step)
    }
  }

  public init(time: Double, horizon: Int, assumptions: CapacityAssumptions, source: Source?) {
    (self.time, self.horizon, self.assumptions, self.source) = (time, horizon, assumptions, source)
  }

  /// Adds assessments, in place of what there is of the same subjects.
  public mutating func add(_ more: [CapacityAssessment]) {
    for assessment in more { parts[assessment.subject] = assessment }
  }

  /// In the order of their kinds; within one, first what is full first.
  public var assessments: [CapacityAssessment] { parts.values.sortedByRank }

  public func assessments(of kind: CapacitySubject.Kind) -> [CapacityAssessment] {
    parts.values.filter { $0.subject.kind == kind }.sortedByRank
  }

  /// Whether somebody has to do something within the horizon.
  public var needsAction: Bool {
    parts.values.contains(where: \.needsAction) || plans.contains { ($0.nodesToAdd?.expected ?? 0) > 0 }
  }
}

extension Sequence<CapacityAssessment> {
  fileprivate var sortedByRank: [CapacityAssessment] {
    map { ($0.rank, $0) }.sorted { $0.0 < $1.0 }.map(\.1)
  }
}

extension CapacityAssessment {
  fileprivate struct Rank: Comparable {
    var kind: Int
    var isCalm: Bool
    var days: Double
    var free: Double
    var name: String

    static func < (left: Rank, right: Rank) -> Bool {
      (left.kind, left.isCalm ? 1 : 0, left.days, left.free, left.name)
        < (right.kind, right.isCalm ? 1 : 0, right.days, right.free, right.name)
    }
  }

  fileprivate var rank: Rank {
    Rank(
      kind: CapacitySubject.Kind.allCases.firstIndex(of: subject.kind) ?? 0, isCalm: !needsAction,
      days: exhaustion?.early ?? .infinity, free: -utilization, name: subject.name)
  }
}
