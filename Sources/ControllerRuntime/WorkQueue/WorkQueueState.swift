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
    /// `nil` when the place is vacant.
    var key: Key?
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

    var isAtRest: Bool { phase == .waiting && appointment == nil }
  }

  private struct Ticketed: Sendable {
    var place: Int
    var ticket: UInt64
  }

  private struct Due: Comparable, Sendable {
    var at: Instant
    var ticket: UInt64
    var place: Int

    static func == (left: Due, right: Due) -> Bool { left.ticket == right.ticket }
    static func < (left: Due, right: Due) -> Bool { (left.at, left.ticket) < (right.at, right.ticket) }
  }

  private let configuration: WorkQueueConfiguration
  /// Where each key's entry is. Lists refer to places, so that a key is hashed only when somebody names it.
  private var places: [Key: Int] = [:]
  private var entries: [Entry] = []
  private var vacant: [Int] = []
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
  public var isEmpty: Bool { places.isEmpty }

  /// How many entries are kept, leftovers included.
  var remembered: Int { places.count + due.count + urgent.count + background.count }

  /// How often in a row this key has failed.
  public func failures(of key: Key) -> Int { places[key].map { entries[$0].failures } ?? 0 }

  /// Makes a key due at once.
  public mutating func add(_ key: Key, _ priority: WorkPriority, at now: Instant) {
    guard !isClosed else { return }
    let place = place(of: key, at: now)
    cancelAppointment(of: place)
    makeDue(place, priority, at: now)
  }

  /// Makes a key due at a later time, unless it is due sooner anyway.
  public mutating func add(_ key: Key, _ priority: WorkPriority, notBefore instant: Instant, at now: Instant) {
    guard instant > now else { return add(key, priority, at: now) }
    guard !isClosed else { return }
    let place = place(of: key, at: now)
    appoint(place, priority, at: instant, isRetry: false)
  }

  /// The next key to work on.
  public mutating func next(at now: Instant) -> Next {
    promote(at: now)
    if let place = popReady(), let key = entries[place].key {
      let waited = entries[place].since.duration(to: now)
      (entries[place].phase, entries[place].since) = (.running, now)
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
    guard let position = places.index(forKey: key) else { return nil }
    let place = places[position].value
    guard entries[place].phase == .running else { return nil }
    let worked = entries[place].since.duration(to: now)
    running -= 1
    entries[place].phase = .waiting
    entries[place].failures = if case .retry = followUp { entries[place].failures + 1 } else { 0 }
    if isClosed {
      entries[place].appointment = nil
    } else if let priority = entries[place].addedMeanwhile {
      entries[place].addedMeanwhile = nil
      cancelAppointment(of: place)
      makeReady(place, priority, at: now)
    } else {
      follow(place, followUp, at: now, random: random)
    }
    if entries[place].isAtRest { vacate(position) }
    return worked
  }

  /// Takes no more keys and cancels appointments. Running keys are still to be finished.
  ///
  /// - Parameter dropping: true throws away what is ready; false hands it out first.
  public mutating func close(dropping: Bool) {
    isClosed = true
    due = Heap()
    appointments = 0
    for (key, place) in places {
      entries[place].appointment = nil
      let isKept = entries[place].phase == .running || (entries[place].phase == .ready && !dropping)
      if !isKept, let position = places.index(forKey: key) { vacate(position) }
    }
    if dropping {
      (urgent, background) = (FIFO(), FIFO())
      depth = 0
    }
  }

  /// How long the running keys have been worked on: all together, and the one that takes longest.
  public func unfinished(at now: Instant) -> (total: Duration, longest: Duration) {
    var result = (total: Duration.zero, longest: Duration.zero)
    guard running > 0 else { return result }
    for entry in entries where entry.phase == .running {
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
      guard isCurrent(first), let appointment = entries[first.place].appointment else { continue }
      entries[first.place].appointment = nil
      appointments -= 1
      makeDue(first.place, appointment.priority, at: now)
    }
  }

  /// Where the entry of a key is, which there is from now on.
  private mutating func place(of key: Key, at now: Instant) -> Int {
    let free = vacant.last ?? entries.count
    // Looks the key up once, whether or not it is there.
    func look(_ place: inout Int) -> Int { place }
    let place = look(&places[key, default: free])
    guard place == free else { return place }
    if vacant.popLast() == nil {
      entries.append(Entry(key: key, since: now))
    } else {
      entries[place].key = key
    }
    return place
  }

  private mutating func vacate(_ position: Dictionary<Key, Int>.Index) {
    let place = places.remove(at: position).value
    entries[place].key = nil
    entries[place].phase = .waiting
    entries[place].addedMeanwhile = nil
    entries[place].appointment = nil
    entries[place].failures = 0
    vacant.append(place)
    if places.isEmpty, entries.count > 4096, urgent.isEmpty, background.isEmpty, due.count == 0 {
      (entries, vacant) = ([], [])
    }
  }

  /// Tickets are never used twice, so what refers to a former user of the place is told apart.
  private func isCurrent(_ due: Due) -> Bool { entries[due.place].appointment?.ticket == due.ticket }

  private mutating func follow(
    _ place: Int, _ followUp: WorkFollowUp, at now: Instant, random: Double
  ) {
    switch followUp {
    case .rest: break
    case .revisit(let delay):
      if delay > .zero {
        appoint(place, .background, at: now + delay, isRetry: false)
      } else {
        cancelAppointment(of: place)
        makeDue(place, .background, at: now)
      }
    case .retry(let leastDelay):
      retries += 1
      let backoff = configuration.backoff(failures: entries[place].failures, random: random)
      let delay = max(backoff, bucket.reserve(at: now), leastDelay)
      appoint(place, entries[place].priority, at: now + delay, isRetry: true)
    }
  }

  private mutating func makeDue(_ place: Int, _ priority: WorkPriority, at now: Instant) {
    switch entries[place].phase {
    case .waiting:
      adds += 1
      makeReady(place, priority, at: now)
    case .ready where priority > entries[place].priority: enlist(place, priority)
    case .ready: break
    case .running:
      if entries[place].addedMeanwhile == nil { adds += 1 }
      entries[place].addedMeanwhile = max(priority, entries[place].addedMeanwhile ?? priority)
    }
  }

  private mutating func makeReady(_ place: Int, _ priority: WorkPriority, at now: Instant) {
    entries[place].phase = .ready
    entries[place].since = now
    depth += 1
    enlist(place, priority)
  }

  private mutating func enlist(_ place: Int, _ priority: WorkPriority) {
    lastTicket += 1
    entries[place].ticket = lastTicket
    entries[place].priority = priority
    switch priority {
    case .interactive: urgent.append(Ticketed(place: place, ticket: lastTicket))
    case .background: background.append(Ticketed(place: place, ticket: lastTicket))
    }
  }

  private mutating func appoint(_ place: Int, _ priority: WorkPriority, at instant: Instant, isRetry: Bool) {
    let isSooner = entries[place].appointment.map { instant < $0.at } ?? true
    guard isSooner, entries[place].phase != .ready, entries[place].addedMeanwhile == nil else {
      if isRetry { bucket.refund() }
      return
    }
    cancelAppointment(of: place)
    lastTicket += 1
    appointments += 1
    entries[place].appointment = Appointment(at: instant, ticket: lastTicket, priority: priority, isRetry: isRetry)
    due.insert(Due(at: instant, ticket: lastTicket, place: place))
    if due.count > 2 * appointments + 64 {
      let entries = entries
      due.filter { entries[$0.place].appointment?.ticket == $0.ticket }
    }
  }

  private mutating func cancelAppointment(of place: Int) {
    guard let isRetry = entries[place].appointment?.isRetry else { return }
    if isRetry { bucket.refund() }
    entries[place].appointment = nil
    appointments -= 1
  }

  private mutating func popReady() -> Int? {
    dropLeftovers()
    let isBackgroundsTurn = urgentTurns + 1 >= configuration.backgroundTurn
    if urgent.isEmpty || (isBackgroundsTurn && !background.isEmpty) {
      urgentTurns = 0
      return background.popFirst()?.place
    }
    urgentTurns = background.isEmpty ? 0 : urgentTurns + 1
    return urgent.popFirst()?.place
  }

  private mutating func dropLeftovers() {
    while let first = urgent.first, !isListed(first) { _ = urgent.popFirst() }
    while let first = background.first, !isListed(first) { _ = background.popFirst() }
  }

  private func isListed(_ element: Ticketed) -> Bool {
    entries[element.place].phase == .ready && entries[element.place].ticket == element.ticket
  }
}
