import EniScaling

/// The rules that can be compared, by the names under which they are reported.
public enum Rule: String, Hashable, Sendable, CaseIterable {
  /// Ours, by Terway's bands.
  case `default`
  case awsWarmENI = "aws-warm-eni"
  case awsWarmIP = "aws-warm-ip"
  case cilium
  case ciliumRelease = "cilium-release"
  case azureV2 = "azure-v2"
  case terway05 = "terway-0-5"
  case terway510 = "terway-5-10"
  case threshold
  case oracle

  /// What the name stands for, in a line.
  public var summary: String {
    switch self {
    case .default: "terway-operator's policy, steering Terway by its pool bands"
    case .awsWarmENI: "AWS VPC CNI, WARM_ENI_TARGET=1"
    case .awsWarmIP: "AWS VPC CNI, WARM_IP_TARGET=5"
    case .cilium: "Cilium, pre-allocate 8, never releasing"
    case .ciliumRelease: "Cilium, pre-allocate 8, releasing after 180 s"
    case .azureV2: "Azure CNS v2, batches of 16, buffer 0.5"
    case .terway05: "Terway, min_pool_size 0, max_pool_size 5 (its default)"
    case .terway510: "Terway, min_pool_size 5, max_pool_size 10"
    case .threshold: "one ENI more above 0.8, one less below 0.3, every 300 s"
    case .oracle: "the cheapest pools that known demand allows, found by a dynamic programme"
    }
  }
}

/// A simulation of any rule: takes the pods of a trace, piece by piece, and says in the end how the rule did.
public struct RuleSimulation: Sendable {
  public let name: String
  private var engine: any PodConsumer

  /// - Parameter tuner: the autoscaler behind the rule ``Rule/default``.
  public init(_ rule: Rule, _ configuration: SimulationConfiguration, tuner: @autoclosure () -> any BandTuner) {
    name = rule.rawValue
    engine =
      switch rule {
      case .default:
        Simulation(configuration, tuner: tuner(), controller: TerwayControlplane(minPool: 0, maxPool: 5))
      case .awsWarmENI: Simulation(configuration, controller: WarmENIController())
      case .awsWarmIP: Simulation(configuration, controller: WarmIPController(warm: 5))
      case .cilium: Simulation(configuration, controller: CiliumController(releases: false))
      case .ciliumRelease: Simulation(configuration, controller: CiliumController(releases: true))
      case .azureV2: Simulation(configuration, controller: AzureController())
      case .terway05: Simulation(configuration, controller: TerwayControlplane(minPool: 0, maxPool: 5))
      case .terway510: Simulation(configuration, controller: TerwayControlplane(minPool: 5, maxPool: 10))
      case .threshold: Simulation(configuration, controller: ThresholdController())
      case .oracle: OracleSimulation(configuration)
      }
  }

  /// Takes the next pods of the trace, in the order of their starts.
  public mutating func add(_ pods: [PodRecord]) { engine.add(pods) }

  /// Ends the trace.
  ///
  /// - Parameter end: a moment until which it goes on in any case, in seconds: a history may end with nothing happening.
  public mutating func finish(at end: Double = 0) -> ScoreCard {
    ScoreCard(name: name, figures: engine.finish(at: end))
  }
}

/// Something that a trace is played to.
protocol PodConsumer: Sendable {
  mutating func add(_ pod: PodRecord)
  mutating func finish(at end: Double) -> ScoreCard.Figures
}

extension PodConsumer {
  /// In one call, so that the loop is compiled for the consumer's type.
  mutating func add(_ pods: [PodRecord]) { for pod in pods { add(pod) } }
}

extension Simulation: PodConsumer {}
extension OracleSimulation: PodConsumer {}
