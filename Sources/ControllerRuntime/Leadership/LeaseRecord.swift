import KubernetesModel

/// A `coordination.k8s.io/v1` Lease as far as election reads and writes it.
public struct LeaseRecord: Hashable, Sendable {
  /// The part that electors compare: as long as it stays the same, nobody has renewed.
  public struct Spec: Hashable, Sendable {
    /// Empty when nobody holds the lease.
    public var holderIdentity: String
    public var leaseDurationSeconds: Int
    /// `metav1.MicroTime`, when the holder took over. For people: no decision rests on it.
    public var acquireTime: String
    /// `metav1.MicroTime`, different in every renewal.
    public var renewTime: String
    /// How often the lease went from one holder to another.
    public var leaseTransitions: Int

    public init(
      holderIdentity: String, leaseDurationSeconds: Int, acquireTime: String, renewTime: String, leaseTransitions: Int
    ) {
      self.holderIdentity = holderIdentity
      self.leaseDurationSeconds = leaseDurationSeconds
      self.acquireTime = acquireTime
      self.renewTime = renewTime
      self.leaseTransitions = leaseTransitions
    }
  }

  public var spec: Spec
  /// The version that a write must replace; `nil` for a Lease that is yet to be created.
  public var resourceVersion: ResourceVersion?

  public init(_ spec: Spec, resourceVersion: ResourceVersion?) {
    self.spec = spec
    self.resourceVersion = resourceVersion
  }
}
