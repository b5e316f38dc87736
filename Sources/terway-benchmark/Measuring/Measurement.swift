/// What one run of a benchmark found out.
struct Measurement {
  var name: String
  var value: Double
  /// Such as `MiB` or `1/s`; `×` for a ratio.
  var unit: String
  /// What was promised; `nil` for numbers that only explain others.
  var target: Target?

  init(_ name: String, _ value: Double, _ unit: String, _ target: Target? = nil) {
    (self.name, self.value, self.unit, self.target) = (name, value, unit, target)
  }
}

/// A bound that was promised for a measurement.
enum Target: Hashable {
  case atLeast(Double)
  case atMost(Double)

  func isMet(by value: Double) -> Bool {
    switch self {
    case .atLeast(let bound): value >= bound
    case .atMost(let bound): value <= bound
    }
  }

  var text: String {
    switch self {
    case .atLeast(let bound): "≥ \(Quantity.text(bound))"
    case .atMost(let bound): "≤ \(Quantity.text(bound))"
    }
  }
}

/// One thing that is measured, any number of times in a row.
struct Benchmark: Sendable {
  var name: String
  var summary: String
  var needsCluster = false
  /// Whether it reads the API server's audit log, which costs the server time: it runs only when it is named.
  var needsAuditLog = false
  /// Whether it runs only where a folder with data is given.
  var needsCorpus = false
  /// Makes what all runs share, and returns what makes one of them.
  var prepare: @Sendable (Setting) async throws -> Run

  typealias Run = () async throws -> [Measurement]
}

/// What a person chose, and what the machine offers.
struct Setting: Sendable {
  var runs = 3
  var nodes = 10_000
  var profiles = 300
  /// Nodes of the fleet that is sized.
  var fleet = 2_000
  var kubeconfig: String?
  /// Of the control plane; reads are not in it, and of writes of nodes it tells the answer.
  var auditLog: String?
  /// The folder with the Numenta Anomaly Benchmark's files.
  var nab: String?
  /// For files of hundreds of megabytes.
  var scratch: String
}
