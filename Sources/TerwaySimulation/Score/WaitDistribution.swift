import Glibc

/// How long pods waited, in a histogram with buckets that grow by 2 %: quantiles of any number of waits in fixed memory.
struct WaitDistribution: Sendable {
  private static let growth = log(1.02)
  /// Waits from 0.01 s to about 10⁸ s.
  private static let size = 1160

  private(set) var count = 0
  private(set) var late = 0
  private(set) var maximum = 0.0
  private var buckets = [Int](repeating: 0, count: size)

  /// - Parameter wait: in seconds.
  mutating func add(_ wait: Double) {
    count += 1
    guard wait > 0 else { return }
    late += 1
    maximum = max(maximum, wait)
    buckets[min(Self.size - 1, max(0, Int(log(wait * 100) / Self.growth)))] += 1
  }

  /// In seconds, at most 2 % too high.
  func quantile(_ share: Double) -> Double {
    var left = Int((Double(count) * share).rounded(.up)) - (count - late)
    guard left > 0 else { return 0 }
    for (index, bucket) in buckets.enumerated() where bucket > 0 {
      left -= bucket
      if left <= 0 { return min(maximum, exp(Double(index + 1) * Self.growth) / 100) }
    }
    return maximum
  }
}
