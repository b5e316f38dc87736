import KubernetesModel
import Prometheus
import Testing

@testable import ControllerRuntime

@Suite(.timeLimit(.minutes(10)))
struct `Event recorder` {
  private struct Storage: EventStorage {
    struct Failure: Error {}
    let writes: Recorded<EventAggregator.Write>
    var failure: (any Error)?

    func write(_ write: EventAggregator.Write) async throws {
      writes.add(write)
      if let failure { throw failure }
    }
  }

  let clock = VirtualClock()
  let registry = MetricRegistry()
  let writes = Recorded<EventAggregator.Write>()

  private func recorder(fails: Bool = false, capacity: Int = 1024, lines: Recorded<String> = .init()) -> EventRecorder {
    EventRecorder(
      storage: Storage(writes: writes, failure: fails ? Storage.Failure() : nil), instance: "pod-1", capacity: capacity,
      registry: registry,
      logger: .recording(lines), time: clock.source)
  }

  @Test func `writes what was noticed before and after it runs, and counts when they are due`() async {
    let recorder = recorder()
    recorder.record(`Event aggregator`.notice("a"))
    let task = Task { await recorder.run() }
    _ = await writes.first(1)
    recorder.record(`Event aggregator`.notice("a"))
    recorder.record(`Event aggregator`.notice("a"))
    _ = await writes.first(2)
    await clock.sleeper(at: .seconds(60))
    clock.advance(by: .seconds(60))
    let counts = await writes.first(3).map { write in
      if case .update(_, _, let count, _) = write { count } else { 1 }
    }
    #expect(counts == [1, 2, 3])
    task.cancel()
    await task.value
  }

  @Test func `drops what does not fit, without waiting, and counts it`() {
    let recorder = recorder(capacity: 2)
    for number in 0..<5 { recorder.record(`Event aggregator`.notice("\(number)")) }
    #expect(registry.exposition().contains("terway_operator_events_dropped_total 3\n"))
  }

  @Test func `an event that cannot be written is told to the log, and the next is written`() async {
    let lines = Recorded<String>()
    let recorder = recorder(fails: true, lines: lines)
    recorder.record(`Event aggregator`.notice("a"))
    recorder.record(`Event aggregator`.notice("b"))
    let task = Task { await recorder.run() }
    let text = await lines.first(2)
    #expect(text.allSatisfy { $0.contains("Stalled for TerwayMonitoringProfile terway") && $0.contains("Failure") })
    task.cancel()
    await task.value
  }

  @Test(arguments: [
    (StatusError(code: 403, reason: .forbidden, message: ""), ["create", "create"]),
    (StatusError(code: 503, reason: .serviceUnavailable, message: ""), ["create", "create"]),
  ])
  func `after a create that failed, nothing is written that would need it`(
    error: StatusError, expected: [String]
  ) async {
    let lines = Recorded<String>()
    let recorder = EventRecorder(
      storage: Storage(writes: writes, failure: error), instance: "pod-1", registry: registry,
      logger: .recording(lines), time: clock.source)
    let task = Task { await recorder.run() }
    recorder.record(`Event aggregator`.notice("a"))
    _ = await lines.first(1)
    recorder.record(`Event aggregator`.notice("a"))
    clock.advance(by: .seconds(61))
    recorder.record(`Event aggregator`.notice("a"))
    let kinds = await writes.first(2).map { write in if case .create = write { "create" } else { "update" } }
    #expect(kinds == expected)
    task.cancel()
    await task.value
  }

  @Test func `names are unique and belong to the object`() async {
    let recorder = recorder()
    for number in 0..<3 { recorder.record(`Event aggregator`.notice("\(number)")) }
    let task = Task { await recorder.run() }
    let names = await writes.first(3).compactMap { write in
      if case .create(_, let name, _) = write { name } else { nil }
    }
    #expect(Set(names).count == 3)
    #expect(names.allSatisfy { $0.hasPrefix("terway.") && $0.hasSuffix("pod-1-\($0.last ?? " ")") })
    task.cancel()
    await task.value
  }
}
