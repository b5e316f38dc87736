/// The pods of one plan, in the order of their starts. Keeps the starts of the current burst only.
struct Wave: Sendable {
  private let plan: WavePlan
  private let duration: Double
  private var random: SeededGenerator
  private var initialPods: Int
  private var time = 0.0
  private var turn = 0
  private var lastStart = 0.0
  /// Starts of the current burst, latest first.
  private var burst: [Double] = []

  init(_ plan: WavePlan, duration: Double, random: SeededGenerator) {
    self.plan = plan
    self.duration = duration
    self.random = random
    initialPods = plan.initialPods
    refill()
  }

  /// In seconds; infinite when there are no more.
  var nextStart: Double { initialPods > 0 ? 0 : burst.last ?? .infinity }

  mutating func next() -> PodRecord? {
    if initialPods > 0 {
      initialPods -= 1
      return pod(startingAt: 0, lifetime: remainingLifetime())
    }
    guard let start = burst.popLast() else { return nil }
    if burst.isEmpty { refill() }
    return pod(startingAt: start, lifetime: lifetime())
  }

  private func pod(startingAt start: Double, lifetime: Double) -> PodRecord {
    let end = ((start + lifetime) * 10).rounded() / 10
    return PodRecord(start: start, end: end < duration ? end : nil, group: GroupID("wave"))
  }

  private mutating func lifetime() -> Double {
    plan.isMemoryless
      ? max(5, random.exponential(mean: plan.lifetime)) : plan.lifetime * (0.95 + 0.1 * random.uniform())
  }

  /// Of a pod that runs already, for we do not know how long.
  private mutating func remainingLifetime() -> Double {
    plan.isMemoryless ? lifetime() : plan.lifetime * random.uniform()
  }

  private mutating func refill() {
    guard let start = nextBurst() else { return }
    let count = Int.random(in: plan.size, using: &random)
    burst = (0..<count).map { _ in
      let delay = plan.startsWithin > 0 ? random.uniform() * plan.startsWithin : 0
      // A burst may begin before the one before it has ended; starts stay in order.
      return max(lastStart, ((start + delay) * 10).rounded() / 10)
    }
    burst.sort(by: >)
    lastStart = burst.first ?? lastStart
  }

  private mutating func nextBurst() -> Double? {
    switch plan.arrivals {
    case .regular(let period, let offset):
      time = Double(turn) * period + offset
      turn += 1
      // A burst at 0 would be taken for pods that run already.
      if time <= 0 { return nextBurst() }
    case .random(let interval, let rate):
      // Thinning (Lewis and Shedler 1979): candidates at the highest rate, kept in proportion to the current one.
      let highest = 1.5
      repeat {
        time += random.exponential(mean: interval / highest)
      } while time < duration && random.uniform() * highest > rate(time)
    }
    return time < duration ? time : nil
  }
}
