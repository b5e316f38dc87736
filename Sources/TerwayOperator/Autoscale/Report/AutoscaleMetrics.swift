import EniScaling
import Locking
import Prometheus
import TerwayModel

/// What is exported of the sizing of pools. Series of policies and nodes that are gone are gone too.
final class AutoscaleMetrics: Sendable {
  /// What one policy's evaluation found, in writing.
  private struct Page {
    var families: [Family: SampleLines] = [:]
  }

  private enum Family: String, CaseIterable {
    case currentENIs = "current_enis"
    case desiredENIs = "desired_enis"
    case wantedMinimum = "wanted_pool_min_ips"
    case wantedMaximum = "wanted_pool_max_ips"
    case nodeMode = "node_mode"
    case nodes = "nodes"
    case skipped = "skipped_nodes"
    case inFlight = "changing_nodes"
    case degraded = "controlplane_degraded"
    case faults = "faults"
    case waitingRemedies = "waiting_remedies"

    var help: String {
      switch self {
      case .currentENIs: "ENIs of a node, the primary one included."
      case .desiredENIs: "ENIs that a node should have, the primary one included."
      case .wantedMinimum: "Idle addresses that a node should keep at least."
      case .wantedMaximum: "Idle addresses that a node should keep at most."
      case .nodeMode: "1 for how Terway gives a node its addresses."
      case .nodes: "Nodes that a policy selects, by what became of them."
      case .skipped: "Nodes that a policy selects and does not size, by reason."
      case .inFlight: "Nodes whose pool is being changed."
      case .degraded: "1 while terway-controlplane is degraded, and changes nothing."
      case .faults: "Faults of nodes that have lasted, by what becomes of them."
      case .waitingRemedies: "Actions against faults that are due and wait, by reason."
      }
    }

    var name: String { "terway_operator_autoscale_\(rawValue)" }
  }

  private let pages = Lock<[String: Page]>([:])
  private let changes: CounterFamily
  private let rollBacks: CounterFamily
  private let remediations: CounterFamily

  init(_ registry: MetricRegistry) {
    changes = registry.counter(
      "terway_operator_autoscale_changes_total", help: "Changes of the pools of nodes.",
      labels: ["policy", "direction"])
    rollBacks = registry.counter(
      "terway_operator_autoscale_rollbacks_total", help: "Changes that were taken back because Terway did not follow.",
      labels: ["policy", "phase"])
    remediations = registry.counter(
      "terway_operator_autoscale_remediations_total", help: "What was said of faults of nodes, and done about them.",
      labels: ["policy", "fault", "action", "outcome"])
    // Lives as long as the registry.
    registry.collectWritten {
      let all = self.pages.withLock { $0.sorted { $0.key < $1.key }.map(\.value) }
      return Family.allCases.compactMap { family in
        let lines = all.compactMap { $0.families[family] }
        return lines.isEmpty ? nil : WrittenFamily(family.name, help: family.help, kind: .gauge, lines: lines)
      }
    }
  }

  /// Of all metrics.
  var names: [String] { Family.allCases.map(\.name) + [changes, rollBacks, remediations].map(\.name) }

  func publish(_ policy: String, _ status: EniAutoscalePolicyStatus, _ report: PolicyReport) {
    var page = Page()
    func add(_ family: Family, _ labels: KeyValuePairs<String, String>, _ value: Int) {
      page.families[family, default: SampleLines()].append(family.name, labels, Double(value))
    }
    for verdict in report.verdicts {
      add(.nodeMode, ["policy": policy, "node": verdict.name, "mode": verdict.mode.rawValue], 1)
      guard let decision = verdict.decision else { continue }
      add(.currentENIs, ["policy": policy, "node": verdict.name], decision.currentENIs)
      add(.desiredENIs, ["policy": policy, "node": verdict.name], decision.desiredENIs)
      add(.wantedMinimum, ["policy": policy, "node": verdict.name], decision.band.min)
      add(.wantedMaximum, ["policy": policy, "node": verdict.name], decision.band.max)
    }
    let nodes = status.nodes
    for (state, count) in [
      ("matched", nodes.matched), ("managed", nodes.managed), ("at_maximum", nodes.atMaximum),
      ("below_minimum", nodes.belowMinimum), ("stale", nodes.stale), ("skipped", nodes.skipped),
    ] { add(.nodes, ["policy": policy, "state": state], count) }
    for reason in SkipReason.allCases {
      add(.skipped, ["policy": policy, "reason": reason.rawValue], report.verdicts.count { $0.skip == reason })
    }
    add(.inFlight, ["policy": policy], report.verdicts.count { [.changing, .changed].contains($0.progress) })
    add(.degraded, ["policy": policy], report.isDegraded ? 1 : 0)
    for fault in Fault.allCases {
      for state in RemediationPlan.OpenCase.State.allCases {
        add(
          .faults, ["policy": policy, "fault": fault.rawValue, "state": state.rawValue],
          report.openCases.count { $0.fault == fault && $0.state == state })
      }
    }
    for obstacle in RemediationPlan.Obstacle.allCases {
      add(
        .waitingRemedies, ["policy": policy, "reason": obstacle.rawValue],
        report.openCases.count { $0.obstacle == obstacle })
    }
    pages.withLock { $0[policy] = page }
    count(policy, report.actuation)
  }

  func count(_ step: RemediationPlan.Step, of policy: String) {
    remediations.with([
      "policy": policy, "fault": step.fault.rawValue, "action": step.taken?.rawValue ?? "none",
      "outcome": step.outcome.rawValue,
    ]).increment()
  }

  /// Forgets a policy that is gone.
  func forget(_ policy: String) { pages.withLock { $0[policy] = nil } }

  private func count(_ policy: String, _ actuation: PoolActuation.Report) {
    for (direction, count) in [
      ("up", actuation.grown.count), ("down", actuation.shrunk.count), ("restore", actuation.restored.count),
    ] where count > 0 {
      changes.with(["policy": policy, "direction": direction]).increment(by: Double(count))
    }
    for (_, phase) in actuation.rolledBack {
      rollBacks.with(["policy": policy, "phase": phase.rawValue]).increment()
    }
  }
}
