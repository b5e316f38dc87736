import ControllerRuntime
import EniScaling
import TerwayModel

/// The events that a person sees in `kubectl describe` of a policy. Nodes are named, their configurations never quoted.
struct AutoscaleEvents: Sendable {
  let recorder: EventRecorder

  func invalidSpec(_ policy: EniAutoscalePolicy, _ reason: String) {
    record(.warning, "InvalidSpec", "Validate", reason, policy)
  }

  /// One event for all nodes of a round to which the same was done.
  func report(_ report: PoolActuation.Report, of policy: EniAutoscalePolicy) {
    summarise(report.grown, "Grew", "Grow", "larger pools for", policy)
    summarise(report.shrunk, "Shrank", "Shrink", "smaller pools for", policy)
    summarise(report.restored, "Restored", "Restore", "their former configuration for", policy)
    for (node, phase) in report.rolledBack {
      record(
        .warning, phase.rawValue, "RollBack",
        "node \(node) was given back its former pool: Terway did not follow in time",
        policy)
    }
    for failure in report.failures { record(.warning, "ForeignConfigMap", "Grow", failure, policy) }
  }

  /// One for each step: the evidence is in its note.
  func remediation(_ step: RemediationPlan.Step, of policy: EniAutoscalePolicy) {
    let what = [step.taken?.rawValue, step.target].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: " of ")
    record(
      step.outcome == .healed ? .normal : .warning, step.fault.rawValue, step.taken?.rawValue ?? "Report",
      "\(step.outcome.rawValue): \(step.subject.text)\(what.isEmpty ? "" : ", \(what)"): \(step.message)", policy)
  }

  private func summarise(
    _ nodes: [String], _ reason: String, _ action: String, _ text: String, _ policy: EniAutoscalePolicy
  ) {
    guard !nodes.isEmpty else { return }
    record(
      .normal, reason, action, "\(text) \(nodes.count) nodes: \(PolicyReport.some(of: nodes.sorted(), upTo: 5))", policy
    )
  }

  private func record(
    _ severity: EventNotice.Severity, _ reason: String, _ action: String, _ note: String, _ policy: EniAutoscalePolicy
  ) {
    recorder.record(
      EventNotice(
        severity, reason, action: action, note: note.truncated(to: 1_024),
        regarding: .init(kind: EniAutoscalePolicy.resource.kind, key: policy.key, uid: policy.metadata.uid)))
  }
}
