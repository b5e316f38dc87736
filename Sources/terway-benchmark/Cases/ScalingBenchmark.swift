import EniScaling
import TerwaySimulation

extension Benchmark {
  /// The sizing of pools: one decision round of a big cluster, and the simulation of a long history.
  static let scaling = Benchmark(
    name: "scaling", summary: "a decision round of 50,000 nodes, and a million pod events simulated"
  ) { _ in
    return {
      [Measurement("decision round of 50,000 nodes", decisionRound(), "ms of CPU", .atMost(250))]
        + [Rule.default, .terway510].map { rule in
          Measurement("a million pod events, rule \(rule.rawValue)", millionEvents(rule), "ms of CPU", .atMost(10_000))
        }
    }
  }

  /// The best of rounds in which a tenth of the nodes got a pod since the last one.
  private static func decisionRound() -> Double {
    var scaler = NodeGroupScaler(at: 0)
    return (0..<12).map { round in
      let nodes = (0..<50_000).map { observation($0, round: round) }
      let watch = Stopwatch()
      _ = scaler.decide(nodes, at: Double(round) * 15)
      return watch.cpu * 1000
    }.min() ?? .nan
  }

  private static func observation(_ index: Int, round: Int) -> NodeObservation {
    let used = 40 + index % 90 + (index + round) % 10 / 9
    var node = NodeObservation(
      name: "cn-hangzhou.10.0.\(index / 256).\(index % 256)", used: used, idle: 8,
      limits: InstanceLimits(adapters: 8, ipsPerENI: 30))
    node.enis = .init(inUse: (used + 8 + 29) / 30)
    node.podHeadroom = 200 - used
    node.band = PoolBand(min: 4, max: 10)
    return node
  }

  /// A million starts and ends of pods.
  private static func millionEvents(_ rule: Rule) -> Double {
    let configuration = SimulationConfiguration()
    var simulation = RuleSimulation(rule, configuration, tuner: PolicyTuner(fleet: configuration.fleet))
    let pods = (0..<500_000).map { index in
      let start = 1 + Double(index)
      return PodRecord(start: start, end: start + 3000 + Double(index * 7919 % 600), group: GroupID("job"))
    }
    let watch = Stopwatch()
    simulation.add(pods)
    _ = simulation.finish()
    return watch.cpu * 1000
  }
}
