/// Why an observation cannot be trusted. The node is held: it may grow, and never shrinks.
public enum ObservationFault: Hashable, Sendable {
  case missing
  case stale(seconds: Double)
  case podsStale(seconds: Double)
  /// The time is before that of the round before.
  case clockWentBack(seconds: Double)
  case negative(field: String, value: Int)
  case tooMany(field: String, value: Int, limit: Int)
  case noLimits
}

extension NodeObservation {
  /// The first reason not to trust this; `nil` when there is none.
  ///
  /// - Parameter elapsed: since the round before, in seconds; `nil` = this is the first.
  func fault(maxStaleness: Double, elapsed: Double?) -> ObservationFault? {
    if let elapsed, elapsed < 0 { return .clockWentBack(seconds: -elapsed) }
    guard let age, age.isFinite, age >= 0 else { return .missing }
    if age > maxStaleness { return .stale(seconds: age) }
    guard let podsAge, podsAge.isFinite, podsAge >= 0 else { return .missing }
    if podsAge > maxStaleness { return .podsStale(seconds: podsAge) }
    if limits.ipsPerENI <= 0 || limits.adapters <= 0 || min(limits.flavorENIs ?? 0, limits.maxAvailableIPs ?? 0) < 0 {
      return .noLimits
    }
    let (addresses, overflows) = limits.podENIs.multipliedReportingOverflow(by: limits.ipsPerENI)
    return overflows ? .noLimits : countFault(addresses: min(addresses, limits.maxAvailableIPs ?? .max))
  }

  /// Without making a list first: in a round of thousands of nodes hardly any has a fault.
  private func countFault(addresses: Int) -> ObservationFault? {
    let least = min(used, idle, invalid, deleting, min(arriving, waitingPods, podHeadroom ?? 0))
    if least < 0 || min(enis.inUse, enis.attaching, enis.deleting) < 0 {
      return counts.first { $0.value < 0 }.map { .negative(field: $0.field, value: $0.value) }
    }
    if used > addresses { return .tooMany(field: "used", value: used, limit: addresses) }
    // Beyond what a resource that is read in the middle of a change can show.
    let limit = 2 * max(16, min(addresses, 1 << 20))
    let most = max(idle, invalid, deleting, max(arriving, waitingPods, podHeadroom ?? 0))
    if most > limit || max(enis.inUse, enis.attaching, enis.deleting) > limit {
      return counts.first { $0.value > limit }.map { .tooMany(field: $0.field, value: $0.value, limit: limit) }
    }
    return nil
  }

  private var counts: [(field: String, value: Int)] {
    [
      ("used", used), ("idle", idle), ("invalid", invalid), ("deleting", deleting), ("arriving", arriving),
      ("waitingPods", waitingPods), ("podHeadroom", podHeadroom ?? 0), ("ENIs in use", enis.inUse),
      ("ENIs attaching", enis.attaching), ("ENIs deleting", enis.deleting),
    ]
  }
}
