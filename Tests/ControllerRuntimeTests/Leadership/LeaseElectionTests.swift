import KubernetesModel
import Testing

@testable import ControllerRuntime

struct `Lease election` {
  let start = ContinuousClock.now
  let wallClock = Timestamp(microseconds: 1_000_000)
  var election = LeaseElection(identity: "a")

  static func lease(
    _ holder: String, renewed: String = "t0", transitions: Int = 3, version: String = "7"
  ) -> LeaseRecord {
    LeaseRecord(
      .init(
        holderIdentity: holder, leaseDurationSeconds: 15, acquireTime: "t", renewTime: renewed,
        leaseTransitions: transitions),
      resourceVersion: ResourceVersion(version))
  }

  mutating func handle(_ event: LeaseElection.Event, after seconds: Double = 0) -> LeaseElection.Action {
    election.handle(event, at: start + .seconds(seconds), wallClock: wallClock, random: 0)
  }

  mutating func lead(since seconds: Double = 0) {
    _ = handle(.observed(nil), after: seconds)
    _ = handle(.acknowledged(Self.lease("a", transitions: 0), sentAt: start + .seconds(seconds)), after: seconds)
  }

  @Test mutating func `looks before it writes`() {
    #expect(handle(.waited) == .observe)
  }

  @Test mutating func `takes a lease that does not exist`() {
    let claim = LeaseRecord(
      .init(
        holderIdentity: "a", leaseDurationSeconds: 15, acquireTime: "1970-01-01T00:00:01.000000Z",
        renewTime: "1970-01-01T00:00:01.000000Z", leaseTransitions: 0),
      resourceVersion: nil)
    #expect(handle(.observed(nil)) == .write(claim))
    #expect(!election.isLeader(at: start))
  }

  @Test mutating func `takes a lease that was given up, and counts the transition`() {
    guard case .write(let claim) = handle(.observed(Self.lease(""))) else {
      Issue.record("did not claim")
      return
    }
    #expect(claim.spec.leaseTransitions == 4)
    #expect(claim.resourceVersion == ResourceVersion("7"))
  }

  @Test(arguments: [(14.9, false), (15.0, true)])
  mutating func `takes another's lease only after it stood still for the lease duration`(seconds: Double, taken: Bool) {
    #expect(handle(.observed(Self.lease("b"))) == .wait(.seconds(1)))
    // A new version alone, such as of a changed label, is no renewal.
    let action = handle(.observed(Self.lease("b", version: "8")), after: seconds)
    guard taken else { return #expect(action == .wait(.seconds(1))) }
    guard case .write(let claim) = action else {
      Issue.record("did not claim")
      return
    }
    #expect(claim.resourceVersion == ResourceVersion("8"))
    #expect(claim.spec.leaseTransitions == 4)
  }

  @Test(arguments: [(30, 29.9, false), (30, 30.0, true), (4, 14.9, false), (4, 15.0, true)])
  mutating func `waits as long as the lease says, and no shorter than its own`(
    promised: Int, seconds: Double, taken: Bool
  ) {
    var lease = Self.lease("b")
    lease.spec.leaseDurationSeconds = promised
    _ = handle(.observed(lease))
    guard case .write = handle(.observed(lease), after: seconds) else { return #expect(!taken) }
    #expect(taken)
  }

  @Test mutating func `promises no less than it takes`() {
    var timing = LeaseTiming()
    (timing.leaseDuration, timing.renewDeadline) = (.milliseconds(15_200), .milliseconds(15_100))
    election = LeaseElection(identity: "a", timing: timing)
    guard case .write(let claim) = handle(.observed(nil)) else {
      Issue.record("did not claim")
      return
    }
    #expect(claim.spec.leaseDurationSeconds == 16)
  }

  @Test mutating func `a renewal that others made starts the wait anew`() {
    _ = handle(.observed(Self.lease("b")))
    _ = handle(.observed(Self.lease("b", renewed: "t1")), after: 10)
    #expect(handle(.observed(Self.lease("b", renewed: "t1")), after: 20) == .wait(.seconds(1)))
  }

  @Test mutating func `stops leading at the renew deadline, counted from when the renewal was sent`() {
    _ = handle(.observed(nil))
    _ = handle(.acknowledged(Self.lease("a"), sentAt: start), after: 6)
    #expect(election.isLeader(at: start + .milliseconds(9_999)))
    #expect(!election.isLeader(at: start + .seconds(10)))
  }

  @Test mutating func `an acknowledgement that comes after the deadline makes no leader`() {
    _ = handle(.observed(nil))
    _ = handle(.acknowledged(Self.lease("a"), sentAt: start), after: 10)
    #expect(election.deadline == nil)
  }

  @Test mutating func `a leader renews over what was acknowledged, without reading it again`() {
    lead()
    #expect(handle(.waited, after: 2) == .write(Self.renewal))
  }

  static let renewal = LeaseRecord(
    .init(
      holderIdentity: "a", leaseDurationSeconds: 15, acquireTime: "t", renewTime: "1970-01-01T00:00:01.000000Z",
      leaseTransitions: 0),
    resourceVersion: ResourceVersion("7"))

  @Test mutating func `a leader whose renewal was refused looks at once, and steps down when another holds the lease`()
  {
    lead()
    #expect(handle(.refused, after: 2) == .observe)
    #expect(election.isLeader(at: start + .seconds(2)))
    _ = handle(.observed(Self.lease("b")), after: 2)
    #expect(!election.isLeader(at: start + .seconds(2)))
  }

  @Test mutating func `a leader whose renewal got lost looks before it writes again`() {
    lead()
    #expect(handle(.failed(), after: 5) == .wait(.seconds(1)))
    #expect(handle(.waited, after: 6) == .observe)
    guard case .write = handle(.observed(Self.lease("a")), after: 6) else {
      Issue.record("did not renew")
      return
    }
  }

  @Test mutating func `a renewal whose answer got lost counts once it is seen, from when it was sent`() {
    lead()
    #expect(handle(.waited, after: 2) == .write(Self.renewal))
    _ = handle(.failed(), after: 5)
    #expect(election.deadline == start + .seconds(10))
    var landed = Self.renewal
    landed.resourceVersion = ResourceVersion("8")
    _ = handle(.observed(landed), after: 6)
    #expect(election.deadline == start + .seconds(12))
  }

  @Test mutating func `a renewal that got lost on its way does not count, although what is there looks like it`() {
    lead()
    #expect(handle(.waited, after: 2) == .write(Self.renewal))
    _ = handle(.failed(), after: 5)
    _ = handle(.observed(Self.renewal), after: 6)
    #expect(election.deadline == start + .seconds(10))
  }

  @Test(arguments: [(0.2, 1.0), (1.5, 1.5), (60, 2)])
  mutating func `a leader that is asked to stay away does, and not so long that it loses its lease`(
    asked: Double, waited: Double
  ) {
    lead()
    #expect(handle(.failed(retryAfter: .seconds(asked)), after: 5) == .wait(.seconds(waited)))
  }

  @Test(arguments: [(6, 6), (60, 15)])
  mutating func `a follower that is asked to stay away does, and not for longer than a lease`(asked: Int, waited: Int) {
    #expect(handle(.failed(retryAfter: .seconds(asked))) == .wait(.seconds(waited)))
  }

  @Test mutating func `releasing leaves an empty holder, under the condition of the version`() {
    lead()
    let record = election.release(wallClock: wallClock)
    #expect(record?.spec.holderIdentity == "")
    #expect(record?.spec.leaseDurationSeconds == 1)
    #expect(record?.resourceVersion == ResourceVersion("7"))
    #expect(!election.isLeader(at: start))
  }

  @Test mutating func `there is nothing to release of a lease that another holds`() {
    _ = handle(.observed(Self.lease("b")))
    #expect(election.release(wallClock: wallClock) == nil)
  }

  @Test(arguments: [(0.0, 2_000), (0.5, 1_800), (1.0, 1_600)])
  mutating func `pauses are shortened by chance`(random: Double, milliseconds: Int) {
    _ = handle(.observed(nil))
    let action = election.handle(
      .acknowledged(Self.lease("a"), sentAt: start), at: start, wallClock: wallClock, random: random)
    #expect(action == .wait(.milliseconds(milliseconds)))
  }
}
