import Glibc

/// One kind of pods in a generated trace: how often they come, in what numbers, and for how long.
struct WavePlan: Sendable {
  /// Pods that run when the trace begins.
  var initialPods = 0
  /// When bursts of pods come.
  var arrivals: Arrivals
  /// Pods of a burst.
  var size: ClosedRange<Int>
  /// Seconds over which the pods of a burst start.
  var startsWithin = 0.0
  /// Mean lifetime, in seconds.
  var lifetime: Double
  /// Lifetimes vary exponentially; otherwise by a tenth.
  var isMemoryless = true

  enum Arrivals: Sendable {
    /// Independently, so many seconds apart on average, times a factor that depends on the time.
    case random(interval: Double, rate: @Sendable (Double) -> Double)
    /// At multiples of a period, in seconds, shifted by an offset.
    case regular(period: Double, offset: Double)
  }
}

/// A day in seconds.
private let day = 86_400.0

extension TraceGenerator {
  /// - Parameter scale: the number of nodes; the demand is sized to it.
  func waves(scale: Double) -> [WavePlan] {
    func pods(_ perNode: Double) -> Int { max(1, Int((perNode * scale).rounded())) }
    func base(_ perNode: Double, lifetime: Double) -> WavePlan {
      WavePlan(
        initialPods: pods(perNode), arrivals: .random(interval: lifetime / (perNode * scale)) { _ in 1 }, size: 1...1,
        lifetime: lifetime)
    }
    switch self {
    case .steady, .leak:
      return [base(60, lifetime: 6 * 3600)]
    case .diurnal:
      return [
        base(40, lifetime: day),
        WavePlan(
          initialPods: pods(10), arrivals: .random(interval: 3600 / (20 * scale), rate: Self.dayAndNight), size: 1...1,
          lifetime: 3600),
      ]
    case .cronStorms:
      return [
        base(40, lifetime: day),
        WavePlan(arrivals: .regular(period: 3600, offset: 0), size: pods(2)...pods(3), startsWithin: 5, lifetime: 600),
        WavePlan(
          arrivals: .regular(period: day, offset: 7200), size: pods(4)...pods(4), startsWithin: 5, lifetime: 1800),
      ]
    case .rollout:
      let replicas = 2.0
      return [base(40, lifetime: 5 * day)]
        + (0..<4).flatMap { step in
          [
            WavePlan(
              initialPods: pods(replicas / 4),
              arrivals: .regular(period: day / 4, offset: 3600 + Double(step) * 60),
              size: pods(replicas / 4)...pods(replicas / 4),
              startsWithin: 10, lifetime: day / 4 + 45, isMemoryless: false)
          ]
        }
    case .scaleFromZero:
      return [
        WavePlan(
          arrivals: .regular(period: day, offset: 3600), size: pods(30)...pods(30), startsWithin: 600,
          lifetime: 12 * 3600, isMemoryless: false)
      ]
    case .nodeLoss:
      return [
        base(60, lifetime: 2 * day),
        WavePlan(
          arrivals: .random(interval: day) { _ in 1 }, size: 60...60, startsWithin: 5, lifetime: 2 * day),
      ]
    }
  }

  /// A factor from 0.5 at four in the morning to 1.5 at four in the afternoon; weekends have two thirds of that.
  @Sendable private static func dayAndNight(_ time: Double) -> Double {
    let swing = 1 - 0.5 * cos(2 * .pi * (time - 4 * 3600) / day)
    return Int(time / day) % 7 < 5 ? swing : swing * 2 / 3
  }
}
