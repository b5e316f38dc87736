import KubernetesModel
import TestSupport
import Testing

@testable import ControllerRuntime

/// Electors and one API server in virtual time. Messages are delayed and lost, processes freeze, crash and start anew. Each
/// has timing of its own, as during an upgrade, and clocks of its own: the one counts from elsewhere and goes a little
/// wrong, the other shows any date.
private struct ElectionSimulation {
  enum Message {
    /// Something happens to an elector; ignored when that life of it is over.
    case event(LeaseElection.Event)
    /// A request reaches the server.
    case request(LeaseElection.Action, sentAt: TimeSource.Instant)  // By the sender's clock.
    case restart
  }
  struct Delivery {
    var at: TimeSource.Instant
    var order: Int
    var elector: Int
    var life: Int
    var request: Int
    var message: Message
  }
  struct Elector {
    var election: LeaseElection
    var life = 0
    /// The request or pause under way; answers to others are ignored, as a shell that timed out does.
    var request = 0
    var frozenUntil: TimeSource.Instant
    let timing: LeaseTiming
    let clockOffset: Duration
    let clockRate: Double
    let date: Int64
  }

  let start = ContinuousClock.now
  var now: TimeSource.Instant
  var electors: [Elector] = []
  var lease: LeaseRecord?
  var version = 0
  var deliveries: [Delivery] = []
  var order = 0
  var random: SeededGenerator
  var isFaulty = true
  var changesOfLeader = 0
  private var lastLeader: Int?

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    now = start
    for index in 0..<Int.random(in: 2...5, using: &random) {
      let timing = Self.timing(&random)
      electors.append(
        Elector(
          election: LeaseElection(identity: "e\(index)-0", timing: timing), frozenUntil: start, timing: timing,
          clockOffset: .seconds(Int.random(in: -1_000_000...1_000_000, using: &random)),
          clockRate: Double.random(in: 0.95...1.05, using: &random),
          date: Int64.random(in: -1_000_000_000_000_000...1_000_000_000_000_000, using: &random)))
      send(.event(.waited), to: index, after: .milliseconds(Int.random(in: 0...3_000, using: &random)))
    }
  }

  /// Lease durations from 3 to 20 s, not all of them whole seconds.
  private static func timing(_ random: inout SeededGenerator) -> LeaseTiming {
    let factor = Double.random(in: 0.2...1.333, using: &random)
    var timing = LeaseTiming()
    for part in [\LeaseTiming.leaseDuration, \.renewDeadline, \.renewPeriod, \.observePeriod, \.requestTimeout] {
      timing[keyPath: part] = timing[keyPath: part] * factor
    }
    return timing
  }

  /// The time by an elector's own clock.
  private func local(_ index: Int) -> TimeSource.Instant {
    start + electors[index].clockOffset + start.duration(to: now) * electors[index].clockRate
  }

  var leaders: [Int] { electors.indices.filter { electors[$0].election.isLeader(at: local($0)) } }

  mutating func run(until end: TimeSource.Instant) {
    while let next = deliveries.indices.min(by: {
      (deliveries[$0].at, deliveries[$0].order) < (deliveries[$1].at, deliveries[$1].order)
    }), deliveries[next].at <= end {
      let delivery = deliveries.remove(at: next)
      now = max(now, delivery.at)
      deliver(delivery)
      if leaders.count > 1 { Issue.record("two leaders after \(start.duration(to: now))") }
      if let leader = leaders.first, leader != lastLeader {
        changesOfLeader += 1
        lastLeader = leader
      }
    }
    now = end
  }

  private mutating func send(_ message: Message, to elector: Int, after delay: Duration) {
    order += 1
    deliveries.append(
      Delivery(
        at: now + delay, order: order, elector: elector, life: electors[elector].life,
        request: electors[elector].request, message: message))
  }

  private mutating func deliver(_ delivery: Delivery) {
    let index = delivery.elector
    switch delivery.message {
    case .request(let action, let sentAt):
      // The server works on what reaches it, whatever has become of the sender.
      let answer = serve(action, sentAt: sentAt)
      guard !isLost() else { return }
      var back = delivery
      back.message = .event(answer)
      back.at = now + latency()
      deliveries.append(back)
    case .restart:
      electors[index].life += 1
      electors[index].election = LeaseElection(
        identity: "e\(index)-\(electors[index].life)", timing: electors[index].timing)
      electors[index].frozenUntil = now
      send(.event(.waited), to: index, after: .zero)
    case .event(let event):
      guard delivery.life == electors[index].life, delivery.request == electors[index].request else { return }
      guard electors[index].frozenUntil <= now else {
        var later = delivery
        later.at = electors[index].frozenUntil
        return deliveries.append(later)
      }
      misbehave(index)
      guard delivery.life == electors[index].life else { return }
      electors[index].request += 1
      let action = electors[index].election.handle(
        event, at: local(index),
        wallClock: Timestamp(microseconds: electors[index].date + start.duration(to: now).microseconds),
        random: Double.random(in: 0..<1, using: &random))
      carryOut(action, index)
    }
  }

  private mutating func carryOut(_ action: LeaseElection.Action, _ index: Int) {
    if isFaulty, random.oneIn(60), let release = electors[index].election.release(wallClock: Timestamp(microseconds: 0))
    {
      return request(.write(release), index, timeout: .seconds(3))
    }
    switch action {
    case .wait(let pause): send(.event(.waited), to: index, after: pause / electors[index].clockRate)
    case .observe, .write: request(action, index, timeout: electors[index].election.timing.requestTimeout)
    }
  }

  private mutating func request(_ action: LeaseElection.Action, _ index: Int, timeout: Duration) {
    if !isLost() { send(.request(action, sentAt: local(index)), to: index, after: latency()) }
    send(.event(.failed()), to: index, after: timeout / electors[index].clockRate)
  }

  private mutating func serve(_ action: LeaseElection.Action, sentAt: TimeSource.Instant) -> LeaseElection.Event {
    guard case .write(var record) = action else { return .observed(lease) }
    guard record.resourceVersion == lease?.resourceVersion else { return .refused }
    version += 1
    record.resourceVersion = ResourceVersion("\(version)")
    lease = record
    return .acknowledged(record, sentAt: sentAt)
  }

  private mutating func misbehave(_ index: Int) {
    guard isFaulty else { return }
    if random.oneIn(80) {
      electors[index].frozenUntil = now + .milliseconds(Int.random(in: 0...20_000, using: &random))
    }
    if random.oneIn(80) {
      // A crash: this life hears nothing any more.
      let leftover = electors[index].election
      electors[index].life += 1
      electors[index].election = LeaseElection(
        identity: leftover.identity + "-dead", timing: electors[index].timing)
      send(.restart, to: index, after: .milliseconds(Int.random(in: 0...5_000, using: &random)))
    }
  }

  private mutating func isLost() -> Bool { isFaulty && random.oneIn(8) }

  private mutating func latency() -> Duration {
    let isSlow = isFaulty && random.oneIn(6)
    return .milliseconds(Int.random(in: 1...(isSlow ? 12_000 : 80), using: &random))
  }
}

struct `Lease election under fuzz` {
  @Test(arguments: UInt64(1)...60)
  func `never has two leaders, and one soon after the trouble ends`(seed: UInt64) {
    var simulation = ElectionSimulation(seed: seed)
    simulation.run(until: simulation.start + .seconds(400))
    simulation.isFaulty = false
    // What was sent in troubled times may still arrive; frozen processes wake up.
    simulation.run(until: simulation.now + .seconds(90))
    #expect(simulation.leaders.count == 1, "a lease that was released or has expired is taken")
    let leader = simulation.leaders
    simulation.run(until: simulation.now + .seconds(120))
    #expect(simulation.leaders == leader, "a healthy leader is never replaced")
    #expect(simulation.changesOfLeader > 1, "the schedule was too tame to prove anything")
  }
}
