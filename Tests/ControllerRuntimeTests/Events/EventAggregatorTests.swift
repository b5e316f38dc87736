import KubernetesModel
import TestSupport
import Testing

@testable import ControllerRuntime

struct `Event aggregator` {
  let start = ContinuousClock.now
  var aggregator = EventAggregator()

  static func notice(_ note: String) -> EventNotice {
    EventNotice(
      .warning, "Stalled", action: "Validate", note: note,
      regarding: .init(
        kind: GroupVersionKind(apiVersion: "ops.terway.io/v1alpha1", kind: "TerwayMonitoringProfile"),
        key: ObjectKey(name: "terway"), uid: "u"))
  }

  mutating func record(_ note: String = "n", after seconds: Int, name: String = "e") -> EventAggregator.Write? {
    aggregator.record(
      Self.notice(note), name: name, at: start + .seconds(seconds), wallClock: Timestamp(microseconds: Int64(seconds)))
  }

  @Test mutating func `the first notice is an event, the second makes it a series, others are counted`() {
    #expect(record(after: 0) == .create(Self.notice("n"), name: "e", at: Timestamp(microseconds: 0)))
    #expect(
      record(after: 1) == .update(Self.notice("n"), name: "e", count: 2, lastObserved: Timestamp(microseconds: 1)))
    for second in 2..<61 { #expect(record(after: second) == nil) }
    #expect(
      record(after: 61) == .update(Self.notice("n"), name: "e", count: 62, lastObserved: Timestamp(microseconds: 61)))
  }

  @Test mutating func `notices that differ in anything are different events`() {
    _ = record(after: 0)
    #expect(
      record("other", after: 0, name: "f") == .create(Self.notice("other"), name: "f", at: Timestamp(microseconds: 0)))
  }

  @Test mutating func `counts that wait are flushed when they are due`() {
    for second in 0...4 { _ = record(after: second) }
    #expect(aggregator.nextFlush == start + .seconds(61))
    #expect(aggregator.flush(at: start + .seconds(60)) == [])
    #expect(
      aggregator.flush(at: start + .seconds(61)) == [
        .update(Self.notice("n"), name: "e", count: 5, lastObserved: Timestamp(microseconds: 4))
      ])
    #expect(aggregator.nextFlush == nil)
  }

  @Test(arguments: [(359, false), (360, true)])
  mutating func `a series that was quiet for six minutes is over`(seconds: Int, over: Bool) {
    _ = record(after: 0)
    guard case .create? = record(after: seconds, name: "new") else { return #expect(!over) }
    #expect(over)
  }

  @Test mutating func `an event that could not be created is created anew by a repetition, a minute later`() {
    _ = record(after: 0, name: "e")
    aggregator.missed(Self.notice("n"), name: "e")
    #expect(record(after: 1, name: "f") == nil)
    #expect(record(after: 59, name: "g") == nil)
    #expect(aggregator.nextFlush == nil)
    #expect(record(after: 60, name: "h") == .create(Self.notice("n"), name: "h", at: Timestamp(microseconds: 60)))
    #expect(
      record(after: 61) == .update(Self.notice("n"), name: "h", count: 2, lastObserved: Timestamp(microseconds: 61)))
  }

  @Test mutating func `an event that is gone is created anew, and what waited to be counted is dropped`() {
    for second in 0...4 { _ = record(after: second) }
    aggregator.missed(Self.notice("n"), name: "another")
    #expect(aggregator.nextFlush != nil)
    aggregator.missed(Self.notice("n"), name: "e")
    #expect(aggregator.flush(at: start + .seconds(100)) == [])
    guard case .create = record(after: 100, name: "f") else {
      Issue.record("was not created anew")
      return
    }
  }

  @Test mutating func `the notice that was silent longest makes room`() {
    var configuration = EventAggregator.Configuration()
    configuration.capacity = 2
    aggregator = EventAggregator(configuration)
    _ = record("a", after: 0)
    _ = record("b", after: 1)
    _ = record("a", after: 2)
    _ = record("c", after: 3)
    guard case .update? = record("a", after: 100) else {
      Issue.record("a was forgotten")
      return
    }
    guard case .create? = record("b", after: 100) else {
      Issue.record("b was kept")
      return
    }
  }

  @Test(arguments: UInt64(1)...20)
  func `the counts that are written in the end add up to the notices`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var aggregator = EventAggregator()
    var now = start
    var noticed = 0
    var written: [String: Int] = [:]
    func note(_ write: EventAggregator.Write?) {
      switch write {
      case .create(_, let name, _): written[name] = 1
      case .update(_, let name, let count, _):
        #expect(count > written[name] ?? .max)
        written[name] = count
      case nil: break
      }
    }
    for number in 0..<2_000 {
      now += .milliseconds(Int.random(in: 0...(random.oneIn(50) ? 400_000 : 4_000), using: &random))
      note(
        aggregator.record(
          Self.notice("\(Int.random(in: 0..<5, using: &random))"), name: "e\(number)", at: now,
          wallClock: Timestamp(microseconds: 0)))
      noticed += 1
      if random.oneIn(10) { aggregator.flush(at: now).forEach(note) }
    }
    aggregator.flush(at: now + .seconds(60)).forEach(note)
    #expect(written.values.reduce(0, +) == noticed)
  }
}
