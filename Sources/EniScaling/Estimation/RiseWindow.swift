/// A count over the last seconds, from which its rise follows: `N(now) − min N` over the window.
///
/// Keeps only samples that can still become the minimum (a monotonic queue), so a count that stands still costs nothing.
struct RiseWindow: Hashable, Codable, Sendable {
  struct Sample: Hashable, Codable, Sendable {
    var time: Double
    var count: Int32
  }

  /// Longest memory. With more changes than this in a window, the oldest is forgotten: the rise is then too low.
  static let capacity = 24

  private(set) var samples: [Sample] = []

  /// The rise within the window that ends now, this count included.
  ///
  /// - Parameter length: of the window, in seconds.
  mutating func add(_ count: Int, at now: Double, length: Double) -> Int {
    if samples.count == 1, Int(samples[0].count) == count { return 0 }
    while samples.count > 1, samples[1].time <= now - length { samples.removeFirst() }
    while let last = samples.last, Int(last.count) >= count { samples.removeLast() }
    samples.append(Sample(time: now, count: Int32(clamping: count)))
    if samples.count > Self.capacity { samples.removeFirst() }
    return count - Int(samples.first?.count ?? Int32(clamping: count))
  }
}
