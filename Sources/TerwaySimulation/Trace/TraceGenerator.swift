/// Kinds of demand that a trace can be made of. All follow from a seed, and scale with the number of nodes.
public enum TraceGenerator: String, Hashable, Sendable, CaseIterable {
  case steady, diurnal
  case cronStorms = "cron-storms"
  case rollout
  case scaleFromZero = "scale-from-zero"
  case nodeLoss = "node-loss"
  case leak

  /// What it stands for, in a line.
  public var summary: String {
    switch self {
    case .steady: "pods that come and go independently, at a constant rate"
    case .diurnal: "demand that doubles by day and halves by night, less on weekends"
    case .cronStorms: "jobs that start together on the hour, over a steady base"
    case .rollout: "Deployments that are replaced a quarter at a time, a few times a day"
    case .scaleFromZero: "an empty cluster that fills within minutes, and empties at night"
    case .nodeLoss: "pods of a lost node that start elsewhere, all at once"
    case .leak: "steady demand, where one address in a hundred stays behind its pod for 20 minutes"
    }
  }

  /// Simulated time, in seconds.
  public var duration: Double { 7 * 86_400 }

  /// What goes wrong in the cloud meanwhile.
  public func faults(_ faults: CloudFaults) -> CloudFaults {
    guard self == .leak else { return faults }
    var faults = faults
    faults.leakedAddress = max(faults.leakedAddress, 0.01)
    return faults
  }
}

/// The pods of a generated trace, in the order of their starts, one at a time.
public struct GeneratedTrace: Sendable {
  private var waves: [Wave]

  /// - Parameter nodes: to which the demand is sized.
  public init(_ generator: TraceGenerator, nodes: Int, seed: UInt64) {
    let scale = Double(nodes)
    waves = generator.waves(scale: scale).enumerated().map { index, plan in
      Wave(plan, duration: generator.duration, random: SeededGenerator(seed: seed &* 1_000_003 &+ UInt64(index)))
    }
  }

  /// `nil` when the trace has ended.
  public mutating func next() -> PodRecord? {
    let earliest = waves.indices.min { waves[$0].nextStart < waves[$1].nextStart }
    guard let earliest, waves[earliest].nextStart.isFinite else { return nil }
    return waves[earliest].next()
  }
}
