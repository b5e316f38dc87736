import Testing

@testable import ControllerRuntime

struct `Server admission` {
  typealias Entrance = ServerAdmission.Entrance
  let now = ContinuousClock.now

  private func entrance(
    _ connections: Int, waitingSince: Duration? = nil, after time: Duration = .zero, paused: Bool = false
  ) -> Entrance {
    var admission = ServerAdmission(limit: 2)
    if paused { admission.pause(at: now) }
    return admission.entrance(
      connections: connections, waitingLongestSince: waitingSince.map { now + $0 }, at: now + time)
  }

  @Test func `lets in as many as there are places`() {
    #expect(entrance(0) == .open)
    #expect(entrance(1) == .open)
    #expect(entrance(2) == .shut(until: nil))
  }

  @Test(arguments: [0, 1, 500_000_000, 999_999_999, 1_000_000_000, 1_000_000_001, 2_000_000_000])
  func `a full house opens at the very instant that it names, however the clock stands`(nanoseconds: Int) {
    let place = now + .seconds(1)
    let expected: Entrance = nanoseconds < 1_000_000_000 ? .shut(until: place) : .open
    #expect(entrance(2, waitingSince: .zero, after: .nanoseconds(nanoseconds)) == expected)
  }

  @Test func `rests for a moment when nothing is left to accept with, full or not`() {
    let again = now + .milliseconds(100)
    #expect(entrance(0, paused: true) == .shut(until: again))
    #expect(entrance(2, waitingSince: .seconds(-5), paused: true) == .shut(until: again))
    #expect(entrance(2, waitingSince: .zero, paused: true) == .shut(until: now + .seconds(1)))
    #expect(entrance(0, after: .milliseconds(100), paused: true) == .open)
  }
}
