/// Whether a daemon may be restarted, so that it reads its configuration: pods of its node get no address meanwhile. Pure.
public struct RestartGate: Hashable, Sendable {
  /// Between two starts of a node's daemon, whoever restarted it, in seconds.
  public var interval: Double
  /// Nodes with a restart that has not shown yet to have gone well, of all policies: there is one at a time.
  public var open: Set<String>

  public init(interval: Double, open: Set<String> = []) { (self.interval, self.open) = (interval, open) }

  /// What is in the way; `nil` = nothing.
  public func obstacle(
    toRestart daemon: NodeActuation.State.Daemon, of node: String, at now: Double
  ) -> Preflight? {
    if open.contains(where: { $0 != node }) { return .otherRestart }
    guard daemon.isReady, !daemon.pod.isEmpty, let start = daemon.start else { return .daemonNotReady }
    return now - start < interval ? .restartedLately : nil
  }
}
