import ControllerRuntime
import FoundationEssentials
import TerwaySimulation

/// What `terway-simulator run` was told.
struct RunOptions: Sendable {
  var connection = ConnectionOptions()
  var nodes = 20
  /// Played seconds for each real one.
  var speed = 1.0
  var cluster = StandIn.Configuration()
  var logLevel = Logger.Level.info
  /// On loopback; 0 = any; `nil` = nothing is served.
  var metricsPort: UInt16?
  private var trace: String?
  private var generator: TraceGenerator?
  private var workloadNodes: Int?

  init(_ words: [String]) throws {
    var words = Words(words)
    while let option = words.next() {
      switch option {
      case "--nodes": nodes = try words.number(0...20_000, for: option)
      case "--speed": speed = try words.real(0.001...10_000, for: option)
      case "--seed": cluster.seed = UInt64(try words.number(0...Int.max, for: option))
      case "--ipam": cluster.ipam = try words.choice(for: option)
      case "--zones": cluster.zones = try words.number(1...14, for: option)
      case "--adapters": cluster.adapters = try words.number(1...32, for: option)
      case "--addresses-per-adapter": cluster.addressesPerAdapter = try words.number(1...64, for: option)
      case "--vswitch-prefix": cluster.vSwitchPrefix = try words.number(12...29, for: option)
      case "--trace": trace = try words.value(of: option)
      case "--workload": generator = try words.choice(for: option)
      case "--workload-nodes": workloadNodes = try words.number(1...20_000, for: option)
      case "--metrics-port": metricsPort = UInt16(try words.number(0...65_535, for: option))
      case "--log-level": logLevel = try words.choice(for: option)
      default: try connection.take(option, &words)
      }
    }
    if trace != nil, generator != nil { throw SimulatorError.usage("--trace and --workload exclude each other") }
  }

  /// The pods that come and go by themselves; `nil` for none.
  func readWorkload() throws -> Workload? {
    if let generator { return Workload(generator, nodes: workloadNodes ?? max(1, nodes), seed: cluster.seed) }
    guard let trace else { return nil }
    var parser = TraceParser(file: trace)
    var pods: [PodRecord] = []
    try Data(contentsOf: URL(fileURLWithPath: trace)).withUnsafeBytes { bytes in
      try parser.parse(bytes, into: &pods)
      try parser.finish(into: &pods)
    }
    return Workload(pods)
  }
}

/// Which API server is meant.
struct ConnectionOptions: Sendable {
  var kubeconfig: String?
  var context: String?

  mutating func take(_ option: String, _ words: inout Words) throws {
    switch option {
    case "--kubeconfig": kubeconfig = try words.value(of: option)
    case "--context": context = try words.value(of: option)
    default: throw SimulatorError.usage("unknown option \(option)")
    }
  }
}

/// The words of a command line, one after another.
struct Words {
  private var rest: ArraySlice<String>

  init(_ words: [String]) { rest = words[...] }

  mutating func next() -> String? { rest.popFirst() }

  mutating func value(of option: String) throws -> String {
    guard let value = rest.popFirst() else { throw SimulatorError.usage("\(option) needs a value") }
    return value
  }

  mutating func number(_ range: ClosedRange<Int>, for option: String) throws -> Int {
    let text = try value(of: option)
    guard let number = Int(text), range.contains(number) else {
      throw SimulatorError.usage(
        "\(option) takes a whole number from \(range.lowerBound) to \(range.upperBound), not \(text)")
    }
    return number
  }

  mutating func real(_ range: ClosedRange<Double>, for option: String) throws -> Double {
    let text = try value(of: option)
    guard let number = Double(text), range.contains(number) else {
      throw SimulatorError.usage(
        "\(option) takes a number from \(range.lowerBound) to \(range.upperBound), not \(text)")
    }
    return number
  }

  mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(for option: String) throws -> Choice {
    let text = try value(of: option)
    guard let choice = Choice(rawValue: text) else {
      let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
      throw SimulatorError.usage("\(option) takes one of \(known), not \(text)")
    }
    return choice
  }
}
