import HTTPTransport
import KubernetesModel
import Locking
import Prometheus
import Testing

@testable import ControllerRuntime

/// A Lease that a test looks into and whose answers it can withhold.
private final class FakeLease: LeaseStorage {
  private let state = Lock<(record: LeaseRecord?, version: Int, hangs: Bool)>((nil, 0, false))
  let writes = Recorded<LeaseRecord.Spec>()

  var holder: String? { state.withLock { $0.record?.spec.holderIdentity } }

  /// From now on requests are not answered.
  func hang() { state.withLock { $0.hangs = true } }

  func answerAgain() { state.withLock { $0.hangs = false } }

  func put(holder: String, renewed: String) {
    state.withLock { state in
      state.version += 1
      state.record = LeaseElectionTestsRecord.make(holder, renewed: renewed, version: state.version)
    }
  }

  func read() async throws -> LeaseRecord? {
    if state.withLock({ $0.hangs }) { await Completion().wait() }
    try Task.checkCancellation()
    return state.withLock { $0.record }
  }

  func write(_ record: LeaseRecord) async throws -> LeaseRecord? {
    if state.withLock({ $0.hangs }) { await Completion().wait() }
    try Task.checkCancellation()
    let stored: LeaseRecord? = state.withLock { state in
      guard record.resourceVersion == state.record?.resourceVersion else { return nil }
      state.version += 1
      state.record = LeaseRecord(record.spec, resourceVersion: ResourceVersion("\(state.version)"))
      return state.record
    }
    if let stored { writes.add(stored.spec) }
    return stored
  }
}

private enum LeaseElectionTestsRecord {
  static func make(_ holder: String, renewed: String, version: Int) -> LeaseRecord {
    LeaseRecord(
      .init(
        holderIdentity: holder, leaseDurationSeconds: 15, acquireTime: "", renewTime: renewed, leaseTransitions: 0),
      resourceVersion: ResourceVersion("\(version)"))
  }
}

@Suite(.timeLimit(.minutes(10)))
struct `Leader elector` {
  let clock = VirtualClock()
  let registry = MetricRegistry()
  private let lease = FakeLease()
  let story = Recorded<String>()
  let elector: LeaderElector

  init() { elector = Self.elector(lease, registry, clock, random: 0) }

  private static func elector(
    _ lease: FakeLease, _ registry: MetricRegistry, _ clock: VirtualClock, random: Double
  ) -> LeaderElector {
    LeaderElector(
      storage: lease, name: "operator", identity: "me", registry: registry, logger: .silent, time: clock.source,
      random: { random })
  }

  /// Makes pauses of 1.75 s while leading and 0.875 s else, so that none ends at a deadline.
  private var unevenElector: LeaderElector { Self.elector(lease, registry, clock, random: 0.625) }

  /// Runs the elector with work that tells when it starts and when it is cancelled.
  func run(_ elector: LeaderElector? = nil) -> Task<Void, any Error> {
    let elector = elector ?? self.elector
    return Task { [story] in
      try await elector.run {
        story.add("start")
        await Completion().wait()
        story.add("stop")
      }
    }
  }

  @Test func `runs its work once it leads, and releases the lease after the work has ended`() async throws {
    let task = run()
    _ = await story.first(1)
    #expect(elector.leadership.isLeader)
    #expect(registry.exposition().contains(#"leader_election_master_status{name="operator"} 1"#))
    task.cancel()
    try await task.value
    #expect(story.all == ["start", "stop"])
    #expect(lease.holder == "")
    #expect(!elector.leadership.isLeader)
    #expect(registry.exposition().contains(#"leader_election_master_status{name="operator"} 0"#))
  }

  @Test func `keeps the lease while its work drains`() async throws {
    let drained = Completion()
    let elector = unevenElector
    let task = Task { [story] in
      try await elector.run {
        story.add("start")
        await Completion().wait()
        story.add("draining")
        await Task { await drained.wait() }.value
      }
    }
    _ = await story.first(1)
    task.cancel()
    _ = await story.first(2)
    for renewals in 1...8 {
      await clock.sleeper(at: .milliseconds(1_750 * renewals))
      clock.advance(by: .milliseconds(1_750))
      #expect(lease.holder == "me")
      #expect(elector.leadership.isLeader)
    }
    drained.complete()
    try await task.value
    #expect(lease.holder == "")
  }

  @Test func `cancels its work at the renew deadline while the API server does not answer`() async throws {
    let elector = unevenElector
    let task = run(elector)
    _ = await story.first(1)
    await clock.sleeper(at: .milliseconds(1_750))
    lease.hang()
    // A renewal is lost, then a look, and a second look is under way when the time is up: ten seconds after the first
    // write was sent.
    for milliseconds in [1_750, 4_750, 5_625, 8_625, 9_500] {
      await clock.sleeper(at: .milliseconds(milliseconds))
      clock.advance(by: clock.now.duration(to: clock.start + .milliseconds(milliseconds)))
      #expect(story.all == ["start"])
    }
    // It is not waited for beyond that.
    await clock.sleeper(at: .seconds(10))
    clock.advance(by: .milliseconds(500))
    #expect(await story.first(2) == ["start", "stop"])
    #expect(!elector.leadership.isLeader)
    #expect(elector.leadership.remaining == nil)

    // And it leads again when the server is back.
    lease.answerAgain()
    await advance(untilStoryHas: 3)
    #expect(story.all == ["start", "stop", "start"])
    task.cancel()
    try await task.value
  }

  @Test func `gives up for good when its work outlives the lease`() async throws {
    let never = Completion()
    let task = Task { [elector, story] in
      try await elector.run {
        story.add("start")
        await Task { await never.wait() }.value
      }
    }
    _ = await story.first(1)
    await clock.sleeper(at: .seconds(2))
    lease.hang()
    for second in [2, 5, 6, 9, 10] {
      await clock.sleeper(at: .seconds(second))
      clock.advance(by: clock.now.duration(to: clock.start + .seconds(second)))
    }
    await clock.sleeper(at: .seconds(15))
    clock.advance(by: .seconds(5))
    await #expect(throws: LeaderElectionError.workDidNotStop(lease: "operator", waited: .seconds(5))) {
      try await task.value
    }
    never.complete()
  }

  @Test func `a process that stood still past its lease leaves at once, when its work goes on`() async throws {
    let never = Completion()
    let task = Task { [elector, story] in
      try await elector.run {
        story.add("start")
        await Task { await never.wait() }.value
      }
    }
    _ = await story.first(1)
    await clock.sleeper(at: .seconds(2))
    lease.hang()
    clock.advance(by: .seconds(60))
    // The lease ended long ago: work gets a second to end in, and not five.
    await clock.sleeper(at: .seconds(61))
    clock.advance(by: .seconds(1))
    await #expect(throws: LeaderElectionError.self) { try await task.value }
    never.complete()
  }

  @Test func `says once that the lease cannot be read, reminds of it once a minute, and says when it is over`()
    async throws
  {
    let lines = Recorded<String>()
    let elector = LeaderElector(
      storage: lease, name: "operator", identity: "me", registry: registry, logger: .recording(lines, level: .info),
      time: clock.source, random: { 0 })
    lease.hang()
    let task = Task { try await elector.run {} }
    // Three seconds without an answer, one of rest, and again.
    for attempt in 0..<17 {
      await clock.sleeper(at: .seconds(4 * attempt + 3))
      clock.advance(by: clock.now.duration(to: clock.start + .seconds(4 * attempt + 3)))
      await clock.sleeper(at: .seconds(4 * attempt + 4))
      if attempt == 16 { lease.answerAgain() }
      clock.advance(by: .seconds(1))
    }
    try await task.value
    let warnings = lines.all.filter { $0.contains("level=warning") }
    #expect(warnings.count == 2, "\(lines.all)")
    #expect(lines.all.count { $0.contains("can be read and written again") } == 1)
  }

  @Test func `waits for another's lease to stand still, and stops at once when told to`() async throws {
    lease.put(holder: "other", renewed: "1")
    let task = run()
    for second in 1...14 {
      await clock.sleeper(at: .seconds(second))
      clock.advance(by: .seconds(1))
    }
    await clock.sleeper(at: .seconds(15))
    #expect(story.all == [])
    clock.advance(by: .seconds(1))
    _ = await story.first(1)
    task.cancel()
    try await task.value
  }

  @Test func `a follower that is told to stop leaves the lease alone`() async throws {
    lease.put(holder: "other", renewed: "1")
    let task = run()
    await clock.sleeper(at: .seconds(1))
    task.cancel()
    try await task.value
    #expect(lease.holder == "other")
    #expect(story.all == [])
  }

  private func advance(untilStoryHas count: Int) async {
    let isDone = Completion()
    Task { [story] in
      _ = await story.first(count)
      isDone.complete()
    }
    while !isDone.isComplete, !Task.isCancelled {
      clock.advance(by: .milliseconds(250))
      for _ in 0..<20 { await Task.yield() }
    }
  }
}

@Suite(.timeLimit(.minutes(10)))
struct `Fenced HTTP client` {
  /// Notes until when what comes through may leave.
  private struct Noting: HTTPClient {
    let deadlines: Recorded<TimeSource.Instant?>

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
      deadlines.add(request.notAfter)
      throw HTTPTransportError.shutDown
    }
  }

  /// Answers nothing until it is cancelled.
  private struct Hanging: HTTPClient {
    let story: Recorded<String>

    func send(_ request: HTTPRequest) async throws -> HTTPResponse {
      story.add("sent")
      await Completion().wait()
      story.add("stopped")
      throw HTTPTransportError.cancelled
    }
  }

  let clock = VirtualClock()
  let deadlines = Recorded<TimeSource.Instant?>()
  let story = Recorded<String>()

  private func send(_ method: HTTPMethod, under leadership: Leadership) async -> any Error {
    let client = FencedHTTPClient(Noting(deadlines: deadlines), leadership: leadership)
    do {
      _ = try await client.send(HTTPRequest(method: method, url: "https://server/x", deadline: .seconds(30)))
    } catch {
      return error
    }
    return CancellationError()
  }

  @Test(arguments: [HTTPMethod.post, .put, .patch, .delete])
  func `refuses mutations of a process that does not lead`(method: HTTPMethod) async {
    let error = await send(method, under: Leadership(clock.source))
    #expect(error as? LeadershipError == .notLeader(method: method, url: "https://server/x"))
    #expect(deadlines.all == [])
  }

  @Test func `lets reads pass as they are`() async {
    _ = await send(.get, under: Leadership(clock.source))
    #expect(deadlines.all == [nil])
  }

  private func hangingWrite(under leadership: Leadership) -> Task<(any Error)?, Never> {
    let client = FencedHTTPClient(Hanging(story: story), leadership: leadership)
    return Task {
      do {
        _ = try await client.send(HTTPRequest(method: .patch, url: "https://server/x"))
        return nil
      } catch { return error }
    }
  }

  static let lost = LeadershipError.lost(method: .patch, url: "https://server/x")

  @Test func `a mutation under way is stopped when another is seen to hold the lease`() async {
    let leadership = Leadership(clock.source)
    leadership.extend(until: clock.start + .seconds(10))
    let write = hangingWrite(under: leadership)
    _ = await story.first(1)
    leadership.extend(until: nil)
    #expect(await write.value as? LeadershipError == Self.lost)
    #expect(story.all == ["sent", "stopped"])
  }

  @Test func `a mutation under way is stopped at the deadline, and not before one that was extended`() async {
    let leadership = Leadership(clock.source)
    leadership.extend(until: clock.start + .seconds(10))
    let write = hangingWrite(under: leadership)
    _ = await story.first(1)
    leadership.extend(until: clock.start + .seconds(12))
    await clock.sleeper(at: .seconds(12))
    clock.advance(by: .seconds(11))
    #expect(story.all == ["sent"])
    clock.advance(by: .seconds(1))
    #expect(await write.value as? LeadershipError == Self.lost)
    #expect(story.all == ["sent", "stopped"])
  }

  @Test func `a mutation whose own task is cancelled says so, and not that leadership was lost`() async {
    let leadership = Leadership(clock.source)
    leadership.extend(until: clock.start + .seconds(10))
    let write = hangingWrite(under: leadership)
    _ = await story.first(1)
    write.cancel()
    #expect(await write.value as? HTTPTransportError == .cancelled)
  }

  @Test func `mutations end when leadership does`() async {
    let leadership = Leadership(clock.source)
    leadership.extend(until: clock.start + .seconds(10))
    clock.advance(by: .seconds(4))
    _ = await send(.patch, under: leadership)
    #expect(deadlines.all == [clock.start + .seconds(10)])
    clock.advance(by: .seconds(6))
    #expect(await send(.patch, under: leadership) is LeadershipError)
    #expect(deadlines.all.count == 1)
  }

  @Test func `leadership that is uncontested never ends`() async {
    _ = await send(.patch, under: .uncontested(clock.source))
    #expect(deadlines.all == [nil])
  }
}
