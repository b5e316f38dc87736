/// Turns notices into as few writes as show all of them. A pure state machine: it reads no clock and does no I/O.
///
/// The first notice creates an Event. Repetitions are counted, and the count is written at most once per
/// `updateInterval`. After `quietTime` without repetition a series is over, and the next notice creates an Event anew. So
/// does a repetition, an `updateInterval` later, of one whose Event could not be created or is gone: what was counted until
/// then is lost with it.
public struct EventAggregator: Sendable {
  public typealias Instant = TimeSource.Instant

  public struct Configuration: Hashable, Sendable {
    /// How often a count is written at most.
    public var updateInterval: Duration = .seconds(60)
    /// How long after the last repetition a series is over. Above `updateInterval`.
    public var quietTime: Duration = .seconds(360)
    /// How many different notices are remembered; beyond it the one that was silent longest is forgotten.
    public var capacity = 1024

    public init() {}
  }

  /// What is to be sent to the API server.
  public enum Write: Hashable, Sendable {
    case create(EventNotice, name: String, at: Timestamp)
    case update(EventNotice, name: String, count: Int, lastObserved: Timestamp)
  }

  private struct Series: Sendable {
    var name: String
    /// Whether the Event is there, as far as is known.
    var exists = true
    var count = 1
    var writtenCount = 1
    var writtenAt: Instant
    var observedAt: Instant
    var lastObserved: Timestamp

    /// A series with counts that are yet to be written never ends silently.
    func isOver(at now: Instant, quietTime: Duration) -> Bool {
      count == writtenCount && observedAt + quietTime <= now
    }
  }

  private let configuration: Configuration
  private var series: [EventNotice: Series] = [:]

  public init(_ configuration: Configuration = .init()) {
    precondition(
      configuration.quietTime > configuration.updateInterval, "a series must outlive the pause between updates")
    self.configuration = configuration
  }

  /// Takes one notice.
  ///
  /// - Parameter name: for the Event, should one be created; unique within its namespace.
  /// - Returns: what is to be written now; `nil` when the notice is only counted.
  public mutating func record(_ notice: EventNotice, name: String, at now: Instant, wallClock: Timestamp) -> Write? {
    guard var known = series[notice], !known.isOver(at: now, quietTime: configuration.quietTime) else {
      makeRoom()
      series[notice] = Series(name: name, writtenAt: now, observedAt: now, lastObserved: wallClock)
      return .create(notice, name: name, at: wallClock)
    }
    known.observedAt = now
    known.lastObserved = wallClock
    if !known.exists {
      series[notice] = known
      guard known.writtenAt + configuration.updateInterval <= now else { return nil }
      series[notice] = Series(name: name, writtenAt: now, observedAt: now, lastObserved: wallClock)
      return .create(notice, name: name, at: wallClock)
    }
    known.count += 1
    // The second notice is what makes it a series, which is news by itself.
    let isDue = known.count == 2 || known.writtenAt + configuration.updateInterval <= now
    let write = isDue ? Self.update(notice, &known, at: now) : nil
    series[notice] = known
    return write
  }

  /// An Event is not there: it could not be created, or was not found when its count was to be written.
  public mutating func missed(_ notice: EventNotice, name: String) {
    guard var known = series[notice], known.name == name else { return }
    known.exists = false
    known.count = known.writtenCount
    series[notice] = known
  }

  /// The counts that are due to be written; forgets series that are over.
  public mutating func flush(at now: Instant) -> [Write] {
    var writes: [Write] = []
    for (notice, var known) in series {
      if known.count > known.writtenCount, known.writtenAt + configuration.updateInterval <= now {
        writes.append(Self.update(notice, &known, at: now))
        series[notice] = known
      } else if known.isOver(at: now, quietTime: configuration.quietTime) {
        series[notice] = nil
      }
    }
    return writes
  }

  /// When `flush` will have something to write; `nil` when nothing waits.
  public var nextFlush: Instant? {
    series.values.filter { $0.count > $0.writtenCount }.map { $0.writtenAt + configuration.updateInterval }.min()
  }

  private static func update(_ notice: EventNotice, _ known: inout Series, at now: Instant) -> Write {
    known.writtenCount = known.count
    known.writtenAt = now
    return .update(notice, name: known.name, count: known.count, lastObserved: known.lastObserved)
  }

  private mutating func makeRoom() {
    guard series.count >= configuration.capacity else { return }
    let oldest = series.min { $0.value.observedAt < $1.value.observedAt }
    if let oldest { series[oldest.key] = nil }
  }
}
