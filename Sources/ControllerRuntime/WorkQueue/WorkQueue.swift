import Locking
import Prometheus

/// A queue of keys for any number of workers: the shell around `WorkQueueState`.
///
/// # Guarantees
/// - `add` and `finish` never wait. No continuation is resumed while the lock is held.
/// - At most one timer task exists, and only while a worker waits for a key that is due later.
/// - A cancelled worker gets `nil` at once and takes no key with it.
public final class WorkQueue<Key: Hashable & Sendable>: Sendable {
  private struct Waiter {
    var id: UInt64
    var continuation: CheckedContinuation<Key?, Never>
  }

  private struct Timer {
    var at: TimeSource.Instant
    var id: UInt64
    var task: Task<Void, Never>
  }

  private struct Guarded {
    var queue: WorkQueueState<Key>
    var waiters: [Waiter] = []
    /// Workers that were cancelled before they got to wait.
    var cancelled: Set<UInt64> = []
    var timer: Timer?
    var lastID: UInt64 = 0
    var idlers: [CheckedContinuation<Void, Never>] = []

    var hasSomebodyToTell: Bool { !waiters.isEmpty || !idlers.isEmpty || timer != nil }
  }

  /// What is to be done once the lock is released.
  private struct Releases {
    var workers: [(CheckedContinuation<Key?, Never>, Key?)] = []
    var idlers: [CheckedContinuation<Void, Never>] = []
    var timer: Task<Void, Never>?

    func carryOut() {
      for (continuation, key) in workers { continuation.resume(returning: key) }
      for continuation in idlers { continuation.resume() }
      timer?.cancel()
    }
  }

  public let name: String
  private let guarded: Lock<Guarded>
  private let time: TimeSource
  private let random: @Sendable () -> Double
  private let metrics: WorkQueueMetrics

  /// - Parameters:
  ///   - name: the value of the `name` label of its metrics.
  ///   - random: uniformly in 0..<1, for jitter.
  public init(
    name: String, configuration: WorkQueueConfiguration = .init(), registry: MetricRegistry,
    time: TimeSource = .system, random: @escaping @Sendable () -> Double = { .random(in: 0..<1) }
  ) {
    self.name = name
    self.time = time
    self.random = random
    guarded = Lock(Guarded(queue: WorkQueueState(configuration)))
    metrics = WorkQueueMetrics(name: name, registry: registry)
    metrics.collect(from: self, registry: registry)
  }

  /// Makes a key due at once.
  public func add(_ key: Key, _ priority: WorkPriority = .interactive) {
    update { $0.add(key, priority, at: $1) }
  }

  /// Makes a key due after a while, unless it is due sooner anyway.
  public func add(_ key: Key, after delay: Duration, _ priority: WorkPriority = .background) {
    update { $0.add(key, priority, notBefore: $1 + delay, at: $1) }
  }

  /// The next key to work on, as soon as there is one. Whoever gets a key must `finish` it.
  ///
  /// - Returns: `nil` when the queue is closed and empty, or the calling task is cancelled.
  public func next() async -> Key? {
    if Task.isCancelled { return nil }
    if let key = takeReady() { return key }
    let id = guarded.withLock { guarded in
      guarded.lastID += 1
      return guarded.lastID
    }
    let key = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        wait(Waiter(id: id, continuation: continuation))
      }
    } onCancel: {
      cancel(id)
    }
    // A cancellation that came after the key leaves its mark behind.
    guarded.withLock { _ = $0.cancelled.remove(id) }
    return key
  }

  /// Ends the work on a key.
  public func finish(_ key: Key, then followUp: WorkFollowUp) {
    // Randomness comes from the kernel, which takes longer than all the rest; most keys need none.
    let random = if case .retry = followUp { random() } else { 0.0 }
    let worked = update { $0.finish(key, then: followUp, at: $1, random: random) }
    if let worked { metrics.workDuration.observe(worked) }
  }

  /// Takes no more keys. Workers that wait get `nil`, those that work go on.
  ///
  /// - Parameter dropping: true throws away what is ready; false hands it out first.
  public func close(dropping: Bool = true) {
    update { queue, _ in queue.close(dropping: dropping) }
  }

  /// Returns once no key is being worked on, and none is ready.
  func idle() async {
    await withCheckedContinuation { continuation in
      let isIdle = guarded.withLock { guarded in
        guard guarded.queue.running > 0 || guarded.queue.depth > 0 else { return true }
        guarded.idlers.append(continuation)
        return false
      }
      if isIdle { continuation.resume() }
    }
  }

  /// How often in a row this key has failed.
  public func failures(of key: Key) -> Int { guarded.withLock { $0.queue.failures(of: key) } }

  /// Numbers for a scrape.
  func reading() -> WorkQueueReading {
    let now = time.now()
    return guarded.withLock { guarded in
      guarded.queue.promote(at: now)
      let (total, longest) = guarded.queue.unfinished(at: now)
      return WorkQueueReading(
        depth: guarded.queue.depth, adds: guarded.queue.adds, retries: guarded.queue.retries, unfinished: total,
        longestRunning: longest)
    }
  }

  @discardableResult
  private func update<Result: Sendable>(
    _ change: (inout WorkQueueState<Key>, TimeSource.Instant) -> Result
  ) -> Result {
    let now = time.now()
    let (result, releases) = guarded.withLock { guarded in
      let result = change(&guarded.queue, now)
      // Mostly there is nobody to tell.
      return (result, guarded.hasSomebodyToTell ? settle(&guarded, at: now) : nil)
    }
    releases?.carryOut()
    return result
  }

  private func takeReady() -> Key? {
    let now = time.now()
    let taken: (key: Key, waited: Duration)? = guarded.withLock { guarded in
      guard guarded.waiters.isEmpty, case .key(let key, let waited) = guarded.queue.next(at: now) else { return nil }
      return (key, waited)
    }
    guard let taken else { return nil }
    metrics.queueDuration.observe(taken.waited)
    return taken.key
  }

  private func wait(_ waiter: Waiter) {
    let now = time.now()
    let releases = guarded.withLock { guarded in
      if guarded.cancelled.remove(waiter.id) != nil {
        return Releases(workers: [(waiter.continuation, nil)])
      }
      guarded.waiters.append(waiter)
      return settle(&guarded, at: now)
    }
    releases.carryOut()
  }

  private func cancel(_ id: UInt64) {
    let waiter: Waiter? = guarded.withLock { guarded in
      guard let position = guarded.waiters.firstIndex(where: { $0.id == id }) else {
        guarded.cancelled.insert(id)
        return nil
      }
      return guarded.waiters.remove(at: position)
    }
    waiter?.continuation.resume(returning: nil)
  }

  /// Gives waiting workers what is ready, and sees to it that somebody looks again when the next key is due.
  private func settle(_ guarded: inout Guarded, at now: TimeSource.Instant) -> Releases {
    var releases = Releases()
    var wakeAt: TimeSource.Instant?
    loop: while let waiter = guarded.waiters.first {
      switch guarded.queue.next(at: now) {
      case .key(let key, let waited):
        metrics.queueDuration.observe(waited)
        releases.workers.append((waiter.continuation, key))
      case .closed:
        releases.workers.append((waiter.continuation, nil))
      case .nothing(let until):
        wakeAt = until
        break loop
      }
      guarded.waiters.removeFirst()
    }
    if guarded.queue.running == 0, guarded.queue.depth == 0 {
      releases.idlers = guarded.idlers
      guarded.idlers = []
    }
    releases.timer = setTimer(&guarded, at: wakeAt)
    return releases
  }

  /// - Returns: the timer that is no longer needed.
  private func setTimer(_ guarded: inout Guarded, at instant: TimeSource.Instant?) -> Task<Void, Never>? {
    guard guarded.timer?.at != instant else { return nil }
    let former = guarded.timer?.task
    guarded.timer = instant.map { instant in
      guarded.lastID += 1
      let (id, time) = (guarded.lastID, time)
      let task = Task { [weak self] in
        do { try await time.sleepUntil(instant) } catch { return }
        self?.timerFired(id)
      }
      return Timer(at: instant, id: id, task: task)
    }
    return former
  }

  private func timerFired(_ id: UInt64) {
    let now = time.now()
    let releases = guarded.withLock { guarded in
      guard guarded.timer?.id == id else { return Releases() }
      guarded.timer = nil
      return settle(&guarded, at: now)
    }
    releases.carryOut()
  }
}
