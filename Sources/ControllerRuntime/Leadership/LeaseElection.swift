/// Who leads, decided from one Lease object. A pure state machine: it reads no clock and does no I/O.
///
/// Start with `.waited`; carry out the action that it returns; feed back what came of it. The shell is `LeaderElector`.
///
/// # Guarantees
/// - `isLeader(at:)` is false from `renewDeadline` after the last acknowledged renewal *was sent*, whatever the network
///   does. The server accepted it no earlier than that, others saw it no earlier still, and they wait for the longer
///   `leaseDuration`: an old leader has stopped before a new one may start, however slow the answer was.
/// - Another's lease is waited for as long as it says, or as long as ours says where that is longer: electors whose timing
///   differs, as during an upgrade, respect each other's.
/// - Expiry of another's lease is judged by the time *we* saw its record change, never by timestamps inside it, so clocks
///   that disagree cannot elect two leaders.
/// - Every write names the version that it replaces: of two electors that claim the same record one is refused.
///
/// # Caveats
/// There is no fencing at the server: a write already on its way when leadership ends may still land.
public struct LeaseElection: Sendable {
  public typealias Instant = TimeSource.Instant

  public enum Event: Hashable, Sendable {
    /// The pause that was asked for is over; also the first event.
    case waited
    /// The Lease as the API server has it now; `nil` when it does not exist.
    case observed(LeaseRecord?)
    /// Our write was accepted, with this result. `sentAt` is when the request left, not when the answer came.
    case acknowledged(LeaseRecord, sentAt: Instant)
    /// Our write lost against another's.
    case refused
    /// The request never arrived, or its answer did not: nobody knows whether the write took effect. The server may have
    /// said when to come back.
    case failed(retryAfter: Duration? = nil)
  }

  public enum Action: Hashable, Sendable {
    /// Read the Lease.
    case observe
    /// Create or replace the Lease, under the condition of its `resourceVersion`.
    case write(LeaseRecord)
    case wait(Duration)
  }

  public let identity: String
  public let timing: LeaseTiming
  private var seen: (record: LeaseRecord?, at: Instant)?
  private var renewedAt: Instant?
  /// Our last write, with the version that it replaces, until it is known what became of it; and when it left at the
  /// earliest.
  private var unconfirmed: (record: LeaseRecord, at: Instant)?
  /// True while `seen` may be out of date, so that it must be read again before the next write.
  private var mustObserve = true

  /// - Parameter identity: unlike that of any other elector, a former life of this process included.
  public init(identity: String, timing: LeaseTiming = .init()) {
    precondition(!identity.isEmpty, "an elector needs an identity: an empty holder means that nobody leads")
    precondition(timing.renewDeadline < timing.leaseDuration, "a leader must give up before followers take over")
    precondition(timing.requestTimeout < timing.renewDeadline, "a lost request must leave time for another")
    self.identity = identity
    self.timing = timing
  }

  /// When leadership ends unless it is renewed; `nil` for one who does not lead.
  public var deadline: Instant? { renewedAt.map { $0 + timing.renewDeadline } }

  public func isLeader(at now: Instant) -> Bool { deadline.map { now < $0 } ?? false }

  /// The holder seen last; empty when there is none, `nil` before the lease was seen.
  public var observedHolder: String? { seen.map { $0.record?.spec.holderIdentity ?? "" } }

  /// - Parameters:
  ///   - wallClock: goes into the Lease for people to read.
  ///   - random: uniformly in 0..<1, for the jitter of pauses.
  public mutating func handle(_ event: Event, at now: Instant, wallClock: Timestamp, random: Double) -> Action {
    if !isLeader(at: now) { renewedAt = nil }
    switch event {
    case .waited:
      return mustObserve || renewedAt == nil ? .observe : write(at: now, wallClock)
    case .observed(let record):
      mustObserve = false
      if seen == nil || seen?.record?.spec != record?.spec { seen = (record, now) } else { seen?.record = record }
      if let holder = record?.spec.holderIdentity, holder != identity { renewedAt = nil }
      confirm(record, at: now)
      return mayClaim(at: now) ? write(at: now, wallClock) : pause(random)
    case .acknowledged(let record, let sentAt):
      unconfirmed = nil
      seen = (record, now)
      if record.spec.holderIdentity == identity { renewedAt = max(renewedAt ?? sentAt, sentAt) }
      if !isLeader(at: now) { renewedAt = nil }
      return pause(random)
    case .refused:
      unconfirmed = nil
      mustObserve = true
      return renewedAt == nil ? pause(random) : .observe
    case .failed(let retryAfter):
      mustObserve = true
      let pause = timing.jittered(timing.observePeriod, random: random)
      // A leader that stayed away for long would cease to be one; and while all followers do, nobody may lead.
      let longest = renewedAt == nil ? timing.leaseDuration : timing.renewPeriod
      let request = retryAfter.map { min($0, longest) }
      return .wait(max(pause, request ?? .zero))
    }
  }

  /// Gives leadership up. Only for when all work has stopped: others may lead as soon as the record is written.
  ///
  /// - Returns: the record to write; `nil` when the lease, as seen last, is not ours.
  public mutating func release(wallClock: Timestamp) -> LeaseRecord? {
    renewedAt = nil
    mustObserve = true
    guard var record = seen?.record, record.spec.holderIdentity == identity else { return nil }
    record.spec.holderIdentity = ""
    record.spec.leaseDurationSeconds = 1
    record.spec.renewTime = wallClock.rfc3339Microseconds
    return record
  }

  private mutating func write(at now: Instant, _ wallClock: Timestamp) -> Action {
    let record = claim(at: wallClock)
    unconfirmed = (record, now)
    return .write(record)
  }

  /// A write whose answer was lost, and which is there nevertheless, counts like one that was acknowledged. Else a leader
  /// whose answers get lost would keep the lease from everybody without leading.
  private mutating func confirm(_ record: LeaseRecord?, at now: Instant) {
    guard let unconfirmed, let record, record.spec == unconfirmed.record.spec,
      record.resourceVersion != unconfirmed.record.resourceVersion
    else { return }
    renewedAt = max(renewedAt ?? unconfirmed.at, unconfirmed.at)
    if !isLeader(at: now) { renewedAt = nil }
  }

  private func pause(_ random: Double) -> Action {
    .wait(timing.jittered(renewedAt == nil ? timing.observePeriod : timing.renewPeriod, random: random))
  }

  private func mayClaim(at now: Instant) -> Bool {
    guard let seen else { return false }
    guard let lease = seen.record?.spec, !lease.holderIdentity.isEmpty, lease.holderIdentity != identity else {
      return true
    }
    // The field has 32 bits.
    let promised = Duration.seconds(min(lease.leaseDurationSeconds, Int(Int32.max)))
    return now >= seen.at + max(timing.leaseDuration, promised)
  }

  private func claim(at wallClock: Timestamp) -> LeaseRecord {
    let time = wallClock.rfc3339Microseconds
    let former = seen?.record?.spec
    let isRenewal = former?.holderIdentity == identity
    let spec = LeaseRecord.Spec(
      holderIdentity: identity,
      leaseDurationSeconds: timing.wholeSeconds,
      acquireTime: isRenewal ? former?.acquireTime ?? time : time,
      renewTime: time,
      leaseTransitions: former.map { $0.leaseTransitions + (isRenewal ? 0 : 1) } ?? 0)
    return LeaseRecord(spec, resourceVersion: seen?.record?.resourceVersion)
  }
}
