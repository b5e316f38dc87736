import KubernetesModel
import TestSupport
import Testing

@testable import EniScaling

struct `Of several policies` {
  private let assignment = PolicyAssignment([
    .init(policy: "all", priority: 0, selector: LabelSelector()),
    .init(policy: "gpu", priority: 5, selector: LabelSelector(matchLabels: ["pool": "gpu"])),
    .init(policy: "also", priority: 5, selector: LabelSelector(matchLabels: ["also": "yes"])),
  ])

  @Test(
    arguments: [
      ([:], PolicyAssignment.Outcome.policy("all")), (["pool": "gpu"], .policy("gpu")),
      (["pool": "gpu", "also": "yes"], .conflict(["also", "gpu"])), (["pool": "cpu"], .policy("all")),
    ] as [([String: String], PolicyAssignment.Outcome)])
  func `the one of the highest priority has a node, and of equals none`(
    labels: [String: String], outcome: PolicyAssignment.Outcome
  ) {
    #expect(assignment.outcome(for: labels) == outcome)
  }

  @Test func `that select nothing none has it`() {
    let none = PolicyAssignment([.init(policy: "a", priority: 0, selector: LabelSelector(matchLabels: ["x": "y"]))])
    #expect(none.outcome(for: [:]) == .none && PolicyAssignment([]).outcome(for: [:]) == .none)
  }
}

struct `The ledger of changes` {
  @Test func `allows so many writes in any minute, whoever made them`() {
    var ledger = ChangeLedger()
    var times: [Double] = []
    var random = SeededGenerator(seed: 3)
    var now = 1_000.0
    for _ in 0..<5_000 {
      now += Double.random(in: 0...3, using: &random)
      let count = Int.random(in: 1...3, using: &random)
      if ledger.allows(count, perMinute: 20, at: now) {
        ledger.note(count, at: now)
        for _ in 0..<count { times.append(now) }
      }
      #expect(times.count { $0 > now - 60 } <= 20)
    }
    #expect(times.count > 1_000)
  }

  @Test(arguments: [(1, 1), (2, 1), (10, 9), (60, 54), (6000, 5994)])
  func `leaves a part of the bound for telling of the changes`(limit: Int, share: Int) {
    #expect(ChangeLedger.share(of: limit) == share)
  }

  @Test func `tells when there is room again, and outlives a clock that is set back`() {
    var ledger = ChangeLedger()
    #expect(ledger.nextRelease(after: 0) == nil)
    ledger.note(2, at: 100)
    #expect(!ledger.allows(1, perMinute: 2, at: 130) && ledger.nextRelease(after: 130) == 30)
    #expect(ledger.allows(1, perMinute: 2, at: -1_000))
  }
}
