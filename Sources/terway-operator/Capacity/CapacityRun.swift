import ControllerRuntime
import HTTPTransport
import Insights
import KubernetesClient
import KubernetesModel
import Prometheus
import TerwayModel

/// One look at the capacity of a cluster: reads what there is, and lets the planner judge it.
struct CapacityRun: Sendable {
  var client: KubernetesClient
  /// What was read before; `nil` = it is read now.
  var cluster: ClusterCapacity?
  /// `nil` = the Node resources alone have to do.
  var prometheus: PrometheusAccess?
  var query: String?
  /// How far back to look, in seconds.
  var range: Double
  var planner: CapacityPlanner
  var progress: Progress

  /// For one question to the Prometheus.
  private static let deadline: Duration = .seconds(60)
  /// Of one answer, in bytes.
  private static let sizeLimit = 64 << 20

  /// - Returns: What was found out, and whether something could not be reached.
  func report() async throws -> (report: CapacityReport, isCut: Bool) {
    let cluster: ClusterCapacity
    do {
      if let known = self.cluster {
        cluster = known
      } else {
        cluster = try await progress.reading("nodes") { try await ClusterCapacity.read(client) }
      }
    } catch let error as StatusError
      where error.reason == .notFound
    {
      throw CapacityError.noTerway
    }
    let known = cluster.nodes.filter { planner.assumptions.capacity(of: $0) != nil }
    guard !known.isEmpty else { throw CapacityError.noNodes(unknown: cluster.nodes.count) }
    var unknown = cluster.unknown
    if known.count < cluster.nodes.count {
      let rest = cluster.nodes.filter { planner.assumptions.capacity(of: $0) == nil }.map(\.name)
      unknown.append("\(rest.count) nodes say no limits of their instances, such as \(rest[0]): they are left out")
    }
    let history: CapacityHistory?
    var isCut = false
    do { history = try await self.history(nodes: known.count) } catch let error as PrometheusError {
      guard error.meansUnreachable else { throw error }
      (history, isCut) = (nil, true)
      unknown.append("\(error)")
    }
    if history == nil {
      unknown.append(
        """
        trends, seasons, when anything is full, nodes to add, and what of the pools pods need: that takes a history \
        (--prometheus)
        """)
    }
    var drafting = Drafting(
      report: CapacityReport(
        time: planner.now, horizon: planner.horizon, assumptions: planner.assumptions,
        source: history.map { .init(url: prometheus?.url ?? "", days: range / 86_400, step: $0.range.step) }),
      nodes: known, cluster: cluster, history: history, planner: planner, progress: progress)
    drafting.report.unknown = unknown
    do { try await drafting.run() } catch let error as PrometheusError {
      isCut = isCut || error.meansUnreachable
      drafting.report.unknown.append("\(error)")
    }
    return (drafting.report, isCut)
  }

  /// As a part of another report: what stands in the way is said in its place, and where it is the Prometheus, the rest is
  /// told without it.
  ///
  /// - Parameter resources: Terway's, of which the cluster was made.
  /// - Throws: `CancellationError` only.
  func part(of resources: Collected<[TerwayNode]>) async throws -> Collected<CapacityReport> {
    if let reason = resources.reason { return .unknown(reason) }
    do {
      return .value(try await report().report)
    } catch CapacityError.noTerway, CapacityError.noNodes(unknown: 0) {
      return .absent
    } catch {
      try Task.checkCancellation()
      let reason = (error as? any ExitingError)?.message ?? "\(error)"
      guard prometheus != nil else { return .unknown(reason) }
      var alone = self
      alone.prometheus = nil
      return try await alone.part(of: resources).map { report in
        var report = report
        report.unknown.append(reason)
        return report
      }
    }
  }

  private func history(nodes: Int) async throws -> CapacityHistory? {
    guard let prometheus else { return nil }
    let client = try prometheus.client(deadline: Self.deadline, sizeLimit: Self.sizeLimit)
    return try await progress.reading("what the Prometheus knows") {
      try await CapacityHistory(client, query: query, last: range, nodes: nodes, now: planner.now)
    }
  }
}

/// A report while it is made: what it has when the Prometheus goes away is kept.
private struct Drafting {
  var report: CapacityReport
  let nodes: [CapacityNode]
  let cluster: ClusterCapacity
  let history: CapacityHistory?
  let planner: CapacityPlanner
  let progress: Progress

  mutating func run() async throws {
    let zones = Dictionary(grouping: nodes.filter { !$0.zone.isEmpty }, by: \.zone)
    let types = Dictionary(grouping: nodes, by: \.instanceType)
    // What needs no history first, so that it is there whatever happens.
    report.add(
      [planner.assess(CapacitySubject(.cluster), nodes, history: nil)]
        + zones.map { planner.assess(CapacitySubject(.zone, $0), $1, history: nil) }
        + types.map { planner.assess(CapacitySubject(.nodeGroup, $0), $1, history: nil) }
        + cluster.vSwitches.compactMap { assess($0, $1, nil) }
        + nodes.map { planner.assess(CapacitySubject(.node, $0.name), [$0], history: nil) })
    let unsized = cluster.vSwitches.filter { $0.value.size == nil }.keys.sorted()
    if !unsized.isEmpty { report.unknown.append("the size of the vSwitches \(unsized.joined(separator: ", "))") }
    report.plans = types.sorted { $0.key < $1.key }.map { type, group in
      planner.plan(group, planner.assess(CapacitySubject(.nodeGroup, type), group, history: nil), recent: [:])
    }
    guard let history else { return }
    let whole = try await progress.reading("the history of the cluster", history.cluster)
    report.add([planner.assess(CapacitySubject(.cluster), nodes, history: whole)])
    if let past = try await optional("zones", history.zones, of: "terway_eni_node_info") {
      report.add(zones.map { planner.assess(CapacitySubject(.zone, $0), $1, history: past[$0]) })
    }
    if let past = try await optional("vSwitches", history.vSwitches, of: "terway_eni_vswitch_used_ips") {
      report.add(cluster.vSwitches.compactMap { assess($0, $1, past[$0]) })
    }
    if let past = try await optional("instance types", history.instanceTypes, of: "terway_eni_node_info") {
      try await plan(types, past, history)
    }
    let byName = Dictionary(nodes.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    progress.begin("the history of nodes")
    defer { progress.end("the history of nodes") }
    try await history.nodes(nodes.map(\.name)) { batch in
      report.add(
        batch.compactMap { name, history in
          byName[name].map { planner.assess(CapacitySubject(.node, name), [$0], history: history) }
        })
    }
  }

  private mutating func plan(
    _ types: [String: [CapacityNode]], _ past: [String: History], _ history: CapacityHistory
  ) async throws {
    var plans: [NodeGroupPlan] = []
    for (type, group) in types.sorted(by: { $0.key < $1.key }) {
      let assessment = planner.assess(CapacitySubject(.nodeGroup, type), group, history: past[type])
      report.add([assessment])
      let recent = try await optional(
        "the last day of \(type)", { try await history.recent(group.map(\.name)) }, of: "its nodes")
      plans.append(planner.plan(group, assessment, recent: recent ?? [:]))
    }
    report.plans = plans
  }

  private func assess(_ id: String, _ vSwitch: ClusterCapacity.VSwitch, _ past: History?) -> CapacityAssessment? {
    vSwitch.size.map {
      planner.assess(vSwitch: id, nodes: vSwitch.nodes, used: vSwitch.used, size: $0, history: past)
    }
  }

  /// What one question has for an answer; without it the rest goes on.
  ///
  /// - Parameter source: what the Prometheus must have for it.
  private mutating func optional(
    _ what: String, _ read: () async throws -> [String: History], of source: String
  ) async throws -> [String: History]? {
    do {
      let histories = try await progress.reading("the history of \(what)", read)
      if histories.isEmpty { report.unknown.append("the history of \(what): the Prometheus has nothing of \(source)") }
      return histories
    } catch let error as PrometheusError {
      report.unknown.append("the history of \(what): \(error)")
      return nil
    }
  }
}

/// Why nothing can be said of a cluster.
enum CapacityError: Error, Equatable {
  case noTerway
  case noNodes(unknown: Int)
}

extension CapacityError: ExitingError {
  var exitCode: ExitCode { .findings }

  var message: String? {
    switch self {
    case .noTerway:
      "the API server knows no nodes.network.alibabacloud.com: Terway is not installed, or does not run with ipam_type crd"
    case .noNodes(let unknown):
      unknown == 0
        ? "there are no Terway Node resources"
        : "none of the \(unknown) Terway Node resources says what its instance can have (spec.nodeCap); give --adapters and --ips-per-eni"
    }
  }
}

extension PrometheusError {
  /// Whether the Prometheus itself is not there, rather than what was asked of it.
  fileprivate var meansUnreachable: Bool {
    switch self {
    case .unreachable, .notPrometheus: true
    case .invalidURL, .refused: false
    }
  }
}
