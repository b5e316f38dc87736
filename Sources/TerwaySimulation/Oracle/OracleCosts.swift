/// What the oracle minimises, per node: `Σ idle · h + waiting · p + calls · K`, in idle-address-seconds (`h` = 1).
public struct OracleCosts: Hashable, Sendable {
  /// Of a pod that waits for a second. High enough that the oracle never lets one wait when it need not.
  public var wait = 10_000.0
  /// Of a call that adds or removes up to ``addressesPerCall`` addresses.
  public var call = 3_600.0
  public var addressesPerCall = 10

  public init() {}
}
