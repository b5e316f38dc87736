import ControllerRuntime
import EniScaling
import KubernetesModel
import TerwayModel

/// What an evaluation comes to, as the status that a person reads. Pure: it holds no ages and no countdowns, so that it says
/// something new only when there is something new.
struct PolicyReport {
  let policy: EniAutoscalePolicy
  let spec: EniAutoscalePolicySpec
  let verdicts: [NodeVerdict]
  let actuation: PoolActuation.Report
  /// The other policies of the same priority, by node.
  let conflicts: [String: [String]]
  var hasTerway = true
  var terwayVersion = ""
  var degradation = ""
  var isWindowOpen = true
  /// What is wrong with the signal as a whole; empty = nothing.
  var signalFailure = ""
  /// Faults that have lasted.
  var openCases: [RemediationPlan.OpenCase] = []
  var scarceVSwitches: Set<String> = []
  /// When a node was changed last, as far as the nodes tell.
  var lastChange: String?

  func status(now: String) -> EniAutoscalePolicyStatus {
    let generation = policy.metadata.generation
    var status = EniAutoscalePolicyStatus()
    status.observedGeneration = generation
    status.nodes.matched = verdicts.count
    status.nodes.skipped = verdicts.count { $0.skip != nil }
    status.nodes.managed = status.nodes.matched - status.nodes.skipped
    for verdict in verdicts {
      guard let decision = verdict.decision else { continue }
      status.currentENIs += decision.currentENIs
      status.desiredENIs += decision.desiredENIs
      if decision.currentENIs >= verdict.mostENIs(spec) { status.nodes.atMaximum += 1 }
      if decision.currentENIs < spec.minENIs { status.nodes.belowMinimum += 1 }
      if verdict.isStale { status.nodes.stale += 1 }
    }
    status.lastScaleTime = [lastChange, policy.status?.lastScaleTime].compactMap(\.self).max()
    status.attention = attention
    let conditions = [
      ready, reconciling, stalled, conflict, changesAllowed, dataFresh, allManaged, noFaults, addressesSuffice,
    ].map { condition in
      var condition = condition
      condition.observedGeneration = generation
      condition.message = condition.message.truncated(to: 32_768)
      return condition
    }
    status.conditions = (policy.status?.conditions ?? []).updated(with: conditions, now: now)
    return status
  }

  // MARK: Conditions

  private var ready: Condition {
    let managed = verdicts.count { $0.skip == nil }
    let what = spec.mode == .apply ? "sizes" : "recommends sizes of"
    if !hasTerway {
      return Self.condition("Ready", false, "TerwayMissing", "Terway's Node resources are not installed")
    }
    if !conflicts.isEmpty { return Self.condition("Ready", false, "Conflict", conflict.message) }
    if verdicts.isEmpty {
      return Self.condition("Ready", false, "NoNodesMatched", "spec.nodeSelector selects no node that Terway manages")
    }
    if managed == 0 { return Self.condition("Ready", false, "NoNodesManaged", allManaged.message) }
    if !spec.pauseRequests.isEmpty {
      return Self.condition("Ready", true, "Paused", "paused by \(Self.some(of: spec.pauseRequests, upTo: 8))")
    }
    return Self.condition(
      "Ready", true, spec.mode == .apply ? "Applying" : "Recommending", "\(what) \(managed) nodes")
  }

  private var reconciling: Condition {
    if actuation.isReleasing {
      return Self.condition("Reconciling", true, "Releasing", "nodes are being given back what they had before")
    }
    let changing = verdicts.filter { [.changing, .changed].contains($0.progress) }.map(\.name)
    if !changing.isEmpty || actuation.isWaitingForBudget {
      let names = changing.isEmpty ? "nodes wait for the budget" : "changing: \(Self.some(of: changing, upTo: 5))"
      return Self.condition("Reconciling", true, "Changing", names)
    }
    return Self.condition("Reconciling", false, "Settled", "nothing is under way")
  }

  private var stalled: Condition {
    guard actuation.failures.isEmpty else {
      return Self.condition("Stalled", true, "ForeignConfigMap", Self.some(of: actuation.failures, upTo: 4))
    }
    return Self.condition("Stalled", false, "ValidSpec", "nothing is in the way")
  }

  private var conflict: Condition {
    guard !conflicts.isEmpty else {
      return Self.condition("Conflict", false, "NoConflict", "no other policy has its nodes")
    }
    let others = Set(conflicts.values.joined()).subtracting([policy.metadata.name]).sorted()
    return Self.condition(
      "Conflict", true, "EqualPriority",
      """
      \(conflicts.count) nodes are also selected with the priority \(spec.priority) by \(Self.some(of: others, upTo: 5)), \
      and sized by nobody: \(Self.some(of: conflicts.keys.sorted(), upTo: 5))
      """)
  }

  /// True while the controlplane changes nothing.
  var isDegraded: Bool { TerwayConfigMap.paralysingDegradations.contains(degradation) }

  private var changesAllowed: Condition {
    func no(_ reason: String, _ message: String) -> Condition {
      Self.condition("ChangesAllowed", false, reason, message)
    }
    if spec.mode == .recommend { return no("Recommend", "spec.mode is Recommend") }
    if !spec.pauseRequests.isEmpty { return no("Paused", "paused by \(Self.some(of: spec.pauseRequests, upTo: 8))") }
    if isDegraded {
      return no("ControlplaneDegraded", "terway-controlplane is degraded (\(degradation))")
    }
    if !isWindowOpen {
      return no("OutsideWindow", "outside of spec.maintenanceWindows only growth that pods wait for is allowed")
    }
    return Self.condition("ChangesAllowed", true, "Allowed", "changes are made within the budget")
  }

  private var dataFresh: Condition {
    let stale = verdicts.filter(\.isStale)
    guard !stale.isEmpty || !signalFailure.isEmpty else {
      return Self.condition("DataFresh", true, "Fresh", "what is known of all nodes is fresh")
    }
    let since = stale.map { verdict in
      let time = Timestamp(microseconds: Int64((verdict.staleSince ?? 0) * 1e6)).rfc3339
      return "\(verdict.name) since \(time) (\(verdict.decision?.reason.name ?? ""))"
    }
    let nodes = stale.isEmpty ? "" : "\(stale.count) nodes are held and not shrunk: \(Self.some(of: since, upTo: 10))"
    return Self.condition(
      "DataFresh", false, signalFailure.isEmpty ? "Stale" : "SignalFailed",
      [signalFailure, nodes].filter { !$0.isEmpty }.joined(separator: "; "))
  }

  private var allManaged: Condition {
    let version = terwayVersion.isEmpty ? "" : " Terway is \(terwayVersion)."
    let modes = Self.counted(verdicts.map(\.mode.rawValue))
    let skips = verdicts.compactMap { verdict in verdict.skip.map { ($0, verdict.name) } }
    guard !skips.isEmpty else {
      return Self.condition(
        "AllNodesManaged", true, "AllManaged", "all \(verdicts.count) nodes are managed: \(modes).\(version)")
    }
    let reasons = Dictionary(grouping: skips, by: \.0).sorted { $0.key.rawValue < $1.key.rawValue }
    let texts = reasons.map { reason, nodes in
      "\(nodes.count) \(reason.rawValue) (\(Self.some(of: nodes.map(\.1), upTo: 3)))"
    }
    return Self.condition(
      "AllNodesManaged", false, reasons.count == 1 ? reasons[0].key.rawValue : "NodesSkipped",
      "\(skips.count) of \(verdicts.count) nodes are skipped: \(texts.joined(separator: ", ")). Modes: \(modes).\(version)"
    )
  }

  // MARK: Texts

  private static func condition(_ type: String, _ value: Bool, _ reason: String, _ message: String) -> Condition {
    Condition(type: type, status: .init(value), reason: reason, message: message)
  }

  private static func counted(_ words: [String]) -> String {
    Dictionary(grouping: words, by: \.self).mapValues(\.count).sorted { $0.key < $1.key }
      .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
  }

  /// The first few, and how many more there are.
  static func some(of texts: [String], upTo limit: Int) -> String {
    let rest = texts.count > limit ? " and \(texts.count - limit) more" : ""
    return texts.prefix(limit).joined(separator: ", ") + rest
  }
}
