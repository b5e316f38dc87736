import TerwayModel

/// Since when something about a node has been seen that ought to pass: Terway's resources do not say.
///
/// What is seen for the first time after a start of the operator begins then: it is reported later rather than wrongly.
struct NodeSightings: Sendable {
  /// How long a state may last before it is reported.
  static let patience = 600.0

  /// ENIs in a passing state, by id.
  private(set) var passing: [String: Sighting<String>] = [:]
  /// Pods that hold an address and are not alive, as far as we know.
  private(set) var orphans: [PodFingerprint: Double] = [:]

  struct Sighting<State: Hashable & Sendable>: Hashable, Sendable {
    var state: State
    /// Seconds since 1970.
    var since: Double
  }

  /// - Parameter isAlive: whether a pod is there; `nil` as long as pods are not known, when nothing is concluded.
  mutating func observe(_ node: TerwayNode, isAlive: ((PodFingerprint) -> Bool)?, now: Double) {
    var passing: [String: Sighting<String>] = [:]
    for interface in node.interfaces where interface.isPassing {
      let former = self.passing[interface.id].flatMap { $0.state == interface.status ? $0 : nil }
      passing[interface.id] = former ?? Sighting(state: interface.status, since: now)
    }
    self.passing = passing
    guard let isAlive else { return }
    var orphans: [PodFingerprint: Double] = [:]
    for interface in node.interfaces {
      for pod in interface.pods where !isAlive(pod) { orphans[pod] = self.orphans[pod] ?? now }
    }
    self.orphans = orphans
  }

  /// ENIs that have been in one passing state for too long, by state.
  func stuck(now: Double) -> [String: Int] {
    passing.values.reduce(into: [:]) { if now - $1.since >= Self.patience { $0[$1.state, default: 0] += 1 } }
  }

  /// Addresses whose pod has been gone for too long.
  func leaked(now: Double) -> Int { orphans.values.count { now - $0 >= Self.patience } }

  /// The next moment at which one of the two grows without anything being seen; `nil` when none will.
  func nextDue(after now: Double) -> Double? {
    (passing.values.lazy.map(\.since) + orphans.values).lazy.map { $0 + Self.patience }.filter { $0 > now }.min()
  }
}
