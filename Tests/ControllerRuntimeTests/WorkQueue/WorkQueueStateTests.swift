import Testing

@testable import ControllerRuntime

struct `Work queue state` {
  let start = ContinuousClock.now
  var queue = WorkQueueState<String>()

  /// The next key, `nil` when none is ready.
  static func next(_ queue: inout WorkQueueState<String>, at now: TimeSource.Instant) -> String? {
    if case .key(let key, _) = queue.next(at: now) { key } else { nil }
  }

  /// When the next key is due, `nil` when never.
  static func due(_ queue: inout WorkQueueState<String>, at now: TimeSource.Instant) -> Duration? {
    if case .nothing(let until) = queue.next(at: now) { until.map { now.duration(to: $0) } } else { nil }
  }

  @Test mutating func `a key that is added often is handed out once`() {
    for _ in 0..<3 { queue.add("a", .interactive, at: start) }
    #expect(Self.next(&queue, at: start) == "a")
    #expect(Self.next(&queue, at: start) == nil)
    #expect(queue.adds == 1)
  }

  @Test mutating func `a key that is added while it is worked on is due again right after`() {
    queue.add("a", .interactive, at: start)
    _ = queue.next(at: start)
    queue.add("a", .background, at: start)
    queue.add("a", .interactive, at: start)
    #expect(Self.next(&queue, at: start) == nil)
    queue.finish("a", then: .after1h, at: start, random: 0)
    #expect(Self.next(&queue, at: start) == "a")
    queue.finish("a", then: .rest, at: start, random: 0)
    #expect(queue.isEmpty)
    #expect(queue.adds == 2)
  }

  @Test mutating func `urgent keys go first, in the order of their arrival`() {
    queue.add("slow", .background, at: start)
    queue.add("b", .interactive, at: start)
    queue.add("a", .interactive, at: start)
    #expect((0..<3).map { _ in Self.next(&queue, at: start) } == ["b", "a", "slow"])
  }

  @Test mutating func `a waiting key becomes urgent when somebody needs it now`() {
    for key in ["a", "b", "c"] { queue.add(key, .background, at: start) }
    queue.add("c", .interactive, at: start)
    queue.add("c", .background, at: start)
    #expect((0..<4).map { _ in Self.next(&queue, at: start) } == ["c", "a", "b", nil])
  }

  @Test mutating func `background keys get every tenth turn`() {
    queue.add("slow", .background, at: start)
    for number in 0..<20 { queue.add("\(number)", .interactive, at: start) }
    let turns = (0..<21).map { _ in Self.next(&queue, at: start) }
    #expect(turns.firstIndex(of: "slow") == 9)
  }

  @Test mutating func `delays double with each failure and are forgotten after a success`() {
    queue.add("a", .interactive, at: start)
    for milliseconds in [5, 10, 20, 40] {
      _ = queue.next(at: start + .seconds(1_000_000))
      queue.finish("a", then: .retry(), at: start, random: 0)
      #expect(Self.due(&queue, at: start) == .milliseconds(milliseconds))
    }
    #expect(queue.failures(of: "a") == 4)
    _ = queue.next(at: start + .seconds(1))
    queue.finish("a", then: .rest, at: start + .seconds(1), random: 0)
    #expect(queue.isEmpty)
  }

  @Test(arguments: [
    (1, 0.0, 0.005), (1, 1.0, 0.0055), (5, 0.0, 0.08), (18, 0.0, 655.36), (19, 0.0, 1000), (900, 1.0, 1100),
  ])
  func `back-off grows from 5 ms to 1000 s, stretched by its jitter`(failures: Int, random: Double, seconds: Double) {
    let delay = WorkQueueConfiguration().backoff(failures: failures, random: random)
    #expect(abs(delay.seconds - seconds) < 1e-9)
  }

  @Test mutating func `a retry waits for as long as the server asked`() {
    queue.add("a", .interactive, at: start)
    _ = queue.next(at: start)
    queue.finish("a", then: .retry(noSoonerThan: .seconds(30)), at: start, random: 0)
    #expect(Self.due(&queue, at: start) == .seconds(30))
  }

  @Test mutating func `somebody who adds a key does not wait for its back-off`() {
    queue.add("a", .interactive, at: start)
    _ = queue.next(at: start)
    queue.finish("a", then: .retry(noSoonerThan: .seconds(30)), at: start, random: 0)
    queue.add("a", .interactive, at: start)
    #expect(Self.next(&queue, at: start) == "a")
    queue.finish("a", then: .rest, at: start, random: 0)
    #expect(Self.next(&queue, at: start + .seconds(31)) == nil)
  }

  @Test mutating func `of several appointments the earliest counts`() {
    queue.add("a", .background, notBefore: start + .seconds(9), at: start)
    queue.add("a", .background, notBefore: start + .seconds(3), at: start)
    queue.add("a", .background, notBefore: start + .seconds(6), at: start)
    #expect(Self.due(&queue, at: start) == .seconds(3))
    #expect(Self.next(&queue, at: start + .seconds(3)) == "a")
    queue.finish("a", then: .rest, at: start + .seconds(3), random: 0)
    #expect(Self.next(&queue, at: start + .seconds(100)) == nil)
  }

  @Test mutating func `after the burst all keys together retry ten times a second, and others are not slowed`() {
    for number in 0..<150 {
      queue.add("\(number)", .interactive, at: start)
      _ = queue.next(at: start)
      queue.finish("\(number)", then: .retry(), at: start, random: 0)
    }
    var ready = 0
    for step in 0...50 {
      let now = start + .milliseconds(100 * step) + .milliseconds(5)
      while Self.next(&queue, at: now) != nil { ready += 1 }
      #expect(ready == min(150, 100 + step), "after \(step) tenths of a second")
    }
    queue.add("new", .interactive, at: start)
    #expect(Self.next(&queue, at: start) == "new")
  }

  @Test mutating func `a retry that was overtaken gives its share of the rate back`() {
    for number in 0..<1000 {
      queue.add("a", .interactive, at: start)
      _ = queue.next(at: start)
      queue.finish("a", then: number < 999 ? .retry() : .rest, at: start, random: 0)
    }
    queue.add("b", .interactive, at: start)
    _ = queue.next(at: start)
    queue.finish("b", then: .retry(), at: start, random: 0)
    #expect(Self.due(&queue, at: start) == .milliseconds(5))
  }

  @Test(arguments: [true, false])
  mutating func `a closed queue takes nothing and hands out what is ready unless told to drop it`(dropping: Bool) {
    queue.add("running", .interactive, at: start)
    _ = queue.next(at: start)
    queue.add("ready", .interactive, at: start)
    queue.add("later", .interactive, notBefore: start + .seconds(1), at: start)
    queue.close(dropping: dropping)
    queue.add("new", .interactive, at: start)
    #expect(Self.next(&queue, at: start + .seconds(2)) == (dropping ? nil : "ready"))
    #expect(Self.next(&queue, at: start + .seconds(2)) == nil)
    for key in ["running", "ready"] { queue.finish(key, then: .retry(), at: start, random: 0) }
    #expect(queue.isEmpty)
    guard case .closed = queue.next(at: start + .seconds(99)) else { return #expect(Bool(false), "not closed") }
  }

  @Test mutating func `finishing a key that nobody works on changes nothing`() {
    queue.add("a", .interactive, at: start)
    #expect(queue.finish("a", then: .rest, at: start, random: 0) == nil)
    #expect(queue.finish("b", then: .retry(), at: start, random: 0) == nil)
    #expect(Self.next(&queue, at: start) == "a")
    #expect(queue.retries == 0)
  }
}

extension WorkFollowUp {
  fileprivate static let after1h = WorkFollowUp.revisit(after: .seconds(3600))
}
