import Insights
import Prometheus

/// Reads from a Prometheus what capacity planning needs, in pieces of bounded size.
struct CapacityHistory: Sendable {
  private let client: PrometheusClient
  private let queries: DemandQueries
  /// Of clusters, zones and types, and of each node.
  let range: QueryRange
  private let nodeRange: QueryRange
  private let recentRange: QueryRange

  /// So many values of a series show each hour of eight weeks.
  private static let points = 1344
  /// So many values are read at once: some megabytes.
  private static let valuesAtOnce = 200_000
  /// Nodes of a group that are played to the scaling engine, for how long, and in which steps, in seconds.
  private static let playedNodes = 40
  private static let recentTime = 86_400.0
  private static let recentStep = 60.0

  /// Finds out which expression this Prometheus knows.
  ///
  /// - Parameters:
  ///   - query: what a person asked for; `nil` = the first of the candidates that has anything.
  ///   - duration: how far back to look, in seconds.
  ///   - nodes: how many there are: of many, fewer values are read of each.
  ///   - now: seconds since 1970.
  init(_ client: PrometheusClient, query: String?, last duration: Double, nodes: Int, now: Double) async throws {
    self.client = client
    range = QueryRange(last: duration, until: now, points: Self.points, shortestStep: 60)
    let points = nodes > 1000 ? Self.points / 4 : nodes > 200 ? Self.points / 2 : Self.points
    nodeRange = QueryRange(last: duration, until: now, points: points, shortestStep: 60)
    recentRange = QueryRange(
      last: min(duration, Self.recentTime), until: now, points: Int(Self.recentTime / Self.recentStep),
      shortestStep: Self.recentStep)
    // A look at some moments of the whole time, on the hour where there are hours enough.
    let unit = duration > 20 * 3600 ? 3600.0 : 60
    let steps = "[\(Int(duration))s:\(Int(max(1, (duration / 20 / unit).rounded()) * unit))s]"
    for candidate in query.map({ [$0] }) ?? DemandQueries.candidates {
      let queries = DemandQueries(byNode: candidate)
      let most = try await client.query("max_over_time((\(queries.seriesOfNode))\(steps))").series.first?.samples.first
      guard let most else { continue }
      guard most.value <= 1 else { throw CapacityHistoryError.severalSeries(query: candidate) }
      self.queries = queries
      return
    }
    throw CapacityHistoryError.nothing(
      queries: query.map { [$0] } ?? DemandQueries.candidates, days: duration / 86_400)
  }

  func cluster() async throws -> History? {
    try await client.queryRange(queries.cluster, range).series.first.map(History.init)
  }

  /// By name; empty where the exporter's `terway_eni_node_info` is not there.
  func zones() async throws -> [String: History] { try await histories(queries.byZone, by: "zone", range) }
  func instanceTypes() async throws -> [String: History] {
    try await histories(queries.byInstanceType, by: "instance_type", range)
  }
  func vSwitches() async throws -> [String: History] {
    try await histories(DemandQueries.byVSwitch, by: "vswitch_id", range)
  }

  /// The histories of nodes, some at a time.
  func nodes(_ names: [String], _ take: ([String: History]) -> Void) async throws {
    guard queries.nodes([]) != nil else { return take(try await histories(queries.byNode, by: "node", nodeRange)) }
    let size = max(1, Self.valuesAtOnce / max(1, nodeRange.count))
    for start in stride(from: 0, to: names.count, by: size) {
      try Task.checkCancellation()
      let batch = Array(names[start..<min(start + size, names.count)])
      take(try await histories(queries.nodes(batch) ?? queries.byNode, by: "node", nodeRange))
    }
  }

  /// The last day of some nodes of a group, evenly chosen, in steps of a minute.
  func recent(_ names: [String]) async throws -> [String: History] {
    let count = min(names.count, Self.playedNodes)
    let chosen = (0..<count).map { names[$0 * names.count / count] }
    guard let query = queries.nodes(chosen) else { return [:] }
    return try await histories(query, by: "node", recentRange)
  }

  private func histories(_ query: String, by label: String, _ range: QueryRange) async throws -> [String: History] {
    let series = try await client.queryRange(query, range).series
    return Dictionary(
      series.compactMap { series in series.labels[label].map { ($0, History(series)) } },
      uniquingKeysWith: { first, _ in first })
  }
}

/// Why a Prometheus is no help in planning.
enum CapacityHistoryError: Error, Equatable {
  case nothing(queries: [String], days: Double)
  case severalSeries(query: String)
}

extension CapacityHistoryError: ExitingError {
  var exitCode: ExitCode { .findings }

  var message: String? {
    switch self {
    case .nothing(let queries, let days):
      "the Prometheus knows nothing of \(queries.joined(separator: " or ")) within the last \(Int(days)) days; --query names another expression, with one series for each node"
    case .severalSeries(let query):
      "\(query) has several series of one node: choose one cluster, for example with --query 'node:terway_eni_allocated_ips:sum{cluster=\"…\"}'"
    }
  }
}
