/// The times of a lease election.
public struct LeaseTiming: Hashable, Sendable {
  /// How long followers wait, after they saw the record change, before they take over.
  public var leaseDuration: Duration = .seconds(15)
  /// How long a leader goes on without an acknowledged renewal. Must be below `leaseDuration`: the difference is what its
  /// work has to stop in.
  public var renewDeadline: Duration = .seconds(10)
  /// Pause between a leader's renewals.
  public var renewPeriod: Duration = .seconds(2)
  /// Pause between a follower's looks at the lease. Short, so that a lease that was given up is taken within a second.
  public var observePeriod: Duration = .seconds(1)
  /// Pauses are shortened by a random part of up to this fraction, so that electors do not act in step.
  public var jitter = 0.2
  /// How long one request may take. Below `renewDeadline`, so that a lost answer leaves time for another attempt.
  public var requestTimeout: Duration = .seconds(3)

  public init() {}

  /// The lease duration as the Lease says it: rounded up, because others wait no longer than that.
  var wholeSeconds: Int {
    let (seconds, attoseconds) = leaseDuration.components
    return Int(seconds) + (attoseconds > 0 ? 1 : 0)
  }

  /// What work has to stop in after leadership ended.
  var margin: Duration { leaseDuration - renewDeadline }

  func jittered(_ period: Duration, random: Double) -> Duration { period * (1 - jitter * random) }
}
