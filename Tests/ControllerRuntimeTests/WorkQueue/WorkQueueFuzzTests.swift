import Testing

@testable import ControllerRuntime

/// The same rules as `WorkQueueState`, written for being obvious: everything is searched, nothing is clever.
private struct NaiveQueue {
  struct Item {
    var key: Int
    var isRunning = false
    var ready: (priority: WorkPriority, order: Int)?
    var priority = WorkPriority.background
    var again: WorkPriority?
    var appointment: (at: TimeSource.Instant, order: Int, priority: WorkPriority, isRetry: Bool)?
    var failures = 0
  }
  var items: [Item] = []
  var order = 0
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
      item.again = max(priority, item.again ?? .background)
    } else if item.ready == nil || item.ready?.priority == .background && priority == .interactive {
      order += 1
      item.ready = (priority, order)
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

  mutating func next(at now: TimeSource.Instant) -> Int? {
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
    if let chosen {
      change(chosen) { item, _ in (item.ready, item.isRunning) = (nil, true) }
    }
    return chosen
  }

  mutating func finish(_ key: Int, _ followUp: WorkFollowUp, at now: TimeSource.Instant, random: Double) {
    change(key) { item, queue in
      item.isRunning = false
      item.failures = if case .retry = followUp { item.failures + 1 } else { 0 }
      if let again = item.again {
        item.again = nil
        queue.cancel(&item)
        return queue.makeDue(&item, again)
      }
      switch followUp {
      case .rest: break
      case .revisit(let delay):
        if delay > .zero { return queue.appoint(&item, at: now + delay, .background, isRetry: false) }
        queue.cancel(&item)
        queue.makeDue(&item, .background)
      case .retry(let least):
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
          #expect(key == expected, "step \(step)")
          #expect(waited >= .zero)
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
        && queue.isEmpty == naive.items.isEmpty
        && keys.allSatisfy { key in queue.failures(of: key) == naive.items.first { $0.key == key }?.failures ?? 0 }
      guard agrees else {
        Issue.record("the queues differ after step \(step)")
        return
      }
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
}
