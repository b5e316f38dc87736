import EniScaling
import KubernetesModel
import TerwayModel

/// What a process remembers of healing for a policy: what cannot be read from its status is learned anew.
struct HealingMemory: Sendable {
  var plan: RemediationPlan
  /// What the status says, as far as we wrote it.
  var told: [EniAutoscalePolicyStatus.Remediation]

  /// - Parameter told: what the status says.
  init(_ told: [EniAutoscalePolicyStatus.Remediation], speed: Double) {
    self.told = told
    plan = RemediationPlan(history: told.map { ($0, (RFC3339.seconds($0.time) ?? 0) * speed) })
  }

  /// The most entries that a status holds.
  static let mostEntries = 20

  /// The entries that a status has room for: actions of the last hour, which the budget counts, and the newest of the others.
  ///
  /// - Parameter entries: newest first.
  static func latest(
    _ entries: [EniAutoscalePolicyStatus.Remediation], now: Double
  ) -> [EniAutoscalePolicyStatus.Remediation] {
    var kept = entries
    for index in entries.indices.reversed() where kept.count > mostEntries {
      let counts = entries[index].outcome == .verifying && now - (RFC3339.seconds(entries[index].time) ?? 0) < 3600
      if !counts { kept.remove(at: index) }
    }
    return Array(kept.prefix(mostEntries))
  }
}
