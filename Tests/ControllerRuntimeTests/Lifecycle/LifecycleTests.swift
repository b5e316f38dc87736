import Locking
import Testing

@testable import ControllerRuntime

@Suite(.timeLimit(.minutes(10)))
struct `Running lifecycle` {
  /// Stands for the signals of the system.
  private final class FakeSignals: Sendable {
    private let handler = Lock<(@Sendable (String) -> Void)?>(nil)

    func listen(_ onSignal: @escaping @Sendable (String) -> Void) -> any Sendable {
      handler.withLock { $0 = onSignal }
      return 0
    }

    func send(_ name: String) { handler.withLock { $0 }?(name) }
  }

  let clock = VirtualClock()
  let story = Recorded<String>()
  private let signals = FakeSignals()

  func part(_ name: String, stubborn: Bool = false) -> LifecyclePart {
    LifecyclePart(name) { [story] ready in
      story.add("+\(name)")
      ready()
      let wait = Task { await Completion().wait() }
      if stubborn { return await wait.value }
      await withTaskCancellationHandler {
        await wait.value
      } onCancel: {
        wait.cancel()
      }
      story.add("-\(name)")
    }
  }

  func run(_ parts: [LifecyclePart]) -> Task<ExitReason, Never> {
    let lifecycle = Lifecycle(
      parts: parts, signals: { [signals] in signals.listen($0) }, logger: .silent, time: clock.source)
    return Task { await lifecycle.run() }
  }

  @Test func `starts in order and stops in reverse`() async {
    let task = run([part("a"), part("b"), part("c")])
    _ = await story.first(3)
    signals.send("SIGTERM")
    #expect(await task.value == .stopped(by: "SIGTERM"))
    #expect(story.all == ["+a", "+b", "+c", "-c", "-b", "-a"])
  }

  @Test func `cancelling the task stops in order`() async {
    let task = run([part("a"), part("b")])
    _ = await story.first(2)
    task.cancel()
    #expect(await task.value == .stopped(by: "cancellation"))
    #expect(story.all == ["+a", "+b", "-b", "-a"])
  }

  @Test func `a failing part is the reason of the exit`() async {
    struct Failure: Error, CustomStringConvertible { var description: String { "no port" } }
    let task = run([part("a"), LifecyclePart("b") { _ in throw Failure() }])
    #expect(await task.value == .failed(part: "b", error: "no port"))
    #expect(story.all == ["+a", "-a"])
  }

  @Test func `a part that does not stop is left behind after the grace period`() async {
    let task = run([part("a"), part("stubborn", stubborn: true)])
    _ = await story.first(2)
    signals.send("SIGTERM")
    await clock.sleeper(at: .seconds(30))
    clock.advance(by: .seconds(30))
    #expect(await task.value == .graceExceeded(parts: ["a", "stubborn"]))
  }

  @Test func `a second signal does not wait for anybody`() async {
    let task = run([part("stubborn", stubborn: true)])
    _ = await story.first(1)
    signals.send("SIGTERM")
    signals.send("SIGTERM")
    #expect(await task.value == .forced(by: "SIGTERM"))
  }
}
