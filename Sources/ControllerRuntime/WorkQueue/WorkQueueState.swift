/// Which key is worked on next, and when: the rules of a work queue. A pure state machine: it reads no clock.
///
/// # Guarantees
/// - A key is never handed out again before it was finished; added meanwhile, it is due again right after.
/// - However often a key is added while it waits, it is handed out once.
/// - A key has one next appointment, the earliest that was asked for: adding it at once cancels a later one, because the
///   work that then happens decides anew when it is due.
/// - Among ready keys the urgent go first, in the order in which they became ready; the others get every
///   `backgroundTurn`-th turn, so they never starve.
/// - Only retries draw on the common rate limit, and a retry that is overtaken gives its share back.
/// - Keys that are at rest take no memory.
public struct WorkQueueState<Key: Hashable & Sendable>: Sendable {
  public typealias Instant = TimeSource.Instant

  /// What a worker that asks for work gets.
  public enum Next: Sendable {
    /// Work on this key, then call `finish`. `waited` is how long it was ready.
    case key(Key, waited: Duration)
    /// Nothing is ready; something will be at the given time, unless it is `nil`, even if nobody adds anything.
    case nothing(until: Instant?)
    /// The queue was closed, and no more will come.
    case closed
  }

  private enum Phase { case waiting, ready, running }

  private struct Appointment {
    var at: Instant
    var ticket: UInt64
    var priority: WorkPriority
    var isRetry: Bool
  }

  private struct Entry {
    var phase = Phase.waiting
    /// Of the ready list's element that stands for this entry; others are leftovers.
    var ticket: UInt64 = 0
    var priority = WorkPriority.background
    /// When it became ready, or began to run.
    var since: Instant
    /// How urgently it was added while it ran.
    var addedMeanwhile: WorkPriority?
    var appointment: Appointment?
    var failures = 0

    /// - Returns: how long it was ready.
    mutating func start(at now: Instant) -> Duration {
      defer { (phase, since) = (.running, now) }
      return since.duration(to: now)
    }
  }

  private struct Ticketed: Sendable {
    var key: Key
    var ticket: UInt64
  }

  private struct Due: Comparable, Sendable {
    var at: Instant
    var ticket: UInt64
    var key: Key

    static func == (left: Due, right: Due) -> Bool { left.ticket == right.ticket }
    static func < (left: Due, right: Due) -> Bool { (left.at, left.ticket) < (right.at, right.ticket) }
  }

  private let configuration: WorkQueueConfiguration
  private var entries: [Key: Entry] = [:]
  private var urgent = FIFO<Ticketed>()
  private var background = FIFO<Ticketed>()
  private var due = Heap<Due>()
  private var appointments = 0
  private var bucket: TokenBucket
  private var lastTicket: UInt64 = 0
  private var urgentTurns = 0

  /// How many keys are ready.
  public private(set) var depth = 0
  /// How many keys are being worked on.
  public private(set) var running = 0
  /// How often a key was added that was not already ready.
  public private(set) var adds: UInt64 = 0
  /// How often a key was put back after a failure.
  public private(set) var retries: UInt64 = 0
  public private(set) var isClosed = false

  public init(_ configuration: WorkQueueConfiguration = .init()) {
    self.configuration = configuration
    bucket = TokenBucket(rate: configuration.retriesPerSecond, burst: configuration.retryBurst)
  }

  /// True when every key is at rest: none is ready, running, waiting or remembered for its failures.
  public var isEmpty: Bool { entries.isEmpty }

  /// How many entries are kept, leftovers included.
  var remembered: Int { entries.count + due.count + urgent.count + background.count }

  /// How often in a row this key has failed.
  public func failures(of key: Key) -> Int { entries[key]?.failures ?? 0 }

  /// Makes a key due at once.
  public mutating func add(_ key: Key, _ priority: WorkPriority, at now: Instant) {
    guard !isClosed else { return }
    var entry = entries[key] ?? Entry(since: now)
    cancelAppointment(of: &entry)
    makeDue(key, &entry, priority, at: now)
    entries[key] = entry
  }

  /// Makes a key due at a later time, unless it is due sooner anyway.
  public mutating func add(_ key: Key, _ priority: WorkPriority, notBefore instant: Instant, at now: Instant) {
    guard instant > now else { return add(key, priority, at: now) }
    guard !isClosed else { return }
    var entry = entries[key] ?? Entry(since: now)
    appoint(key, &entry, priority, at: instant, isRetry: false)
    entries[key] = entry
  }

  /// The next key to work on.
  public mutating func next(at now: Instant) -> Next {
    promote(at: now)
    if let key = popReady(), let waited = entries[key]?.start(at: now) {
      depth -= 1
      running += 1
      return .key(key, waited: waited)
    }
    return isClosed ? .closed : .nothing(until: due.first?.at)
  }

  /// Ends the work on a key.
  ///
  /// - Parameter random: uniformly in 0..<1, for the jitter of a retry.
  /// - Returns: how long the work took; `nil` when the key was not being worked on, which changes nothing.
  @discardableResult
  public mutating func finish(_ key: Key, then followUp: WorkFollowUp, at now: Instant, random: Double) -> Duration? {
    guard var entry = entries[key], entry.phase == .running else { return nil }
    let worked = entry.since.duration(to: now)
    running -= 1
    entry.phase = .waiting
    entry.failures = if case .retry = followUp { entry.failures + 1 } else { 0 }
    if isClosed {
      entries[key] = nil
      return worked
    }
    if let priority = entry.addedMeanwhile {
      entry.addedMeanwhile = nil
      cancelAppointment(of: &entry)
      makeReady(key, &entry, priority, at: now)
    } else {
      follow(key, &entry, followUp, at: now, random: random)
    }
    let isAtRest = entry.phase == .waiting && entry.appointment == nil
    entries[key] = isAtRest ? nil : entry
    return worked
  }

  /// Takes no more keys and cancels appointments. Running keys are still to be finished.
  ///
  /// - Parameter dropping: true throws away what is ready; false hands it out first.
  public mutating func close(dropping: Bool) {
    isClosed = true
    due = Heap()
    appointments = 0
    entries = entries.filter { $0.value.phase == .running || ($0.value.phase == .ready && !dropping) }
    for key in entries.keys { entries[key]?.appointment = nil }
    if dropping {
      (urgent, background) = (FIFO(), FIFO())
      depth = 0
    }
  }

  /// How long the running keys have been worked on: all together, and the one that takes longest.
  public func unfinished(at now: Instant) -> (total: Duration, longest: Duration) {
    var result = (total: Duration.zero, longest: Duration.zero)
    guard running > 0 else { return result }
    for entry in entries.values where entry.phase == .running {
      let age = entry.since.duration(to: now)
      result.total += age
      result.longest = max(result.longest, age)
    }
    return result
  }

  /// Makes ready what has become due.
  public mutating func promote(at now: Instant) {
    while let first = due.first, first.at <= now || !isCurrent(first) {
      _ = due.popFirst()
      guard isCurrent(first), var entry = entries[first.key], let appointment = entry.appointment else { continue }
      entry.appointment = nil
      appointments -= 1
      makeDue(first.key, &entry, appointment.priority, at: now)
      entries[first.key] = entry
    }
  }

  private func isCurrent(_ due: Due) -> Bool { entries[due.key]?.appointment?.ticket == due.ticket }

  private mutating func follow(
    _ key: Key, _ entry: inout Entry, _ followUp: WorkFollowUp, at now: Instant, random: Double
  ) {
    switch followUp {
    case .rest: break
    case .revisit(let delay):
      if delay > .zero {
        appoint(key, &entry, .background, at: now + delay, isRetry: false)
      } else {
        cancelAppointment(of: &entry)
        makeDue(key, &entry, .background, at: now)
      }
    case .retry(let leastDelay):
      retries += 1
      let delay = max(configuration.backoff(failures: entry.failures, random: random), bucket.reserve(at: now))
      appoint(key, &entry, entry.priority, at: now + max(delay, leastDelay), isRetry: true)
    }
  }

  private mutating func makeDue(_ key: Key, _ entry: inout Entry, _ priority: WorkPriority, at now: Instant) {
    switch entry.phase {
    case .waiting:
      adds += 1
      makeReady(key, &entry, priority, at: now)
    case .ready where priority > entry.priority: enlist(key, &entry, priority)
    case .ready: break
    case .running:
      if entry.addedMeanwhile == nil { adds += 1 }
      entry.addedMeanwhile = max(priority, entry.addedMeanwhile ?? priority)
    }
  }

  private mutating func makeReady(_ key: Key, _ entry: inout Entry, _ priority: WorkPriority, at now: Instant) {
    entry.phase = .ready
    entry.since = now
    depth += 1
    enlist(key, &entry, priority)
  }

  private mutating func enlist(_ key: Key, _ entry: inout Entry, _ priority: WorkPriority) {
    lastTicket += 1
    entry.ticket = lastTicket
    entry.priority = priority
    switch priority {
    case .interactive: urgent.append(Ticketed(key: key, ticket: lastTicket))
    case .background: background.append(Ticketed(key: key, ticket: lastTicket))
    }
  }

  private mutating func appoint(
    _ key: Key, _ entry: inout Entry, _ priority: WorkPriority, at instant: Instant, isRetry: Bool
  ) {
    let isSooner = entry.appointment.map { instant < $0.at } ?? true
    guard isSooner, entry.phase != .ready, entry.addedMeanwhile == nil else {
      if isRetry { bucket.refund() }
      return
    }
    cancelAppointment(of: &entry)
    lastTicket += 1
    appointments += 1
    entry.appointment = Appointment(at: instant, ticket: lastTicket, priority: priority, isRetry: isRetry)
    due.insert(Due(at: instant, ticket: lastTicket, key: key))
    if due.count > 2 * appointments + 64 {
      let (entries, current) = (entries, lastTicket)
      due.filter { $0.ticket == current || entries[$0.key]?.appointment?.ticket == $0.ticket }
    }
  }

  private mutating func cancelAppointment(of entry: inout Entry) {
    guard let appointment = entry.appointment else { return }
    if appointment.isRetry { bucket.refund() }
    entry.appointment = nil
    appointments -= 1
  }

  private mutating func popReady() -> Key? {
    dropLeftovers()
    let isBackgroundsTurn = urgentTurns + 1 >= configuration.backgroundTurn
    if urgent.isEmpty || (isBackgroundsTurn && !background.isEmpty) {
      urgentTurns = 0
      return background.popFirst()?.key
    }
    urgentTurns = background.isEmpty ? 0 : urgentTurns + 1
    return urgent.popFirst()?.key
  }

  private mutating func dropLeftovers() {
    while let first = urgent.first, !isListed(first) { _ = urgent.popFirst() }
    while let first = background.first, !isListed(first) { _ = background.popFirst() }
  }

  private func isListed(_ element: Ticketed) -> Bool {
    guard let entry = entries[element.key] else { return false }
    return entry.phase == .ready && entry.ticket == element.ticket
  }
}
