import EniScaling
import TerwayModel
import Testing

@testable import TerwayOperator

struct `What is kept of remediations` {
  private typealias Entry = EniAutoscalePolicyStatus.Remediation

  /// Of 2027-01-15T08:00:00Z.
  private static let now = 1_800_000_000.0

  private func entry(_ name: String, _ outcome: Entry.Outcome = .reported, hour: Int = 8) -> Entry {
    Entry(
      time: "2027-01-15T0\(hour):00:00Z", node: name, fault: "DaemonWedged",
      action: outcome == .verifying ? "RestartDaemon" : "", outcome: outcome, message: "")
  }

  @Test func `is the newest, and every action that the budget still counts`() {
    let news = (0..<25).map { entry("new-\($0)") }
    let old = [entry("counted", .verifying), entry("said"), entry("forgotten", .verifying, hour: 6)]
    let kept = HealingMemory.latest(news + old, now: Self.now)
    #expect(kept.map(\.node) == (0..<19).map { "new-\($0)" } + ["counted"])
    #expect(HealingMemory.latest(old, now: Self.now) == old)
    let many = (0..<30).map { entry("\($0)", .verifying) }
    #expect(HealingMemory.latest(many, now: Self.now) == Array(many.prefix(20)))
  }

  @Test func `is read as a past of the plan's own clock`() {
    let memory = HealingMemory([entry("a", .verifying)], speed: 10)
    var plan = RemediationPlan(history: [(entry("a", .verifying), Self.now * 10)])
    #expect(memory.plan == plan && memory.told.count == 1)
    plan = RemediationPlan(history: [(entry("a", .verifying), Self.now)])
    #expect(memory.plan != plan)
  }
}
