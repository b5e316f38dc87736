import TerwayModel
import Testing

@testable import EniScaling

struct `The plan of remediations` {
  private typealias Plan = RemediationPlan
  private typealias Outcome = EniAutoscalePolicyStatus.Remediation.Outcome

  private static func sighting(
    _ fault: Fault, _ node: String = "a", _ object: String = "",
    sources: [FaultSighting.Evidence.Source] = [.nodeResource, .events, .pods, .daemon], target: String = ""
  ) -> FaultSighting {
    FaultSighting(
      fault, of: FaultSighting.Subject(node: node, object: object), sources.map { FaultSighting.Evidence($0, "seen") },
      target: target)
  }

  private static func situation(_ change: (inout Plan.Situation) -> Void = { _ in }) -> Plan.Situation {
    var situation = Plan.Situation()
    situation.mode = .act
    situation.nodes = Set((0..<98).map { "n\($0)" } + ["a", "b"])
    change(&situation)
    return situation
  }

  /// Looks every ten seconds, up to and including the last moment.
  private static func look(
    _ plan: inout Plan, _ sightings: [FaultSighting], _ situation: Plan.Situation, from start: Double, to end: Double
  ) -> [Plan.Step] {
    stride(from: start, through: end, by: 10).flatMap { now in
      let steps = plan.handle(sightings, situation, at: now)
      for step in steps where step.action != nil { plan.carriedOut(step, at: now) }
      return steps
    }
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
    #expect(acted.last?.message.hasPrefix("Node resource: seen; Events: seen; ") == true)
    let healed = Self.look(&plan, [], Self.situation(), from: 410, to: 600)
    #expect(healed.map(\.outcome) == [.healed] && healed.allSatisfy { $0.action == nil })
  }

  @Test func `what does not help goes up the ladder, and ends with a person`() {
    var plan = Plan()
    let situation = Self.situation {
      $0.actions = [.forceResync, .deleteLeakedPodENI]
      $0.approved = ["ns/p"]
    }
    let steps = Self.look(
      &plan, [Self.sighting(.leakedPodENI, "a", "ns/p", target: "ns/p")], situation, from: 0, to: 7200)
    #expect(steps.compactMap(\.action) == [.forceResync, .deleteLeakedPodENI])
    #expect(steps.map(\.outcome) == [.reported, .verifying, .failed, .verifying, .failed, .failed])
    #expect(steps.last?.message == Remedy.of(.leakedPodENI).escalation)
  }

  @Test func `what cannot be taken back waits for approval, and says so once`() {
    var plan = Plan()
    var situation = Self.situation { $0.actions = [.forceResync, .deleteLeakedPodENI] }
    let seen = [Self.sighting(.leakedPodENI, "a", "ns/p", target: "ns/p")]
    let before = Self.look(&plan, seen, situation, from: 0, to: 7200)
    #expect(before.count { $0.outcome == .awaitingApproval } == 1)
    #expect(!before.contains { $0.action == .deleteLeakedPodENI })
    situation.approved = ["ns/p"]
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
    #expect(plan.openCases.map(\.obstacle) == [.oneSource])
  }

  @Test func `a daemon is not restarted without the word of a kubelet`() {
    var plan = Plan()
    let seen = [Self.sighting(.daemonWedged, sources: [.nodeResource, .pods, .daemon])]
    #expect(Self.look(&plan, seen, Self.situation(), from: 0, to: 3000).map(\.outcome) == [.reported])
    #expect(plan.openCases.map(\.obstacle) == [.oneSource])
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
        plan.carriedOut(step, at: time)
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
    #expect(plan.openCases.count == 30 && plan.openCases.allSatisfy { $0.obstacle == .storm })
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
      for step in steps where step.action != nil {
        plan.carriedOut(step, at: time)
        taken.append(time)
      }
    }
    let pauses = zip(taken, taken.dropFirst()).map { $1 - $0 }
    #expect(pauses.contains { $0 >= 3000 }, "\(taken)")
  }

  @Test func `asks nothing of a cloud that refuses already`() {
    var plan = Plan()
    let seen = [Self.sighting(.cloudThrottled), Self.sighting(.eniStuck)]
    #expect(Self.look(&plan, seen, Self.situation(), from: 0, to: 3000).allSatisfy { $0.action == nil })
    #expect(plan.openCases.last?.obstacle == .cloudUnhealthy)
    let later = Self.look(&plan, [seen[1]], Self.situation(), from: 3010, to: 3200)
    #expect(later.compactMap(\.action) == [.forceResync])
  }

  // MARK: What outlives a process

  private static func entry(
    _ fault: Fault, _ outcome: Outcome, _ action: String = "", _ object: String = "", target: String = "",
    message: String = ""
  ) -> EniAutoscalePolicyStatus.Remediation {
    EniAutoscalePolicyStatus.Remediation(
      time: "", node: "a", object: object, fault: fault.rawValue, action: action, target: target, outcome: outcome,
      message: message)
  }

  @Test func `a new process ends what the one before it began, and does the same again only to the same`() {
    var plan = Plan(history: [
      (Self.entry(.daemonWedged, .verifying, "RestartDaemon", target: "kube-system/old"), 100),
      (Self.entry(.daemonWedged, .reported), 90),
    ])
    let seen = [Self.sighting(.daemonWedged, target: "kube-system/new")]
    let first = plan.handle(seen, Self.situation(), at: 110)
    #expect(first.map(\.target) == ["kube-system/old"] && first.map(\.isRepeated) == [true])
    #expect(plan.handle(seen, Self.situation(), at: 115) == first)
    // It has its whole time to help from when it was done.
    plan.carriedOut(first[0], at: 115)
    #expect(Self.look(&plan, seen, Self.situation(), from: 120, to: 290).isEmpty)
    let rest = Self.look(&plan, seen, Self.situation(), from: 300, to: 7200)
    #expect(rest.map(\.outcome) == [.failed, .failed] && rest.map(\.taken) == [.restartDaemon, nil])
  }

  @Test func `a new process says healed of what the one before it did`() {
    var plan = Plan(history: [(Self.entry(.daemonWedged, .verifying, "RestartDaemon", target: "kube-system/old"), 100)])
    let steps = Self.look(&plan, [], Self.situation(), from: 110, to: 300)
    #expect(steps.map(\.outcome) == [.healed] && steps.map(\.taken) == [.restartDaemon])
  }

  @Test func `a new process goes on with the ladder, and says nothing again`() {
    let object = "ns/p"
    var plan = Plan(history: [
      (Self.entry(.leakedPodENI, .awaitingApproval, "", object), 1000),
      (Self.entry(.leakedPodENI, .failed, "ForceResync", object), 990),
      (Self.entry(.leakedPodENI, .verifying, "ForceResync", object), 600),
      (Self.entry(.leakedPodENI, .reported, "", object), 600),
    ])
    var situation = Self.situation { $0.actions = [.forceResync, .deleteLeakedPodENI] }
    let seen = [Self.sighting(.leakedPodENI, "a", object, target: object)]
    #expect(Self.look(&plan, seen, situation, from: 1100, to: 3000).isEmpty)
    situation.approved = [object]
    #expect(plan.handle(seen, situation, at: 3010).compactMap(\.action) == [.deleteLeakedPodENI])
  }

  @Test func `a new process keeps the budget and the breaker of the one before it`() {
    let taken = (0..<6).map { (Self.entry(.eniStuck, .verifying, "ForceResync", "eni-\($0)"), 1000.0) }
    var plan = Plan(history: taken)
    let wedge = [Self.sighting(.daemonWedged, "b")]
    #expect(Self.look(&plan, wedge, Self.situation(), from: 1010, to: 4590).allSatisfy { $0.action == nil })
    #expect(plan.handle(wedge, Self.situation(), at: 4600).compactMap(\.action) == [.restartDaemon])

    let failed = (0..<3).map { (Self.entry(.daemonWedged, .failed, "RestartDaemon", "x\($0)"), 1000.0) }
    var second = Plan(history: failed)
    #expect(Self.look(&second, wedge, Self.situation(), from: 1010, to: 4590).allSatisfy { $0.action == nil })
    #expect(second.openCases.contains { $0.obstacle == .breakerOpen })
  }

  @Test func `what was given up stays with a person, and a node that is gone takes its faults along`() {
    let left = Remedy.of(.daemonWedged).escalation
    var plan = Plan(history: [(Self.entry(.daemonWedged, .failed, message: left), 100)])
    let seen = [Self.sighting(.daemonWedged)]
    #expect(Self.look(&plan, seen, Self.situation(), from: 200, to: 7200).isEmpty)
    #expect(plan.openCases.map(\.state) == [.givenUp])
    #expect(plan.handle([], Self.situation { $0.nodes = ["b"] }, at: 7210).isEmpty && plan.openCases.isEmpty)
  }

  @Test func `a look after a long blindness is a first look`() {
    var plan = Plan()
    let seen = [Self.sighting(.daemonWedged)]
    _ = Self.look(&plan, seen, Self.situation(), from: 0, to: 100)
    _ = Self.look(&plan, seen, Self.situation { $0.isTrusted = false }, from: 110, to: 3000)
    #expect(Self.look(&plan, seen, Self.situation(), from: 3010, to: 3300).isEmpty)
    #expect(plan.handle(seen, Self.situation(), at: 3310).compactMap(\.action) == [.restartDaemon])
  }

  @Test func `acts on so many nodes at a time, and on none whose resource contradicts its pods`() {
    var plan = Plan()
    let seen = ["a", "b"].map { Self.sighting(.daemonWedged, $0) }
    let first = Self.look(&plan, seen, Self.situation { $0.concurrentNodes = 1 }, from: 0, to: 400)
    #expect(first.filter { $0.action != nil }.map(\.subject.node) == ["a"])
    #expect(plan.openCases.map(\.obstacle) == [nil, .tooManyNodes])
    #expect(Self.look(&plan, seen, Self.situation { $0.doubtful = ["a", "b"] }, from: 410, to: 3000).isEmpty)
  }

  @Test func `a vSwitch without addresses is spared until it has some`() {
    var plan = Plan()
    let seen = [Self.sighting(.vSwitchExhausted, "", "vsw-1", sources: [.nodeResource, .node])]
    #expect(Self.look(&plan, seen, Self.situation(), from: 0, to: 60).compactMap(\.action) == [.enterScarcityMode])
    #expect(plan.scarceVSwitches == ["vsw-1"])
    _ = Self.look(&plan, seen, Self.situation(), from: 70, to: 4000)
    #expect(plan.scarceVSwitches == ["vsw-1"] && plan.openCases.map(\.state) == [.givenUp])
    #expect(Self.look(&plan, [], Self.situation(), from: 4010, to: 4100).map(\.outcome) == [.healed])
    #expect(plan.scarceVSwitches.isEmpty)
  }

  @Test(arguments: Fault.allCases) func `every fault has a sign, and a word for a person`(fault: Fault) {
    let remedy = Remedy.of(fault)
    #expect(!remedy.sign.isEmpty && !remedy.escalation.isEmpty)
    // A fault without a node has to have something that needs none.
    #expect(Set(remedy.rungs.map(\.action)).count == remedy.rungs.count)
  }
}
