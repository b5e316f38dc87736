/// How urgent a piece of work is.
public enum WorkPriority: Sendable, Comparable {
  /// What nobody waits for: the initial list, a resync.
  case background
  /// What somebody just did: events of a watch.
  case interactive
}

/// What becomes of a key after it was worked on.
public enum WorkFollowUp: Hashable, Sendable {
  /// Nothing: it is done until somebody adds it again. Its failures are forgotten.
  case rest
  /// It is due again after this time. Its failures are forgotten.
  case revisit(after: Duration)
  /// It failed: it is due again after its back-off, or after the given time where that is longer.
  case retry(noSoonerThan: Duration = .zero)
}

/// The pace of a work queue.
public struct WorkQueueConfiguration: Hashable, Sendable {
  /// The delay of a key's first retry; it doubles with each failure that follows.
  public var baseDelay: Duration = .milliseconds(5)
  /// No delay is longer, jitter aside.
  public var maximumDelay: Duration = .seconds(1000)
  /// Delays are stretched by a random part of up to this fraction, so that keys that failed together spread out.
  public var jitter: Double = 0.1
  /// How many retries per second all keys together may make once the burst is used up.
  public var retriesPerSecond: Double = 10
  /// How many retries may be made at once after a quiet time.
  public var retryBurst: Double = 100
  /// Every how many-th key is a background one while keys of both priorities are ready.
  public var backgroundTurn: Int = 10

  public init() {}

  /// The delay before the retry that follows so many failures in a row.
  func backoff(failures: Int, random: Double) -> Duration {
    // Beyond 2^60 the product would overflow long after it exceeded any maximum.
    let factor = Double(sign: .plus, exponent: min(max(failures, 1) - 1, 60), significand: 1)
    let seconds = min(baseDelay.seconds * factor, maximumDelay.seconds)
    return .seconds(seconds * (1 + jitter * random))
  }
}
