import KubernetesModel
import Locking
import Prometheus

/// Where events are written.
public protocol EventStorage: Sendable {
  func write(_ write: EventAggregator.Write) async throws
}

/// Takes notices at any time and writes them as Events in the background: the shell around `EventAggregator`.
///
/// # Guarantees
/// `record` never waits. While the API server is slower than the notices come, they are dropped and counted in
/// `terway_operator_events_dropped_total`. Events that cannot be written are lost, with a line in the log.
public final class EventRecorder: Sendable {
  private struct Guarded {
    var aggregator: EventAggregator
    var queue = FIFO<EventAggregator.Write>()
    var queued = 0
    var lastNumber: UInt64 = 0
  }

  private let guarded: Lock<Guarded>
  private let storage: any EventStorage
  private let capacity: Int
  private let dropped: Counter
  private let written: Counter
  private let logger: Logger
  private let time: TimeSource
  private let instance: String
  private let wakeup: Wakeup

  /// - Parameters:
  ///   - instance: names this process within the names of events; lower-case letters, digits and dashes.
  ///   - capacity: how many writes may wait.
  public init(
    storage: any EventStorage, instance: String, configuration: EventAggregator.Configuration = .init(),
    capacity: Int = 1024, registry: MetricRegistry, logger: Logger, time: TimeSource = .system
  ) {
    self.storage = storage
    self.instance = instance
    self.capacity = capacity
    self.logger = logger
    self.time = time
    wakeup = Wakeup(time)
    guarded = Lock(Guarded(aggregator: EventAggregator(configuration)))
    dropped =
      registry.counter("terway_operator_events_dropped_total", help: "Events not written because too many waited.")
      .with([:])
    written = registry.counter("terway_operator_events_written_total", help: "Writes of events.").with([:])
  }

  /// Takes a notice; returns at once.
  public func record(_ notice: EventNotice) {
    let (now, wallClock) = (time.now(), time.timestamp())
    let isDropped = guarded.withLock { guarded in
      if guarded.queued >= capacity { return true }
      guarded.lastNumber += 1
      let name = eventName(notice, wallClock, guarded.lastNumber)
      guard let write = guarded.aggregator.record(notice, name: name, at: now, wallClock: wallClock) else {
        return false
      }
      guarded.queue.append(write)
      guarded.queued += 1
      return false
    }
    if isDropped { dropped.increment() }
    wakeup.wake()
  }

  /// Writes until the task is cancelled; what waits then is lost.
  public func run() async {
    await withTaskCancellationHandler {
      while !Task.isCancelled {
        await writeAll()
        let next = guarded.withLock { $0.aggregator.nextFlush }
        await wakeup.sleep(until: next ?? time.now() + .seconds(60))
      }
    } onCancel: {
      wakeup.wake()
    }
  }

  private func writeAll() async {
    while !Task.isCancelled, let write = takeNext() {
      do {
        try await storage.write(write)
        written.increment()
      } catch  where Task.isCancelled {
        return
      } catch {
        logger.warning("cannot write an event", ["event": write.summary, "error": "\(error)"])
        note(error, of: write)
      }
    }
  }

  private func note(_ error: any Error, of write: EventAggregator.Write) {
    switch write {
    case .create(let notice, let name, _): guarded.withLock { $0.aggregator.missed(notice, name: name) }
    case .update(let notice, let name, _, _):
      // After any other error the Event may well be there: the next count includes this one.
      guard (error as? StatusError)?.reason == .notFound else { return }
      guarded.withLock { $0.aggregator.missed(notice, name: name) }
    }
  }

  private func takeNext() -> EventAggregator.Write? {
    let now = time.now()
    return guarded.withLock { guarded in
      for write in guarded.aggregator.flush(at: now) {
        guarded.queue.append(write)
        guarded.queued += 1
      }
      guard let write = guarded.queue.popFirst() else { return nil }
      guarded.queued -= 1
      return write
    }
  }

  /// Unique among the events of all processes: the object's name, when, and who.
  private func eventName(_ notice: EventNotice, _ wallClock: Timestamp, _ number: UInt64) -> String {
    let suffix = "\(String(wallClock.microseconds, radix: 16)).\(instance)-\(String(number, radix: 16))"
    return "\(notice.regarding.key.name.prefix(max(1, 252 - suffix.utf8.count))).\(suffix)"
  }
}

extension EventAggregator.Write {
  fileprivate var summary: String {
    switch self {
    case .create(let notice, _, _), .update(let notice, _, _, _):
      "\(notice.reason) for \(notice.regarding.kind.kind) \(notice.regarding.key)"
    }
  }
}
