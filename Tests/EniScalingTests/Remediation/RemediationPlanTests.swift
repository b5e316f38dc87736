import TerwayModel
import Testing

@testable import EniScaling

struct `The plan of remediations` {
  private typealias Plan = RemediationPlan
  private typealias Outcome = EniAutoscalePolicyStatus.Remediation.Outcome

  private static func sighting(
    _ fault: Fault, _ node: String = "a", _ object: String = "",
    sources: [FaultSighting.Evidence.Source] = [
      .nodeResource, .events,
    ]
  ) -> FaultSighting {
    FaultSighting(
      fault, of: FaultSighting.Subject(node: node, object: object), sources.map { FaultSighting.Evidence($0, "seen") })
  }

  private static func situation(_ change: (inout Plan.Situation) -> Void = { _ in }) -> Plan.Situation {
    var situation = Plan.Situation()
    (situation.mode, situation.nodes) = (.act, 100)
    change(&situation)
    return situation
  }

  /// Looks every ten seconds, up to and including the last moment.
  private static func look(
    _ plan: inout Plan, _ sightings: [FaultSighting], _ situation: Plan.Situation, from start: Double, to end: Double
  ) -> [Plan.Step] {
    stride(from: start, through: end, by: 10).flatMap { plan.handle(sightings, situation, at: $0) }
  }

  @Test(arguments: Fault.allCases)
  func `says nothing of what has not lasted, and then says it once`(fault: Fault) {
    var plan = Plan()
    let situation = Self.situation { $0.mode = .report }
    let patience = Remedy.of(fault).persistence
    let seen = [Self.sighting(fault)]
    #expect(Self.look(&plan, seen, situation, from: 0, to: patience - 10).isEmpty)
    let steps = Self.look(&plan, seen, situation, from: patience, to: patience + 7200)
    #expect(steps.allSatisfy { $0.action == nil && $0.outcome == .reported && $0.fault == fault })
    #expect(steps.count == (Remedy.of(fault).rungs.isEmpty ? 2 : 1))
  }

  @Test func `a fault that comes and goes is never one`() {
    var plan = Plan()
    for round in 0..<20 {
      let start = Double(round) * 400
      let seen = [Self.sighting(.daemonWedged)]
      #expect(Self.look(&plan, seen, Self.situation(), from: start, to: start + 200).isEmpty)
      #expect(Self.look(&plan, [], Self.situation(), from: start + 210, to: start + 390).isEmpty)
    }
  }

  @Test func `a wedged daemon is restarted, and healed when it is not seen any more`() {
    var plan = Plan()
    let seen = [Self.sighting(.daemonWedged)]
    let acted = Self.look(&plan, seen, Self.situation(), from: 0, to: 400)
    #expect(acted.map(\.outcome) == [.reported, .verifying])
    #expect(acted.compactMap(\.action) == [.restartDaemon])
    #expect(acted.last?.message == "Node resource: seen; Events: seen")
    let healed = Self.look(&plan, [], Self.situation(), from: 410, to: 600)
    #expect(healed.map(\.outcome) == [.healed] && healed.allSatisfy { $0.action == nil })
  }

  @Test func `what does not help goes up the ladder, and ends with a person`() {
    var plan = Plan()
    let situation = Self.situation {
      $0.actions = [.forceResync, .deleteLeakedPodENI]
      $0.approved = ["ns/p"]
    }
    let steps = Self.look(&plan, [Self.sighting(.leakedPodENI, "a", "ns/p")], situation, from: 0, to: 7200)
    #expect(steps.compactMap(\.action) == [.forceResync, .deleteLeakedPodENI])
    #expect(steps.map(\.outcome) == [.reported, .verifying, .failed, .verifying, .failed, .failed])
    #expect(steps.last?.message == Remedy.of(.leakedPodENI).escalation)
  }

  @Test func `what cannot be taken back waits for approval, and says so once`() {
    var plan = Plan()
    var situation = Self.situation { $0.actions = [.forceResync, .deleteLeakedPodENI] }
    let seen = [Self.sighting(.leakedPodENI)]
    let before = Self.look(&plan, seen, situation, from: 0, to: 7200)
    #expect(before.count { $0.outcome == .awaitingApproval } == 1)
    #expect(!before.contains { $0.action == .deleteLeakedPodENI })
    situation.approved = ["a"]
    #expect(plan.handle(seen, situation, at: 7210).compactMap(\.action) == [.deleteLeakedPodENI])
  }

  @Test(arguments: [
    ("reports only", situation { $0.mode = .report }), ("paused", situation { $0.isPaused = true }),
    ("outside of its windows", situation { $0.isInWindow = false }),
    ("other actions only", situation { $0.actions = [.forceResync] }),
    ("nothing may be done", situation { $0.actionsPerHour = 0 }),
  ])
  func `nothing is done while the policy does not allow it`(name: String, situation: RemediationPlan.Situation) {
    var plan = Plan()
    let seen = [Self.sighting(.daemonWedged)]
    #expect(Self.look(&plan, seen, situation, from: 0, to: 3000).map(\.outcome) == [.reported], "\(name)")
    // The case waits; it is not lost.
    #expect(plan.handle(seen, Self.situation(), at: 3010).compactMap(\.action) == [.restartDaemon], "\(name)")
  }

  @Test func `one source is not enough to act`() {
    var plan = Plan()
    let seen = [Self.sighting(.daemonWedged, sources: [.nodeResource, .nodeResource])]
    #expect(Self.look(&plan, seen, Self.situation(), from: 0, to: 3000).map(\.outcome) == [.reported])
    #expect(plan.obstacles.map(\.obstacle) == [.oneSource])
  }

  @Test func `what cannot be trusted neither acts nor heals`() {
    var plan = Plan()
    let seen = [Self.sighting(.daemonWedged)]
    let blind = Self.situation { $0.isTrusted = false }
    #expect(Self.look(&plan, seen, blind, from: 0, to: 3000).isEmpty)
    _ = Self.look(&plan, seen, Self.situation(), from: 3000, to: 3400)
    #expect(Self.look(&plan, [], blind, from: 3410, to: 9000).isEmpty)
  }

  @Test func `keeps within its budget, one action at a time on a node`() {
    var plan = Plan()
    let seen = (0..<12).flatMap { [Self.sighting(.daemonWedged, "n\($0)"), Self.sighting(.eniStuck, "n\($0)")] }
    var taken: [(time: Double, node: String)] = []
    for time in stride(from: 0.0, through: 4 * 3600, by: 10) {
      for step in plan.handle(seen, Self.situation(), at: time) where step.action != nil {
        taken.append((time, step.subject.node))
        #expect(taken.count { time - $0.time < 3600 } <= 6)
        #expect(taken.count { $0.node == step.subject.node && time - $0.time < 180 } == 1)
      }
    }
    #expect(taken.count > 6)
  }

  @Test func `a fault of many nodes has its cause elsewhere`() {
    var plan = Plan()
    let many = (0..<30).map { Self.sighting(.daemonWedged, "n\($0)") }
    let steps = Self.look(&plan, many, Self.situation(), from: 0, to: 3000)
    #expect(steps.count == 30 && steps.allSatisfy { $0.outcome == .reported })
    #expect(plan.obstacles.allSatisfy { $0.obstacle == .storm(30) })
    // And for a while after it is over.
    let few = [many[0]]
    #expect(Self.look(&plan, few, Self.situation(), from: 3010, to: 3590).allSatisfy { $0.action == nil })
    #expect(Self.look(&plan, few, Self.situation(), from: 3600, to: 3700).contains { $0.action == .restartDaemon })
  }

  @Test func `an action that does not help anybody is not tried for an hour`() {
    var plan = Plan()
    var taken: [Double] = []
    for time in stride(from: 0.0, through: 7200, by: 10) {
      // A new one every ten minutes, none of which a restart helps.
      let seen = (0...Int(time / 600)).map { Self.sighting(.daemonWedged, "n\($0)") }
      let steps = plan.handle(seen, Self.situation { $0.actionsPerHour = 100 }, at: time)
      taken += steps.filter { $0.action != nil }.map { _ in time }
    }
    let pauses = zip(taken, taken.dropFirst()).map { $1 - $0 }
    #expect(pauses.contains { $0 >= 3000 }, "\(taken)")
  }

  @Test func `asks nothing of a cloud that refuses already`() {
    var plan = Plan()
    let seen = [Self.sighting(.cloudThrottled), Self.sighting(.eniStuck)]
    #expect(Self.look(&plan, seen, Self.situation(), from: 0, to: 3000).allSatisfy { $0.action == nil })
    #expect(plan.holdsGrowth(of: "a") && !plan.holdsGrowth(of: "b"))
    let later = Self.look(&plan, [seen[1]], Self.situation(), from: 3010, to: 3200)
    #expect(later.compactMap(\.action) == [.forceResync])
  }

  @Test func `a new process counts what the one before it did, and does not say it again`() {
    func entry(_ outcome: Outcome, _ action: String) -> EniAutoscalePolicyStatus.Remediation {
      EniAutoscalePolicyStatus.Remediation(
        time: "", node: "a", fault: Fault.daemonWedged.rawValue, action: action, outcome: outcome, message: "")
    }
    var plan = Plan(history: [(entry(.verifying, "RestartDaemon"), 100), (entry(.reported, ""), 90)])
    let steps = Self.look(&plan, [Self.sighting(.daemonWedged)], Self.situation(), from: 200, to: 3690)
    #expect(steps.isEmpty && plan.obstacles.map(\.obstacle) == [.tooSoon])
    #expect(
      plan.handle([Self.sighting(.daemonWedged)], Self.situation(), at: 3700).compactMap(\.action) == [.restartDaemon])
  }
}
