import TerwayModel

/// Since when a Node resource contradicts the pods of its node, which know their own addresses: a resource that nobody keeps
/// in step looks like one on which nothing happens.
public struct ResourceLag: Hashable, Sendable {
  /// Seconds since 1970; `nil` = it does not.
  public private(set) var since: Double?

  public init() {}

  /// - Parameters:
  ///   - hasOwnENI: whether a pod has an ENI of its own, whose address is in no pool.
  ///   - now: seconds since 1970.
  public mutating func observe(
    _ resource: TerwayNode, pods: [ClusterPod], hasOwnENI: (ClusterPod) -> Bool, now: Double
  ) {
    let isBehind = Self.isBehind(resource, pods, hasOwnENI)
    since = isBehind ? min(since ?? now, now) : nil
  }

  /// How old what it says is at least, in seconds.
  public func age(at now: Double) -> Double { since.map { max(0, now - $0) } ?? 0 }

  private static func isBehind(
    _ resource: TerwayNode, _ pods: [ClusterPod], _ hasOwnENI: (ClusterPod) -> Bool
  ) -> Bool {
    let holders = resource.interfaces.flatMap(\.pods)
    // Older versions do not write whose addresses they are.
    guard holders.count == resource.interfaces.reduce(0, { $0 + $1.addresses.used }) else { return false }
    let known = Set(holders)
    return pods.contains {
      $0.isAlive && $0.hasAddress && !$0.usesHostNetwork && !known.contains(PodFingerprint(uid: $0.metadata.uid))
        && !hasOwnENI($0)
    }
  }
}
