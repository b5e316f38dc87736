/// The extreme of a wish over a window of time, as the Kubernetes HorizontalPodAutoscaler uses it: growth takes the least
/// that was wanted, release the most.
///
/// Counts from when the wish first differed from what is. That is the whole window, or less: then it is not yet time.
struct StabilizationWindow: Hashable, Codable, Sendable {
  private(set) var since: Double?
  private(set) var extreme = 0

  init() {}

  /// Nothing is wanted any more.
  mutating func reset() { since = nil }

  /// - Parameter combine: `min` for growth, `max` for release.
  mutating func want(_ count: Int, at now: Double, _ combine: (Int, Int) -> Int) {
    extreme = since == nil ? count : combine(extreme, count)
    since = since ?? now
  }

  /// How long it still takes, in seconds; 0 = it is time.
  func remaining(_ length: Double, at now: Double) -> Double { max(0, (since ?? now) + length - now) }
}
