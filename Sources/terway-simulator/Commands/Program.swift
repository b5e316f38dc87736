import ControllerRuntime
import FoundationEssentials
import Glibc
import HTTPTransport
import KubernetesClient
import TerwaySimulation

/// The command line.
enum Program {
  static let help = """
    Usage: terway-simulator run [OPTION...]
           terway-simulator fault --node NAME [--node NAME...] [--clear] [FAULT...]

    Plays Terway's daemons and controlplane on a real API server, and the kubelets, the scheduler and
    the DaemonSet's controller that they need. Needs the definitions in hack/terway-simulator/crds.

      --kubeconfig FILE, --context NAME   the API server
      --nodes N                   nodes that there are to be (default 20)
      --speed N                   how much faster than real Terway's waiting times pass (default 1)
      --ipam crd|legacy           who owns the pools of addresses (default crd)
      --adapters N                ENIs of an instance, the primary one included (default 8)
      --addresses-per-adapter N   addresses of an ENI (default 30)
      --zones N                   zones, each with a vSwitch (default 3)
      --vswitch-prefix N          of a vSwitch's CIDR (default 12; 28 runs out after 12 addresses)
      --workload NAME             pods that come and go: \(generators)
      --workload-nodes N          as many as a cluster of so many nodes has (default: as --nodes)
      --trace FILE                the same, from a CSV file with \(TraceParser.header)
      --seed N                    everything random follows from it (default 1)
      --metrics-port N            serve what daemons tell of their pools (legacy) on loopback; 0 for any
      --log-level LEVEL           debug, info (default), warning, error

    Pods without a node get the emptiest one. They run until they are deleted, or for as many played
    seconds as their annotation \(StandIn.lifetimeAnnotation) says.

    Faults are an annotation of a Node, which names those that it has now:
      kubectl annotate node NAME \(StandIn.faultsAnnotation)=\(StandIn.Fault.wedgedDaemon.rawValue)
    The command fault writes the same annotation.

    \(StandIn.Fault.allCases.map(line).joined(separator: "\n"))
    """

  private static var generators: String { TraceGenerator.allCases.map(\.rawValue).joined(separator: ", ") }

  private static func line(_ fault: StandIn.Fault) -> String {
    let name = fault.rawValue + String(repeating: " ", count: max(1, 22 - fault.rawValue.count))
    let remedy = fault.remedy.map { "\n\(String(repeating: " ", count: 24))healed by \($0)" } ?? ""
    return "  \(name)\(fault.summary)\(remedy)"
  }

  /// - Returns: 0 when everything went well, 1 when something failed, 2 for wrong usage.
  static func run(_ words: [String]) async -> Int32 {
    do {
      switch words.first {
      case "-h", "--help":
        print(help)
      case "fault": try await FaultCommand(Array(words.dropFirst())).run()
      case "run":
        let options = try RunOptions(Array(words.dropFirst()))
        let logger = Logger(level: options.logLevel)
        return try await Simulator(options, client: client(options.connection), logger: logger).run().exitCode
      case let word: throw SimulatorError.usage(word.map { "unknown command \($0)" } ?? "a command is missing")
      }
      return 0
    } catch {
      let line = Array("terway-simulator: \(error)\n".utf8)
      _ = write(STDERR_FILENO, line, line.count)
      if case SimulatorError.usage = error { return 2 }
      return 1
    }
  }

  static func client(_ options: ConnectionOptions) throws -> KubernetesClient {
    KubernetesClient(
      configuration: try ClusterConfiguration.detect(
        kubeconfig: options.kubeconfig, context: options.context,
        environment: ProcessInfo.processInfo.environment),
      http: CurlTransport(), userAgent: "terway-simulator")
  }
}
