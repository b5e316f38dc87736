import Monitoring
import Prometheus
import TerwayModel

/// Everything that is exported of Terway's resources, kept in writing node by node. Pure.
///
/// A node is written when it changes; a scrape only puts together what is there.
package struct TerwayExposition: Sendable {
  private var nodes: [String: NodeExposition] = [:]
  private var sightings: [String: NodeSightings] = [:]

  package init() {}

  /// What is known of a node when it is written.
  package struct Input: Sendable {
    var node: TerwayNode
    var limits: ClusterNode?
    /// On the node; `nil` as long as pods are not known.
    var pods: [ClusterPod]?
    /// Whether its pool is not what the ConfigMaps say; `nil` = not known.
    var isDrifted: Bool?

    package init(
      node: TerwayNode, limits: ClusterNode? = nil, pods: [ClusterPod]? = nil, isDrifted: Bool? = nil
    ) {
      (self.node, self.limits, self.pods, self.isDrifted) = (node, limits, pods, isDrifted)
    }
  }

  /// Writes a node anew.
  package mutating func update(_ input: Input, now: Double) {
    let name = input.node.metadata.name
    var sightings = self.sightings[name] ?? NodeSightings()
    let alive = input.pods?.aliveFingerprints
    sightings.observe(input.node, isAlive: alive.map { alive in { alive.contains($0) } }, now: now)
    self.sightings[name] = sightings
    nodes[name] = NodeExposition(
      input.node, limits: input.limits, pods: input.pods ?? [], isDrifted: input.isDrifted, sightings: sightings,
      now: now)
  }

  /// Takes what is known of a node of which Terway's resources say nothing.
  mutating func update(_ name: String, isDrifted: Bool) {
    sightings[name] = nil
    nodes[name] = NodeExposition(name, isDrifted: isDrifted)
  }

  /// Forgets a node that is gone.
  mutating func remove(_ name: String) {
    nodes[name] = nil
    sightings[name] = nil
  }

  /// Nodes whose numbers have changed by the passing of time.
  func expired(now: Double) -> [String] { nodes.filter { $0.value.expires.map { $0 <= now } ?? false }.map(\.key) }

  /// All families, by the names of the contract. Series of nodes that are gone are not among them.
  package func families(now: Double, podENIs: PodENISightings = PodENISightings()) -> [WrittenFamily] {
    let sorted = nodes.sorted { $0.key < $1.key }.map(\.value)
    var lines: [ContractMetric: [SampleLines]] = [:]
    for node in sorted {
      for (metric, text) in node.lines { lines[metric, default: []].append(text) }
    }
    lines.merge(vSwitchLines(sorted)) { first, _ in first }
    lines[.stuckPodENIs] = [podENIs.lines(now: now)]
    return lines.map { metric, lines in
      WrittenFamily(metric.name, help: metric.help, kind: metric.kind, lines: lines)
    }
  }

  private func vSwitchLines(_ nodes: [NodeExposition]) -> [ContractMetric: [SampleLines]] {
    var all: [String: NodeExposition.VSwitchShare] = [:]
    for share in nodes.lazy.flatMap(\.vSwitches) {
      guard var sum = all[share.id] else {
        all[share.id] = share
        continue
      }
      sum.used += share.used
      sum.size = sum.size ?? share.size
      sum.isExhausted = sum.isExhausted || share.isExhausted
      all[share.id] = sum
    }
    var (used, size, exhausted) = (SampleLines(), SampleLines(), SampleLines())
    for share in all.values.sorted(by: { $0.id < $1.id }) {
      let labels: KeyValuePairs = ["vswitch_id": share.id, "zone": share.zone]
      used.append(ContractMetric.vSwitchUsedIPs.name, labels, Double(share.used))
      if let total = share.size { size.append(ContractMetric.vSwitchSizeIPs.name, labels, Double(total)) }
      exhausted.append(ContractMetric.vSwitchExhausted.name, labels, share.isExhausted ? 1 : 0)
    }
    return [.vSwitchUsedIPs: [used], .vSwitchSizeIPs: [size], .vSwitchExhausted: [exhausted]]
  }
}
