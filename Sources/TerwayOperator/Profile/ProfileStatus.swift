import KubernetesModel
import Monitoring
import TerwayModel

/// What a reconcile found, as the status that a person reads. Pure.
enum ProfileStatus {
  /// The status after the objects of a valid profile were looked at.
  static func status(
    of profile: MonitoringProfile, findings: ProfileFindings, results: [Synchronisation], now: String
  ) -> MonitoringProfileStatus {
    var status = MonitoringProfileStatus()
    status.observedGeneration = profile.metadata.generation
    // Whoever follows the test writes it.
    status.performanceTest = profile.status?.performanceTest
    status.detected = findings.detected
    status.resources = results.map { result in
      var resource = result.resource
      resource.selectedBy = findings.selectedBy(result.reference)
      return resource
    }
    status.objects = MonitoringProfileStatus.count(of: status.resources)
    let generation = profile.metadata.generation
    status.conditions = (profile.status?.conditions ?? []).updated(
      with: conditions(results, generation: generation) + findings.conditions(generation: generation), now: now)
    return status
  }

  /// The status of a profile that cannot be carried out: everything stays as it was, also what the status says of it.
  static func status(of profile: MonitoringProfile, invalid: ProfileObstacle, now: String) -> MonitoringProfileStatus {
    var status = profile.status ?? MonitoringProfileStatus()
    let message = invalid.message.truncated(to: 32_768)
    let generation = profile.metadata.generation
    func condition(_ type: String, _ value: Bool) -> Condition {
      Condition(
        type: type, status: .init(value), reason: invalid.reason, message: message, observedGeneration: generation)
    }
    let others = status.conditions.filter { !["Ready", "Reconciling", "Stalled"].contains($0.type) }
    status.observedGeneration = generation
    status.conditions = status.conditions.updated(
      with: [condition("Ready", false), condition("Reconciling", false), condition("Stalled", true)] + others, now: now)
    return status
  }

  private static func conditions(_ results: [Synchronisation], generation: Int64) -> [Condition] {
    let missingKinds = results.filter { $0.state == .crdMissing }
    let stuck = results.filter(\.state.needsAPerson)
    let underWay = results.filter { $0.state == .failed || $0.state == .namespaceMissing }
    let inSync = results.count { $0.state == .synced }
    let kinds = Set(missingKinds.map(\.reference.resource.kind.kind)).sorted().joined(separator: ", ")

    func condition(_ type: String, _ value: Bool, _ reason: String, _ message: String) -> Condition {
      Condition(type: type, status: .init(value), reason: reason, message: message, observedGeneration: generation)
    }
    let ready: Condition
    if let first = stuck.first {
      ready = condition("Ready", false, first.state.rawValue, summary(of: stuck))
    } else if let first = underWay.first {
      ready = condition("Ready", false, first.state.rawValue, summary(of: underWay))
    } else if missingKinds.isEmpty {
      ready = condition("Ready", true, "InSync", "all \(inSync) objects are in place")
    } else {
      ready = condition(
        "Ready", true, "InSync",
        "\(inSync) of \(results.count) objects are in place; \(missingKinds.count) wait for \(kinds) to be installed")
    }
    return [
      ready,
      underWay.isEmpty
        ? condition("Reconciling", false, "InSync", "nothing is under way")
        : condition("Reconciling", true, "Retrying", summary(of: underWay)),
      stuck.isEmpty
        ? condition("Stalled", false, "InSync", "nothing is in the way")
        : condition("Stalled", true, stuck[0].state.rawValue, summary(of: stuck)),
      missingKinds.isEmpty
        ? condition("KindsInstalled", true, "Installed", "all kinds that the profile needs are installed")
        : condition("KindsInstalled", false, "CRDMissing", "not installed: \(kinds)"),
    ]
  }

  /// Names the first few of them.
  private static func summary(of results: [Synchronisation]) -> String {
    let shown = results.prefix(3).map { "\($0.reference): \($0.message)" }.joined(separator: "; ")
    let rest = results.count > 3 ? "; and \(results.count - 3) more" : ""
    return (shown + rest).truncated(to: 32_768)
  }
}

extension String {
  /// Cut to so many code points, as schemas count them: a condition's message holds 32,768.
  func truncated(to limit: Int) -> String {
    unicodeScalars.count <= limit ? self : String(unicodeScalars.prefix(limit - 1)) + "…"
  }
}
