import Testing

@testable import ControllerRuntime

@Suite(.timeLimit(.minutes(10)))
struct `Deadlines` {
  @Test func `an operation that ends in time returns its value`() async throws {
    let clock = VirtualClock()
    #expect(try await withDeadline(clock.start + .seconds(1), clock.source) { 7 } == 7)
  }

  @Test func `an operation that takes longer is cancelled`() async throws {
    let clock = VirtualClock()
    async let result: Int? = withDeadline(clock.start + .seconds(1), clock.source) {
      await Completion().wait()
      #expect(Task.isCancelled)
      return 7
    }
    await clock.sleeper(at: .seconds(1))
    clock.advance(by: .seconds(1))
    #expect(try await result == nil)
  }

  @Test func `what an operation throws is thrown`() async {
    struct Failure: Error {}
    let clock = VirtualClock()
    await #expect(throws: Failure.self) {
      try await withDeadline(clock.start + .seconds(1), clock.source) { throw Failure() }
    }
  }

  @Test func `when the caller is cancelled the operation has the last word`() async throws {
    let clock = VirtualClock()
    let task = Task {
      try await withDeadline(clock.start + .seconds(1), clock.source) {
        await Completion().wait()
        return "ended"
      }
    }
    await clock.sleeper(at: .seconds(1))
    task.cancel()
    #expect(try await task.value == "ended")
  }

  @Test func `a wake-up that comes before the sleep ends it at once`() async {
    let clock = VirtualClock()
    let wakeup = Wakeup(clock.source)
    wakeup.wake()
    await wakeup.sleep(until: clock.start + .seconds(1))
    async let slept: Void = wakeup.sleep(until: clock.start + .seconds(2))
    await clock.sleeper(at: .seconds(2))
    wakeup.wake()
    await slept
    #expect(clock.now == clock.start)
  }
}
