import ControllerRuntime
import Prometheus
import TerwaySimulation

/// Reads from a Prometheus how many addresses pods held on each node.
struct RecordedDemand: Sendable {
  var url: String
  var query: String
  var range: Duration
  /// A file with a bearer token; `nil` = no authentication.
  var tokenFile: String?

  /// So many moments are enough: a month in steps of five minutes.
  private static let points = 10_000
  /// More nodes than a simulation takes would not be looked at anyway.
  static let nodeLimit = 50_000

  /// - Parameter say: is told what was passed over.
  func read(say: (String) -> Void) async throws -> DemandHistory {
    let client = try PrometheusAccess(url: url, tokenFile: tokenFile).client(
      deadline: .seconds(120), sizeLimit: 512 << 20)
    let moments = QueryRange(
      last: Double(range.components.seconds), until: Timestamp.now.seconds, points: Self.points)
    let answer = try await client.queryRange(query, moments)
    for warning in answer.warnings { say("the answer may be incomplete: \(warning)") }
    let histories = try answer.series.map { series in
      guard let node = series.labels["node"] else { throw RecordedDemandError.noNodeLabel(query: query, series.labels) }
      return (node: node, readings: series.samples.map { DemandHistory.Reading(time: $0.time, used: $0.value) })
    }
    let names = Dictionary(grouping: histories, by: \.node)
    if let twice = names.filter({ $0.value.count > 1 }).keys.min() {
      throw RecordedDemandError.severalSeries(query: query, node: twice)
    }
    let history = DemandHistory(histories, step: moments.step)
    guard !history.pods.isEmpty else {
      throw RecordedDemandError.nothing(query: query, range: PromDuration.text(range))
    }
    guard history.nodes.count <= Self.nodeLimit else { throw RecordedDemandError.tooManyNodes(history.nodes.count) }
    if history.unusable > 0 { say("\(history.unusable) values are no number of pods and were passed over") }
    return history
  }
}

/// Why what a Prometheus has cannot be played.
enum RecordedDemandError: Error, Equatable {
  case nothing(query: String, range: String)
  case noNodeLabel(query: String, [String: String])
  case severalSeries(query: String, node: String)
  case tooManyNodes(Int)
}

extension RecordedDemandError: ExitingError {
  var exitCode: ExitCode { .findings }

  var message: String? {
    switch self {
    case .nothing(let query, let range):
      "the Prometheus has no pods for \(query) within the last \(range); is the recording rule loaded? --query names another expression"
    case .noNodeLabel(let query, let labels):
      "\(query) returns a series without the label node (\(labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", "))); aggregate with: sum by (node) (…)"
    case .severalSeries(let query, let node):
      "\(query) returns several series of the node \(node); aggregate with: sum by (node) (…), and choose one cluster"
    case .tooManyNodes(let count):
      "the Prometheus knows \(count) nodes; a simulation takes \(RecordedDemand.nodeLimit). Choose some of them with --query"
    }
  }
}

extension PrometheusError: ExitingError {
  var exitCode: ExitCode {
    switch self {
    case .unreachable, .notPrometheus: .unreachable
    case .invalidURL: .usage
    case .refused: .findings
    }
  }

  var message: String? { description }
}
