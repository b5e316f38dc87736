import KubernetesModel
import Serialization
import TerwayModel

/// When a policy allows changes.
public struct MaintenanceCalendar: Hashable, Sendable {
  private struct Window: Hashable {
    var schedule: CronSchedule
    /// In minutes, rounded up.
    var length: Int
    var zone: ZoneRules
  }

  private let windows: [Window]

  /// - Parameter zone: the rules of a time zone by its IANA name; `nil` = there is none of that name.
  /// - Throws: what of each window cannot be evaluated.
  public init(
    _ windows: [EniAutoscalePolicySpec.MaintenanceWindow], zone: (String) -> ZoneRules?
  ) throws(InvalidSpec) {
    var read: [Window] = []
    var violations: [Violation] = []
    for (index, window) in windows.enumerated() {
      let path: [PathElement] = [.key("spec"), .key("maintenanceWindows"), .index(index)]
      let schedule = CronSchedule(window.schedule)
      if schedule == nil {
        violations.append(
          Violation(at: path + [.key("schedule")], value: .string(window.schedule), "is no cron expression"))
      }
      let rules: ZoneRules? = window.timeZone.isEmpty ? .utc : zone(window.timeZone)
      if rules == nil {
        violations.append(
          Violation(at: path + [.key("timeZone")], value: .string(window.timeZone), "is not known here"))
      }
      if let schedule, let rules {
        read.append(
          Window(schedule: schedule, length: Int((window.duration.seconds / 60).rounded(.up)), zone: rules))
      }
    }
    guard violations.isEmpty else { throw InvalidSpec(violations: violations) }
    self.windows = read
  }

  /// Whether changes are allowed; always where there are no windows.
  ///
  /// - Parameter now: seconds since 1970.
  public func isOpen(at now: Double) -> Bool {
    guard !windows.isEmpty, abs(now) < 1e12 else { return windows.isEmpty }
    let minute = Int((now / 60).rounded(.down))
    return windows.contains { window in
      (0..<window.length).contains { ago in
        let start = (minute - ago) * 60
        return window.schedule.matches(CivilMinute(localSeconds: start + window.zone.offset(at: start)))
      }
    }
  }
}
