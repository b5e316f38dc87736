/// What is simulated, apart from the pods and the rule.
public struct SimulationConfiguration: Hashable, Sendable {
  public var fleet = FleetConfiguration()
  public var cloud = CloudConfiguration()
  /// From the autoscaler's decision to the moment at which Terway works with the new band: the write to the node, the
  /// daemon that copies the ConfigMap into the Node resource, the controlplane's reconcile. In seconds.
  public var configurationLatency = 5.0
  /// Of latencies, faults and random placement.
  public var seed: UInt64 = 1

  public init() {}
}
