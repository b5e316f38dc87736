import TestSupport
import Testing

@testable import ControllerRuntime

struct `Lifecycle state` {
  var state = LifecycleState(names: ["server", "caches", "controllers"])

  mutating func startAll() {
    for event in [LifecycleState.Event.began, .ready(part: 0), .ready(part: 1), .ready(part: 2)] {
      _ = state.handle(event)
    }
  }

  @Test mutating func `each part starts after the one before it is ready`() {
    #expect(state.handle(.began) == [.start(part: 0)])
    #expect(state.handle(.ready(part: 0)) == [.start(part: 1)])
    #expect(state.handle(.ready(part: 0)) == [])
    #expect(state.handle(.ready(part: 1)) == [.start(part: 2)])
    #expect(state.handle(.ready(part: 2)) == [])
  }

  @Test mutating func `parts stop in reverse, each after the one above it has ended`() {
    startAll()
    #expect(state.handle(.toldToStop(by: "SIGTERM")) == [.armGrace, .cancel(part: 2)])
    #expect(state.handle(.ended(part: 2, error: nil)) == [.cancel(part: 1)])
    #expect(state.handle(.ended(part: 1, error: nil)) == [.cancel(part: 0)])
    #expect(state.handle(.ended(part: 0, error: nil)) == [.exit(.stopped(by: "SIGTERM"))])
  }

  @Test mutating func `stops what was started when told to stop early, and starts nothing more`() {
    _ = state.handle(.began)
    _ = state.handle(.ready(part: 0))
    #expect(state.handle(.toldToStop(by: "SIGINT")) == [.armGrace, .cancel(part: 1)])
    #expect(state.handle(.ready(part: 1)) == [])
    #expect(state.handle(.ended(part: 1, error: "cancelled")) == [.cancel(part: 0)])
    #expect(state.handle(.ended(part: 0, error: nil)) == [.exit(.stopped(by: "SIGINT"))])
  }

  @Test mutating func `a part that fails stops the others`() {
    startAll()
    #expect(state.handle(.ended(part: 1, error: "broken")) == [.armGrace, .cancel(part: 2)])
    #expect(state.handle(.ended(part: 2, error: nil)) == [.cancel(part: 0)])
    #expect(state.handle(.ended(part: 0, error: nil)) == [.exit(.failed(part: "caches", error: "broken"))])
  }

  @Test mutating func `a second signal does not wait`() {
    startAll()
    _ = state.handle(.toldToStop(by: "SIGTERM"))
    #expect(state.handle(.toldToStop(by: "SIGINT")) == [.exit(.forced(by: "SIGINT"))])
    #expect(state.handle(.toldToStop(by: "SIGINT")) == [])
  }

  @Test mutating func `when the grace period is over it names what did not stop`() {
    startAll()
    _ = state.handle(.toldToStop(by: "SIGTERM"))
    _ = state.handle(.ended(part: 2, error: nil))
    #expect(state.handle(.graceEnded) == [.exit(.graceExceeded(parts: ["server", "caches"]))])
  }

  @Test func `only an exit that was asked for is a success`() {
    let reasons: [ExitReason] = [
      .stopped(by: "SIGTERM"), .failed(part: "x", error: "y"), .forced(by: "SIGINT"), .graceExceeded(parts: ["x"]),
    ]
    #expect(reasons.map(\.exitCode) == [0, 1, 1, 1])
  }

  @Test(arguments: UInt64(1)...200)
  func `exits exactly once, and cancels nothing that something above still rests on`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let count = Int.random(in: 1...5, using: &random)
    var state = LifecycleState(names: (0..<count).map { "p\($0)" })
    var alive: Set<Int> = []
    var pending: [LifecycleState.Event] = [.began, .toldToStop(by: "SIGTERM")]
    var exits = 0
    while let index = pending.indices.randomElement(using: &random) {
      let event = pending.remove(at: index)
      if case .ended(let part, _) = event { alive.remove(part) }
      for action in state.handle(event) {
        switch action {
        case .start(let part):
          #expect(alive == Set(0..<part), "\(part) started without what it rests on")
          alive.insert(part)
          if !random.oneIn(8) { pending.append(.ready(part: part)) }
          if random.oneIn(8) { pending.append(.ended(part: part, error: "by itself")) }
        case .cancel(let part):
          #expect(!alive.contains { $0 > part })
          if !random.oneIn(10) { pending.append(.ended(part: part, error: nil)) }
        case .armGrace: pending.append(.graceEnded)
        case .exit: exits += 1
        }
      }
    }
    #expect(exits == 1)
  }
}
