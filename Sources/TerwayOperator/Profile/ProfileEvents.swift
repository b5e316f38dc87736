import ControllerRuntime
import TerwayModel

/// The events that a person sees in `kubectl describe` of a profile.
struct ProfileEvents: Sendable {
  let recorder: EventRecorder

  func stalled(_ profile: MonitoringProfile, _ obstacle: ProfileObstacle) {
    record(.warning, obstacle.reason, "Validate", obstacle.message, profile)
  }

  func testEnded(_ profile: MonitoringProfile, _ test: MonitoringProfileStatus.PerformanceTest) {
    let succeeded = test.state == .succeeded
    record(
      succeeded ? .normal : .warning, "PerformanceTest\(test.state.rawValue)", "Measure",
      "\(test.job): \(test.message)", profile)
  }

  func report(_ results: [Synchronisation], obstacles: [Synchronisation], of profile: MonitoringProfile) {
    summarise(.created, "Created", "Create", results, profile)
    summarise(.updated, "Updated", "Update", results, profile)
    summarise(.deleted, "Deleted", "Delete", results, profile)
    summarise(.restored, "Restored", "Restore", results, profile, because: ", which somebody else had changed")
    for obstacle in obstacles {
      record(.warning, obstacle.state.rawValue, "Apply", "\(obstacle.reference): \(obstacle.message)", profile)
    }
  }

  /// One event for all objects that something was done to, so that a new profile does not make a dozen.
  private func summarise(
    _ change: Synchronisation.Change, _ reason: String, _ action: String, _ results: [Synchronisation],
    _ profile: MonitoringProfile, because cause: String = ""
  ) {
    let names = results.filter { $0.change == change }.map(\.reference.description)
    guard !names.isEmpty else { return }
    let shown = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
    record(.normal, reason, action, "\(change.rawValue) \(shown)\(cause)", profile)
  }

  private func record(
    _ severity: EventNotice.Severity, _ reason: String, _ action: String, _ note: String, _ profile: MonitoringProfile
  ) {
    recorder.record(
      EventNotice(
        severity, reason, action: action, note: note.truncated(to: 1_024),
        regarding: .init(kind: MonitoringProfile.resource.kind, key: profile.key, uid: profile.metadata.uid)))
  }
}
