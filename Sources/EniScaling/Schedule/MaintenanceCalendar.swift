import TerwayModel

/// When a policy allows changes.
public struct MaintenanceCalendar: Hashable, Sendable {
  private struct Window: Hashable {
    var schedule: CronSchedule
    /// In minutes, rounded up.
    var length: Int
    var zone: ZoneRules
  }

  /// A window that cannot be evaluated.
  public struct Invalid: Error, Hashable, Sendable, CustomStringConvertible {
    public var description: String
  }

  private let windows: [Window]

  /// - Parameter zone: the rules of a time zone by its IANA name; `nil` = there is none of that name.
  public init(
    _ windows: [EniAutoscalePolicySpec.MaintenanceWindow], zone: (String) -> ZoneRules?
  ) throws(Invalid) {
    var read: [Window] = []
    for (index, window) in windows.enumerated() {
      guard let schedule = CronSchedule(window.schedule) else {
        throw Invalid(
          description: "spec.maintenanceWindows[\(index)].schedule: \"\(window.schedule)\" is no cron expression")
      }
      guard let rules = window.timeZone.isEmpty ? .utc : zone(window.timeZone) else {
        throw Invalid(
          description: "spec.maintenanceWindows[\(index)].timeZone: \"\(window.timeZone)\" is not known here")
      }
      read.append(
        Window(schedule: schedule, length: Int((window.duration.seconds / 60).rounded(.up)), zone: rules))
    }
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
