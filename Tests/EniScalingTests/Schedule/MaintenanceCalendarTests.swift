import Foundation
import KubernetesModel
import TerwayModel
import Testing

@testable import EniScaling

struct `Maintenance windows` {
  private func calendar(_ schedule: String, _ duration: DurationText, _ zone: String = "") throws -> MaintenanceCalendar
  {
    try MaintenanceCalendar([.init(schedule: schedule, duration: duration, timeZone: zone)]) { name in
      FileManager.default.contents(atPath: "/usr/share/zoneinfo/\(name)").flatMap { ZoneRules(file: Array($0)) }
    }
  }

  @Test(
    arguments: [
      ("0 3 * * *", "1h", "", "2026-03-02T02:59:59Z", false), ("0 3 * * *", "1h", "", "2026-03-02T03:00:00Z", true),
      ("0 3 * * *", "1h", "", "2026-03-02T03:59:59Z", true), ("0 3 * * *", "1h", "", "2026-03-02T04:00:00Z", false),
      ("0 23 * * *", "2h", "", "2026-03-02T00:30:00Z", true), ("@daily", "1m", "", "2026-03-02T00:00:30Z", true),
      ("0 3 * * *", "1h", "Asia/Shanghai", "2026-03-01T19:30:00Z", true),
      ("0 3 * * *", "1h", "Asia/Shanghai", "2026-03-02T03:30:00Z", false),
      ("0 3 * * *", "1h", "America/New_York", "2026-01-15T08:30:00Z", true),
      ("0 3 * * *", "1h", "America/New_York", "2026-07-15T07:30:00Z", true),
      ("0 3 * * *", "1h", "America/New_York", "2026-07-15T08:30:00Z", false),
      ("0 0 * * sat", "48h", "", "2026-03-08T23:00:00Z", true),
      ("0 0 * * sat", "48h", "", "2026-03-09T00:00:00Z", false),
      ("*/15 9-17 * * MON-FRI", "5m", "", "2026-03-02T09:17:00Z", true),
      ("*/15 9-17 * * MON-FRI", "5m", "", "2026-03-02T09:20:00Z", false),
      ("0 0 1 * 0", "1h", "", "2026-03-01T00:10:00Z", true), ("0 0 2 * 0", "1h", "", "2026-03-08T00:10:00Z", true),
      ("0 0 2 * 0", "1h", "", "2026-03-02T00:10:00Z", true), ("0 0 2 * 0", "1h", "", "2026-03-03T00:10:00Z", false),
      ("5/20 * * * *", "1m", "", "2026-03-03T00:45:10Z", true), ("0 0 29 2 *", "1h", "", "2028-02-29T00:10:00Z", true),
      ("0 0 * * 7", "1h", "", "2026-03-08T00:10:00Z", true),
    ] as [(String, DurationText, String, String, Bool)])
  func `are open from each start for their length, in their own time`(
    schedule: String, duration: DurationText, zone: String, time: String, isOpen: Bool
  ) throws {
    let now = try #require(RFC3339.seconds(time))
    #expect(try calendar(schedule, duration, zone).isOpen(at: now) == isOpen)
  }

  @Test func `that are none are always open`() throws {
    #expect(try MaintenanceCalendar([]) { _ in nil }.isOpen(at: 0))
  }

  @Test(arguments: [
    "", "* * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "5-1 * * * *", "*/0 * * * *",
    "a * * * *", "1,,2 * * * *", "@never", "1/2/3 * * * *",
  ])
  func `whose schedule is no cron expression are refused`(schedule: String) {
    #expect(throws: InvalidSpec.self) { try calendar(schedule, "1h") }
  }

  @Test func `in a zone that is not known are refused`() {
    #expect(throws: InvalidSpec.self) { try calendar("0 3 * * *", "1h", "Mars/Olympus") }
  }

  @Test func `are refused for everything that is wrong with each, with the place`() {
    let windows: [EniAutoscalePolicySpec.MaintenanceWindow] = [
      .init(schedule: "@daily", duration: "1h"), .init(schedule: "61 25 * * *", duration: "1h", timeZone: "Mars/X"),
    ]
    let error = #expect(throws: InvalidSpec.self) { try MaintenanceCalendar(windows) { _ in nil } }
    #expect(
      error?.description == """
        spec.maintenanceWindows[1].schedule: "61 25 * * *" is no cron expression; \
        spec.maintenanceWindows[1].timeZone: "Mars/X" is not known here
        """)
  }

  @Test func `take damaged files of a zone for none`() throws {
    let whole = try Array(Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/Europe/Berlin")))
    #expect(ZoneRules(file: whole)?.offset(at: 1_750_000_000) == 7200)
    #expect(ZoneRules(file: whole)?.offset(at: 1_736_000_000) == 3600)
    for count in stride(from: 0, to: whole.count / 2, by: 7) {
      #expect(ZoneRules(file: Array(whole.prefix(count))) == nil)
    }
  }
}
