import ControllerRuntime
import KubernetesClient
import KubernetesModel
import Locking
import Prometheus
import TerwayModel

/// Serves on `/metrics` what Terway's resources say of every node, since Terway itself does not.
///
/// Caches tell which nodes changed; they are written anew when a scrape comes, on its thread, so that neither watches nor
/// reconciles wait for it. Between scrapes nothing is computed.
final class TerwayExporter: Sendable {
  /// What watches tell: they never wait for a scrape.
  private struct News {
    /// Nodes to be written before the next scrape is answered.
    var dirty: Set<String> = []
    var podENIs = PodENISightings()
  }

  /// What a scrape holds while it writes.
  private struct Written {
    var exposition = TerwayExposition()
    /// Whether nodes were written in the knowledge of their pods.
    var knewPods = false
  }

  private let resources: NetworkResources
  private let configurations: Informer<TerwayConfigMap>
  private let news = Lock(News())
  private let written = Lock(Written())
  private let now: @Sendable () -> Double

  /// Lives as long as the registry.
  ///
  /// - Parameter now: seconds since 1970.
  init(
    _ resources: NetworkResources, configurations: Informer<TerwayConfigMap>, registry: MetricRegistry,
    now: @escaping @Sendable () -> Double
  ) {
    (self.resources, self.configurations, self.now) = (resources, configurations, now)
    let (nodes, pods) = (resources.nodes, resources.pods)
    nodes.onChange { [weak self] change, _ in self?.touch(change.object.metadata.name) }
    resources.clusterNodes.onChange { [weak self] change, _ in
      if case .updated(let former, let current) = change, former.isLike(current) { return }
      self?.touch(change.object.metadata.name)
    }
    pods.onChange { [weak self] change, _ in
      if case .updated(let former, let current) = change, former.isLike(current) { return }
      if !change.object.node.isEmpty { self?.touch(change.object.node) }
    }
    resources.podENIs.onChange { [weak self] change, _ in
      guard let self else { return }
      let isGone = if case .deleted = change { true } else { false }
      let phase = isGone ? nil : change.object.phase
      let moment = now()
      news.withLock { $0.podENIs.update("\(change.key)", phase: phase, now: moment) }
    }
    configurations.onChange { [weak self] change, _ in
      if case .updated(let former, let current) = change {
        if former.content == current.content, former.changed == current.changed { return }
      } else if change.object.content == .none {
        return
      }
      // Which nodes it is of is as much work as to look at all of them.
      let names = resources.clusterNodes.store.snapshot.keys.map(\.name)
      self?.news.withLock { $0.dirty.formUnion(names) }
    }
    registry.collectWritten { self.families() }
  }

  private func touch(_ node: String) { news.withLock { _ = $0.dirty.insert(node) } }

  /// What a scrape gets. Nothing as long as Terway's resources are not known: no series is better than a wrong one.
  func families() -> [WrittenFamily] {
    let (nodes, pods) = (resources.nodes, resources.pods)
    guard nodes.status.hasSynced else { return [] }
    let moment = now()
    let knowsPods = pods.status.hasSynced
    let drift = configurations.status.hasSynced ? ConfigDrift(configurations.store.snapshot) : nil
    return written.withLock { written in
      // Taken inside, so that of two scrapes at once none writes an older state over a newer one.
      var (dirty, podENIs) = news.withLock { news in
        defer { news.dirty = [] }
        return (news.dirty, news.podENIs)
      }
      if knowsPods != written.knewPods {
        dirty.formUnion(nodes.store.snapshot.keys.lazy.map(\.name))
        written.knewPods = knowsPods
      }
      for name in dirty.union(written.exposition.expired(now: moment)) {
        if let input = input(name, drift, knowsPods: knowsPods) {
          written.exposition.update(input, now: moment)
        } else if let drift, drift.isLegacy, let isDrifted = self.isDrifted(name, drift, nil) {
          written.exposition.update(name, isDrifted: isDrifted)
        } else {
          written.exposition.remove(name)
        }
      }
      return written.exposition.families(now: moment, podENIs: podENIs)
    }
  }

  private func input(_ name: String, _ drift: ConfigDrift?, knowsPods: Bool) -> TerwayExposition.Input? {
    guard let node = resources.nodes.store[ObjectKey(name: name)] else { return nil }
    return TerwayExposition.Input(
      node: node, limits: resources.clusterNodes.store[ObjectKey(name: name)],
      pods: knowsPods ? resources.pods.store.objects(NetworkResources.podsByNode, name) : nil,
      isDrifted: drift.flatMap { isDrifted(name, $0, node) })
  }

  private func isDrifted(_ name: String, _ drift: ConfigDrift, _ resource: TerwayNode?) -> Bool? {
    guard let node = resources.clusterNodes.store[ObjectKey(name: name)] else { return nil }
    // Only a daemon with a pool of its own reads its configuration at no other time.
    let daemon =
      drift.isLegacy
      ? resources.pods.store.objects(NetworkResources.podsByNode, name).first { $0.isTerwayDaemon } : nil
    return drift.isDrifted(node, resource, daemonStart: daemon?.daemonStart)
  }
}

extension ClusterNode {
  /// Whether another state of the node means the same for what is exported.
  fileprivate func isLike(_ other: ClusterNode) -> Bool {
    maxAvailableIPs == other.maxAvailableIPs && metadata.labels == other.metadata.labels
  }
}

extension ClusterPod {
  /// Whether another state of the pod means the same for what is exported.
  fileprivate func isLike(_ other: ClusterPod) -> Bool {
    node == other.node && isAlive == other.isAlive && metadata.uid == other.metadata.uid
      && receiveLimit == other.receiveLimit && transmitLimit == other.transmitLimit
      && daemonStart == other.daemonStart
  }
}
