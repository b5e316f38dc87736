/// A token bucket that is given the time.
struct TokenBudget: Hashable, Codable, Sendable {
  var tokens: Double
  var time: Double

  /// - Parameter capacity: tokens that it starts with.
  init(capacity: Double, at now: Double) {
    tokens = capacity
    time = now
  }

  mutating func refill(perSecond rate: Double, capacity: Double, at now: Double) {
    tokens = min(capacity, tokens + max(0, now - time) * rate)
    time = now
  }

  /// Takes so many if they are there.
  mutating func take(_ count: Double) -> Bool {
    guard tokens >= count else { return false }
    tokens -= count
    return true
  }
}
