import EniScaling

/// Plays one trace to several rules at the same time, so that it is read once, whatever its length.
public struct Comparison: Sendable {
  private let nodes: Int
  private var simulations: [RuleSimulation]
  private var pods = 0
  /// Pods that are handed to one rule after the other.
  private static let batch = 4096

  /// - Parameter policy: of the rule ``Rule/default``.
  public init(_ rules: [Rule], _ configuration: SimulationConfiguration, policy: ScalingPolicy) {
    nodes = configuration.fleet.nodes
    simulations = rules.map { rule in
      RuleSimulation(rule, configuration, tuner: PolicyTuner(policy: policy, fleet: configuration.fleet))
    }
  }

  /// Takes the next pods of the trace, in the order of their starts.
  public mutating func add(_ pods: [PodRecord]) {
    self.pods += pods.count
    for index in simulations.indices { simulations[index].add(pods) }
  }

  /// Takes a whole trace that is generated.
  public mutating func add(_ trace: GeneratedTrace) {
    var trace = trace
    var batch: [PodRecord] = []
    while let pod = trace.next() {
      batch.append(pod)
      if batch.count == Self.batch {
        add(batch)
        batch.removeAll(keepingCapacity: true)
      }
    }
    add(batch)
  }

  /// Ends the trace.
  ///
  /// - Parameters:
  ///   - title: says what was simulated, in a line.
  ///   - end: a moment until which it goes on in any case, in seconds.
  public mutating func report(title: String, until end: Double = 0) -> ScoreReport {
    let cards = simulations.indices.map { simulations[$0].finish(at: end) }
    return ScoreReport(title: title, nodes: nodes, pods: pods, cards: cards)
  }
}
