import KubernetesModel
import Locking
import Prometheus

/// Why an elector gave up for good.
public enum LeaderElectionError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Leadership was lost and the work that rests on it went on for so long that others may have begun theirs. The process
  /// must exit at once.
  case workDidNotStop(lease: String, waited: Duration)

  public var description: String {
    switch self {
    case .workDidNotStop(let lease, let waited):
      "lost the lease \(lease), and its work did not stop within \(waited): exit, so that no two processes write"
    }
  }
}

/// Campaigns for a lease and runs work while holding it: the shell around `LeaseElection`.
///
/// # Guarantees
/// - Work starts after the lease was acquired, and is cancelled when `Leadership.deadline` passes, by a timer that depends
///   on no request. What it leaves undone by the end of the lease ends the elector, and with it the process.
/// - While work that was told to stop still drains, the lease is renewed; it is released only after the work has ended.
/// - After leadership was lost the elector campaigns again, but not before the work has ended. Work that outlives the
///   lease ends the elector with an error.
public final class LeaderElector: Sendable {
  /// Whether we lead, and until when.
  public let leadership: Leadership

  private struct Shared {
    var isStopping = false
    var work: LeaderWork?
    /// The last deadline that leadership had.
    var deadline: TimeSource.Instant?
    var failures = FailureNotices()
  }

  private let name: String
  private let identity: String
  private let storage: any LeaseStorage
  private let timing: LeaseTiming
  private let status: Gauge
  private let logger: Logger
  private let time: TimeSource
  private let random: @Sendable () -> Double
  private let shared = Lock(Shared())
  private let wakeup: Wakeup

  /// - Parameters:
  ///   - name: of the lease, for the label of `leader_election_master_status` and for messages.
  ///   - identity: unlike that of any other elector, a former life of this process included.
  public init(
    storage: any LeaseStorage, name: String, identity: String, timing: LeaseTiming = .init(),
    registry: MetricRegistry, logger: Logger, time: TimeSource = .system,
    random: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
  ) {
    self.storage = storage
    self.name = name
    self.identity = identity
    self.timing = timing
    self.logger = logger.with(["lease": name, "identity": identity])
    self.time = time
    self.random = random
    leadership = Leadership(time)
    wakeup = Wakeup(time)
    status =
      registry.gauge("leader_election_master_status", help: "1 on the leader, 0 on others.", labels: ["name"])
      .with(["name": name])
  }

  /// Campaigns until the task is cancelled or the work ends by itself; runs `work` whenever we lead.
  ///
  /// - Parameter work: must end soon after it is cancelled.
  public func run(_ work: @escaping @Sendable () async -> Void) async throws {
    // Campaigning outlives the cancellation of this task: the lease is kept until the work has drained.
    let campaign = Task { try await self.campaign(work) }
    try await withTaskCancellationHandler {
      try await campaign.value
    } onCancel: {
      stop()
    }
  }

  private func stop() {
    let work = shared.withLock { shared in
      shared.isStopping = true
      return shared.work
    }
    work?.cancel()
    wakeup.wake()
  }

  private func campaign(_ work: @escaping @Sendable () async -> Void) async throws {
    var election = LeaseElection(identity: identity, timing: timing)
    var event = LeaseElection.Event.waited
    while true {
      let action = handle(event, &election)
      let (isStopping, current) = shared.withLock { ($0.isStopping, $0.work) }
      switch current {
      case let current? where current.isLost || !election.isLeader(at: time.now()):
        try await lose(current)
        if shared.withLock({ $0.isStopping }) { return await release(&election) }
      case let current? where current.isFinished:
        shared.withLock { $0.work = nil }
        return await release(&election)
      case .some: break
      case nil where isStopping: return await release(&election)
      case nil where election.isLeader(at: time.now()): lead(work)
      case nil: break
      }
      event = await carryOut(action)
    }
  }

  private func handle(_ event: LeaseElection.Event, _ election: inout LeaseElection) -> LeaseElection.Action {
    let formerHolder = election.observedHolder
    let action = election.handle(event, at: time.now(), wallClock: time.timestamp(), random: random())
    leadership.extend(until: election.deadline)
    if let deadline = election.deadline { shared.withLock { $0.deadline = deadline } }
    status.set(leadership.isLeader ? 1 : 0)
    if let holder = election.observedHolder, holder != formerHolder, !holder.isEmpty, holder != identity {
      logger.info("another process leads", ["holder": holder])
    }
    return action
  }

  private func lead(_ operation: @escaping @Sendable () async -> Void) {
    logger.info("acquired the lease")
    let work = LeaderWork(operation, onEnd: { [wakeup] in wakeup.wake() })
    let isStopping = shared.withLock { shared in
      shared.work = work
      return shared.isStopping
    }
    if isStopping { work.cancel() }
    Task { await watchDeadline(of: work) }
  }

  /// Cancels the work when the deadline passes, however long a renewal may hang.
  private func watchDeadline(of work: LeaderWork) async {
    while !work.isFinished {
      guard let deadline = leadership.deadline, time.now() < deadline else {
        status.set(0)
        work.lose()
        wakeup.wake()
        return
      }
      _ = await work.wait(until: deadline, time)
    }
  }

  /// How long work has at least that lost its lease while this process stood still: it cannot write any more.
  private static let leastPatience: Duration = .seconds(1)

  /// Waits for work that lost its lease to end, until the lease itself does.
  private func lose(_ work: LeaderWork) async throws {
    logger.error("lost the lease: work is cancelled")
    work.lose()
    let now = time.now()
    let lostAt = min(shared.withLock { $0.deadline } ?? now, now)
    let end = max(lostAt + timing.margin, now + min(timing.margin, Self.leastPatience))
    guard await work.wait(until: end, time) else {
      throw LeaderElectionError.workDidNotStop(lease: name, waited: lostAt.duration(to: end))
    }
    shared.withLock { $0.work = nil }
  }

  private func release(_ election: inout LeaseElection) async {
    leadership.extend(until: nil)
    status.set(0)
    // The second attempt is for a record that a renewal of ours, thought lost, has changed meanwhile.
    for _ in 0..<2 {
      guard let record = election.release(wallClock: time.timestamp()) else { return }
      if case .acknowledged = await carryOut(.write(record)) {
        logger.info("released the lease")
        return
      }
      guard case .observed(let current) = await carryOut(.observe) else { return }
      _ = election.handle(.observed(current), at: time.now(), wallClock: time.timestamp(), random: 0)
    }
  }

  private func carryOut(_ action: LeaseElection.Action) async -> LeaseElection.Event {
    let (storage, sentAt) = (storage, time.now())
    // An answer that comes after leadership has ended cannot save it, and must not keep us from seeing that.
    let timeout = sentAt + timing.requestTimeout
    let limit = leadership.isLeader ? min(timeout, leadership.deadline ?? timeout) : timeout
    do {
      switch action {
      case .wait(let pause):
        await wakeup.sleep(until: sentAt + pause)
        return .waited
      case .observe:
        let answer = try await withDeadline(limit, time) { LeaseAnswer(try await storage.read()) }
        if let answer {
          noteAnswer()
          return .observed(answer.record)
        }
      case .write(let record):
        let answer = try await withDeadline(limit, time) { LeaseAnswer(try await storage.write(record)) }
        if let answer {
          noteAnswer()
          return answer.record.map { .acknowledged($0, sentAt: sentAt) } ?? .refused
        }
      }
      noteFailure("the API server did not answer in time")
    } catch {
      noteFailure("\(error)")
      return .failed(retryAfter: (error as? StatusError)?.retryAfter)
    }
    return .failed()
  }

  private func noteFailure(_ text: String) {
    let now = time.now()
    let isNews = shared.withLock { $0.failures.isNews(text, at: now) }
    logger.log(isNews ? .warning : .debug, "cannot read or write the lease, trying again", ["error": text])
  }

  private func noteAnswer() {
    if shared.withLock({ $0.failures.end() }) { logger.info("the lease can be read and written again") }
  }
}

/// Keeps "there is no Lease" and "there was no answer" apart.
private struct LeaseAnswer: Sendable {
  var record: LeaseRecord?

  init(_ record: LeaseRecord?) { self.record = record }
}

/// Work that runs while we lead.
private final class LeaderWork: Sendable {
  private let task: Task<Void, Never>
  private let end: Completion
  private let loss = Completion()

  init(_ operation: @escaping @Sendable () async -> Void, onEnd: @escaping @Sendable () -> Void) {
    let end = Completion()
    self.end = end
    task = Task {
      await operation()
      end.complete()
      onEnd()
    }
  }

  var isFinished: Bool { end.isComplete }
  /// Whether leadership ended under it.
  var isLost: Bool { loss.isComplete }

  func cancel() { task.cancel() }

  func lose() {
    loss.complete()
    task.cancel()
  }

  func wait(until deadline: TimeSource.Instant, _ time: TimeSource) async -> Bool {
    await end.wait(until: deadline, time)
  }
}
