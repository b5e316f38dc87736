// Times what has a limit: one decision round of 50,000 nodes, and the simulation of a million pod events. Build it with
// `-c release`; each result is a line of JSON.

import EniScaling
import Serialization
import TerwaySimulation

func report(_ name: String, _ duration: Duration) {
  let (seconds, attoseconds) = duration.components
  let milliseconds = Double(seconds) * 1000 + Double(attoseconds) / 1e15
  print((["name": .string(name), "milliseconds": JSONValue(milliseconds)] as JSONValue).jsonText())
}

let clock = ContinuousClock()
DecisionRound.measure(clock)
MillionEvents.measure(clock)

/// Rounds in which a tenth of the nodes got a pod since the last one.
enum DecisionRound {
  static func measure(_ clock: ContinuousClock) {
    var scaler = NodeGroupScaler(at: 0)
    var best = Duration.seconds(1000)
    for round in 0..<12 {
      let nodes = (0..<50_000).map { observation($0, round: round) }
      best = min(best, clock.measure { _ = scaler.decide(nodes, at: Double(round) * 15) })
    }
    report("decision-round-50000-nodes", best)
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
}

/// A million starts and ends of pods under the default policy.
enum MillionEvents {
  static func measure(_ clock: ContinuousClock) {
    for rule in [Rule.default, .terway510] {
      let configuration = SimulationConfiguration()
      var simulation = RuleSimulation(rule, configuration, tuner: PolicyTuner(fleet: configuration.fleet))
      let pods = (0..<500_000).map { index in
        let start = 1 + Double(index)
        return PodRecord(start: start, end: start + 3000 + Double(index * 7919 % 600), group: GroupID("job"))
      }
      report("simulate-1M-pod-events-\(rule.rawValue)", clock.measure { play(pods, to: &simulation) })
    }
  }

  private static func play(_ pods: [PodRecord], to simulation: inout RuleSimulation) {
    simulation.add(pods)
    _ = simulation.finish()
  }
}
