import Prometheus
import TestSupport
import Testing

@testable import ControllerRuntime

/// The same rules as `WorkQueueState`, written for being obvious: everything is searched, nothing is clever.
private struct NaiveQueue {
  struct Item {
    var key: Int
    var isRunning = false
    var ready: (priority: WorkPriority, order: Int, since: TimeSource.Instant)?
    var priority = WorkPriority.background
    var again: WorkPriority?
    var appointment: (at: TimeSource.Instant, order: Int, priority: WorkPriority, isRetry: Bool)?
    var failures = 0
  }
  var items: [Item] = []
  /// The time of the operation under way.
  var now = ContinuousClock.now
  var order = 0
  var adds: UInt64 = 0
  var retries: UInt64 = 0
  var bucket: TokenBucket
  var urgentTurns = 0
  let configuration: WorkQueueConfiguration

  init(configuration: WorkQueueConfiguration) {
    self.configuration = configuration
    bucket = TokenBucket(rate: configuration.retriesPerSecond, burst: configuration.retryBurst)
  }

  mutating func change(_ key: Int, _ body: (inout Item, inout NaiveQueue) -> Void) {
    var item = items.first { $0.key == key } ?? Item(key: key)
    items.removeAll { $0.key == key }
    body(&item, &self)
    let isAtRest = !item.isRunning && item.ready == nil && item.appointment == nil
    if !isAtRest { items.append(item) }
  }

  mutating func add(_ key: Int, _ priority: WorkPriority) {
    change(key) { item, queue in
      queue.cancel(&item)
      queue.makeDue(&item, priority)
    }
  }

  mutating func makeDue(_ item: inout Item, _ priority: WorkPriority) {
    if item.isRunning {
      if item.again == nil { adds += 1 }
      item.again = max(priority, item.again ?? .background)
    } else if item.ready == nil || item.ready?.priority == .background && priority == .interactive {
      if item.ready == nil { adds += 1 }
      order += 1
      item.ready = (priority, order, item.ready?.since ?? now)
      item.priority = priority
    }
  }

  mutating func appoint(_ item: inout Item, at instant: TimeSource.Instant, _ priority: WorkPriority, isRetry: Bool) {
    if item.ready != nil || item.again != nil || item.appointment.map({ $0.at <= instant }) ?? false {
      if isRetry { bucket.refund() }
      return
    }
    cancel(&item)
    order += 1
    item.appointment = (instant, order, priority, isRetry)
  }

  mutating func cancel(_ item: inout Item) {
    if item.appointment?.isRetry == true { bucket.refund() }
    item.appointment = nil
  }

  mutating func next(at now: TimeSource.Instant) -> (key: Int, waited: Duration)? {
    while let due = items.filter({ $0.appointment.map { $0.at <= now } ?? false }).min(by: {
      ($0.appointment?.at ?? now, $0.appointment?.order ?? 0) < ($1.appointment?.at ?? now, $1.appointment?.order ?? 0)
    }) {
      change(due.key) { item, queue in
        item.appointment = nil
        queue.makeDue(&item, due.appointment?.priority ?? .background)
      }
    }
    func first(_ priority: WorkPriority) -> Int? {
      items.filter { $0.ready?.priority == priority }.min { ($0.ready?.order ?? 0) < ($1.ready?.order ?? 0) }?.key
    }
    let (urgent, background) = (first(.interactive), first(.background))
    let isBackgroundsTurn = urgentTurns + 1 >= configuration.backgroundTurn
    let chosen: Int?
    if urgent == nil || (isBackgroundsTurn && background != nil) {
      (urgentTurns, chosen) = (0, background)
    } else {
      (urgentTurns, chosen) = (background == nil ? 0 : urgentTurns + 1, urgent)
    }
    guard let chosen else { return nil }
    var waited = Duration.zero
    change(chosen) { item, _ in
      waited = item.ready?.since.duration(to: now) ?? .zero
      (item.ready, item.isRunning) = (nil, true)
    }
    return (chosen, waited)
  }

  mutating func finish(_ key: Int, _ followUp: WorkFollowUp, at now: TimeSource.Instant, random: Double) {
    change(key) { item, queue in
      item.isRunning = false
      item.failures = if case .retry = followUp { item.failures + 1 } else { 0 }
      if let again = item.again {
        item.again = nil
        queue.cancel(&item)
        // It was counted when it was added.
        queue.adds -= 1
        return queue.makeDue(&item, again)
      }
      switch followUp {
      case .rest: break
      case .revisit(let delay):
        if delay > .zero { return queue.appoint(&item, at: now + delay, .background, isRetry: false) }
        queue.cancel(&item)
        queue.makeDue(&item, .background)
      case .retry(let least):
        queue.retries += 1
        let backoff = queue.configuration.backoff(failures: item.failures, random: random)
        let delay = max(backoff, queue.bucket.reserve(at: now), least)
        queue.appoint(&item, at: now + delay, item.priority, isRetry: true)
      }
    }
  }
}

struct `Work queue under fuzz` {
  @Test(arguments: UInt64(1)...20)
  func `does what the naive queue does, whatever is asked of it`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var configuration = WorkQueueConfiguration()
    configuration.backgroundTurn = Int.random(in: 1...5, using: &random)
    configuration.retryBurst = Double(Int.random(in: 1...5, using: &random))
    var queue = WorkQueueState<Int>(configuration)
    var naive = NaiveQueue(configuration: configuration)
    var now = ContinuousClock.now
    var running: [Int] = []
    let keys = 1...Int.random(in: 1...12, using: &random)

    for step in 0..<2_500 {
      if random.oneIn(3) { now += .milliseconds(Int.random(in: 0...40, using: &random)) }
      if random.oneIn(400) { now += .seconds(Int.random(in: 0...2_000, using: &random)) }
      naive.now = now
      let key = Int.random(in: keys, using: &random)
      let priority: WorkPriority = random.oneIn(2) ? .interactive : .background
      switch Int.random(in: 0..<10, using: &random) {
      case 0...2:
        queue.add(key, priority, at: now)
        naive.add(key, priority)
      case 3:
        let instant = now + .milliseconds(Int.random(in: 0...90, using: &random))
        queue.add(key, priority, notBefore: instant, at: now)
        if instant > now {
          naive.change(key) { $1.appoint(&$0, at: instant, priority, isRetry: false) }
        } else {
          naive.add(key, priority)
        }
      case 4...6:
        guard running.count < 4 else { continue }
        let expected = naive.next(at: now)
        switch queue.next(at: now) {
        case .key(let key, let waited):
          #expect(key == expected?.key && waited == expected?.waited, "step \(step)")
          running.append(key)
        case .nothing(let until):
          #expect(expected == nil, "step \(step)")
          #expect(until == naive.items.compactMap { $0.appointment?.at }.min(), "step \(step)")
        case .closed: Issue.record("closed at step \(step)")
        }
      default:
        guard let position = running.indices.randomElement(using: &random) else { continue }
        let key = running.remove(at: position)
        let jitter = Double.random(in: 0..<1, using: &random)
        let followUp: WorkFollowUp =
          [
            .rest, .revisit(after: .zero), .revisit(after: .milliseconds(50)), .retry(),
            .retry(noSoonerThan: .seconds(1)),
          ]
          .randomElement(using: &random) ?? .rest
        #expect(queue.finish(key, then: followUp, at: now, random: jitter) != nil)
        naive.finish(key, followUp, at: now, random: jitter)
      }
      // One assertion a step: in a loop this hot they would cost more than what they check.
      let agrees =
        queue.running == running.count && queue.depth == naive.items.count { $0.ready != nil }
        && queue.isEmpty == naive.items.isEmpty && queue.adds == naive.adds && queue.retries == naive.retries
        && keys.allSatisfy { key in queue.failures(of: key) == naive.items.first { $0.key == key }?.failures ?? 0 }
      guard agrees else {
        Issue.record("the queues differ after step \(step)")
        return
      }
    }
    closes(&queue, &naive, running, dropping: random.oneIn(2), at: now)
  }

  /// Of a queue that is closed only what was ready comes, where it was not thrown away, and nothing that is added.
  private func closes(
    _ queue: inout WorkQueueState<Int>, _ naive: inout NaiveQueue, _ running: [Int], dropping: Bool,
    at now: TimeSource.Instant
  ) {
    queue.close(dropping: dropping)
    for index in naive.items.indices {
      naive.items[index].appointment = nil
      if dropping { naive.items[index].ready = nil }
    }
    for key in running {
      queue.add(key, .interactive, at: now)
      #expect(queue.finish(key, then: .retry(), at: now, random: 0) != nil)
    }
    queue.add(1, .interactive, at: now)
    queue.add(1, .interactive, notBefore: now + .seconds(1), at: now)
    let later = now + .seconds(10_000)
    while case .key(let key, _) = queue.next(at: later) {
      #expect(key == naive.next(at: later)?.key)
      queue.finish(key, then: .revisit(after: .zero), at: later, random: 0)
    }
    #expect(naive.next(at: later) == nil)
    #expect(queue.isEmpty && queue.running == 0 && queue.depth == 0)
    guard case .closed = queue.next(at: later) else {
      Issue.record("the queue is not at its end")
      return
    }
  }

  @Test func `appointments that were cancelled take no memory`() {
    var queue = WorkQueueState<Int>()
    let now = ContinuousClock.now
    for _ in 0..<100_000 {
      queue.add(1, .interactive, at: now)
      _ = queue.next(at: now)
      queue.finish(1, then: .revisit(after: .seconds(3_600)), at: now, random: 0)
    }
    #expect(queue.remembered < 200)
  }

  /// Keys under work, and what was added and done, as workers and producers on real threads see them.
  private struct Ledger {
    var running: Set<Int> = []
    var lastAdded: [Int: Int] = [:]
    var lastSeen: [Int: Int] = [:]
    var tick = 0
    var hasCollided = false
  }

  @Test(.timeLimit(.minutes(10)), arguments: UInt64(1)...8)
  func `workers that come and go at once never share a key, and none that was added is forgotten`(seed: UInt64) async {
    let queue = WorkQueue<Int>(name: "fuzz", registry: MetricRegistry())
    let ledger = Locked(Ledger())
    @Sendable func work() async {
      while let key = await queue.next() {
        let tick = ledger.withLock { ledger in
          if !ledger.running.insert(key).inserted { ledger.hasCollided = true }
          return ledger.tick
        }
        for _ in 0..<(key % 4) { await Task.yield() }
        ledger.withLock { ledger in
          ledger.running.remove(key)
          ledger.lastSeen[key] = tick
        }
        queue.finish(key, then: key == tick % 7 && tick < 1_200 ? .revisit(after: .zero) : .rest)
      }
    }
    let workers = (0..<4).map { _ in Task { await work() } }
    // These are sent away again and again, in the middle of waiting and of working.
    let guests = Task {
      var random = SeededGenerator(seed: seed)
      while !Task.isCancelled {
        let guest = Task { await work() }
        for _ in 0..<Int.random(in: 0...20, using: &random) { await Task.yield() }
        guest.cancel()
        await guest.value
      }
    }
    await withTaskGroup(of: Void.self) { producers in
      for producer in 0..<3 {
        producers.addTask {
          var random = SeededGenerator(seed: seed &* 31 &+ UInt64(producer))
          for _ in 0..<400 {
            let key = Int.random(in: 0..<12, using: &random)
            ledger.withLock { ledger in
              ledger.tick += 1
              ledger.lastAdded[key] = ledger.tick
            }
            queue.add(key, random.oneIn(2) ? .interactive : .background)
            if random.oneIn(3) { await Task.yield() }
          }
        }
      }
    }
    guests.cancel()
    await guests.value
    await queue.idle()
    queue.close()
    for worker in workers { await worker.value }
    let end = ledger.value
    #expect(!end.hasCollided)
    #expect(end.lastAdded.allSatisfy { (end.lastSeen[$0.key] ?? -1) >= $0.value }, "work began before its last add")
  }
}
