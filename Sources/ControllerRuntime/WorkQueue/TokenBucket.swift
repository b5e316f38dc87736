/// A rate limit that lets takers reserve ahead: each is told how long to wait for its token.
struct TokenBucket: Sendable {
  private let rate: Double
  private let burst: Double
  /// Negative while tokens are promised that have not come yet.
  private var tokens: Double
  private var filledAt: TimeSource.Instant?

  /// - Parameters:
  ///   - rate: tokens per second, above 0.
  ///   - burst: the most tokens that are kept, at least 1.
  init(rate: Double, burst: Double) {
    (self.rate, self.burst, self.tokens) = (rate, burst, burst)
  }

  /// Takes a token and returns how long it must not be used.
  mutating func reserve(at now: TimeSource.Instant) -> Duration {
    fill(at: now)
    tokens -= 1
    return tokens >= 0 ? .zero : .seconds(-tokens / rate)
  }

  /// Gives back a token that was reserved and not used.
  mutating func refund() { tokens = min(burst, tokens + 1) }

  private mutating func fill(at now: TimeSource.Instant) {
    if let filledAt, now > filledAt {
      tokens = min(burst, tokens + filledAt.duration(to: now).seconds * rate)
    }
    filledAt = max(now, filledAt ?? now)
  }
}
