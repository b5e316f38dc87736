import Glibc

/// How the cloud behaves. The defaults are an ordinary day of a mid-sized account.
public struct CloudConfiguration: Hashable, Sendable {
  /// Until addresses that were asked for can be used.
  public var assignLatency = Latency(median: 10, spread: 0.2)
  /// Until a new ENI and its first addresses can be used.
  public var attachLatency = Latency(median: 15, spread: 0.2)
  /// Until an ENI that was given back frees its place.
  public var detachLatency = Latency(median: 10, spread: 0.2)
  /// Calls of each API that the account may make in a minute; further ones are refused until the next whole minute, as
  /// ECS does.
  public var callsPerMinute = 600
  /// Addresses that each vSwitch has; there is one for each zone.
  public var addressesPerVSwitch = Int.max
  public var faults = CloudFaults()

  public init() {}
}

/// How often something goes wrong, as probabilities from 0 to 1.
public struct CloudFaults: Hashable, Sendable {
  /// A call to assign addresses fails after its latency.
  public var assignFailure = 0.0
  /// An ENI fails to attach after its latency.
  public var attachFailure = 0.0
  /// An ENI stays `Attaching` for ``stuckSeconds``.
  public var stuckAttach = 0.0
  public var stuckSeconds = 600.0
  /// A pod's address stays marked as used after the pod has gone, until it is collected.
  public var leakedAddress = 0.0
  /// Until a leaked address is collected: Terway's controlplane looks every 10 minutes for what is older than 10 minutes.
  public var leakSeconds = 1200.0

  public init() {}
}

/// A distribution of waiting times: log-normal.
public struct Latency: Hashable, Sendable {
  /// In seconds.
  public var median: Double
  /// Standard deviation of the logarithm; 0 = always the median.
  public var spread: Double

  public init(median: Double, spread: Double = 0) {
    self.median = median
    self.spread = spread
  }

  /// A random waiting time, in seconds.
  func sample(_ random: inout SeededGenerator) -> Double {
    spread > 0 ? median * exp(spread * random.normal()) : median
  }
}
