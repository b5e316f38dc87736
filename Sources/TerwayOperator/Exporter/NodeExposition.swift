import Monitoring
import Prometheus
import TerwayModel

/// What is exported of one node, in writing. Pure.
struct NodeExposition: Sendable {
  private(set) var lines: [ContractMetric: SampleLines] = [:]
  /// What the node adds to the numbers of its vSwitches.
  private(set) var vSwitches: [VSwitchShare] = []
  /// When it must be written anew even if nothing is heard, in seconds since 1970.
  private(set) var expires: Double?

  struct VSwitchShare: Hashable, Sendable {
    var id: String
    var zone: String
    var used: Int
    /// `nil` = unknown.
    var size: Int?
    var isExhausted: Bool
  }

  /// - Parameter isDrifted: `nil` = not known.
  init(
    _ node: TerwayNode, limits: ClusterNode?, pods: [ClusterPod], isDrifted: Bool?, sightings: NodeSightings,
    now: Double
  ) {
    let name = node.metadata.name
    for interface in node.podInterfaces { append(interface, of: name) }
    append(.capacityIPs, name, node.addressLimit(maxAvailable: limits?.maxAvailableIPs))
    append(.eniLimit, name, node.eniLimit)
    if let minimum = node.pool.minimum { append(.poolMinimum, name, minimum) }
    if let maximum = node.pool.maximum { append(.poolMaximum, name, maximum) }
    if let lastSync = node.lastSync { append(.lastSync, ["node": name], lastSync) }
    append(.eniErrors, name, node.podInterfaces.count { $0.operationError != nil })
    append(.leakedIPs, name, sightings.leaked(now: now))
    append(.securityGroupDrift, name, node.driftedInterfaces.count)
    if let isDrifted { append(.configDrift, name, isDrifted ? 1 : 0) }
    append(.nodeInfo, ["node": name, "zone": node.zone, "instance_type": node.instanceType], 1)
    // Always both, so that a series that ends is one that fell to zero.
    let stuck = sightings.stuck(now: now)
    for status in Set(stuck.keys).union(["Attaching", "Deleting"]).sorted() {
      append(.stuckENIs, ["node": name, "status": status], Double(stuck[status] ?? 0))
    }
    appendBandwidth(node, pods)
    vSwitches = Self.shares(of: node, now: now)
    let unblocked = node.interfaces.compactMap(\.vSwitchBlockedUntil).filter { $0 > now }
    expires = (unblocked + [sightings.nextDue(after: now)].compactMap(\.self)).min()
  }

  /// Of a node of which Terway's resources say nothing.
  init(_ name: String, isDrifted: Bool) { append(.configDrift, name, isDrifted ? 1 : 0) }

  private mutating func append(_ interface: TerwayNode.Interface, of node: String) {
    let values: [(ContractMetric, Int)] = [
      (.allocatedIPs, interface.addresses.used), (.totalIPs, interface.servingAddresses),
      (.invalidIPs, interface.addresses.invalid), (.deletingIPs, interface.addresses.deleting),
    ]
    for (metric, value) in values { append(metric, ["node": node, "eni_id": interface.id], Double(value)) }
  }

  /// Terway writes Kbit/s, the annotations of pods bits per second; exported are bytes per second.
  private mutating func appendBandwidth(_ node: TerwayNode, _ pods: [ClusterPod]) {
    let name = node.metadata.name
    for (direction, kilobits) in [
      ("receive", node.capacity.bandwidthReceive), ("transmit", node.capacity.bandwidthTransmit),
    ] where kilobits > 0 {
      append(.instanceBandwidth, ["node": name, "direction": direction], Double(kilobits) * 125)
    }
    for pod in pods where pod.isAlive {
      for (direction, limit) in [("receive", pod.receiveLimit), ("transmit", pod.transmitLimit)] {
        guard let limit else { continue }
        append(
          .allocatedBandwidth,
          [
            "node": name, "namespace": pod.metadata.namespace ?? "", "pod": pod.metadata.name, "direction": direction,
          ], limit)
      }
    }
  }

  private mutating func append(_ metric: ContractMetric, _ node: String, _ value: Int) {
    append(metric, ["node": node], Double(value))
  }

  private mutating func append(
    _ metric: ContractMetric, _ labels: KeyValuePairs<String, String>, _ value: Double
  ) {
    lines[metric, default: SampleLines()].append(metric.name, labels, value)
  }

  private static func shares(of node: TerwayNode, now: Double) -> [VSwitchShare] {
    Dictionary(grouping: node.interfaces.filter { !$0.vSwitch.isEmpty }, by: \.vSwitch).map { id, interfaces in
      VSwitchShare(
        id: id, zone: node.zone, used: interfaces.reduce(0) { $0 + $1.heldAddresses },
        size: interfaces.lazy.compactMap(\.vSwitchSize).first,
        isExhausted: interfaces.contains { $0.isVSwitchBlocked(at: now) })
    }
  }
}
