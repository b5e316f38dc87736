import Prometheus

/// IP addresses and ENIs of nodes and zones.
///
/// Gauges of the exporter are first reduced by `max`: while one replica of the operator replaces another, both are seen.
extension Signal {
  static let pools = [
    allocatedIPs, totalIPs, idleIPs, invalidIPs, deletingIPs, capacityIPs, eniCount, eniLimit, eniHeadroom,
    eniUtilization, freeIPs, freeRatio, poolMinimum, poolMaximum, zoneCapacityIPs, zoneFreeIPs, zoneFreeRatio,
    syncAge, eniErrors, stuckENIs, leakedIPs, stuckPodENIs, configDrift,
  ]

  static let allocatedIPs = Signal(
    "allocatedIPs", "node:terway_eni_allocated_ips:sum", .count, by: ["node"], "IPv4 addresses that pods hold",
    [
      .contract(.allocatedIPs, ipam: .crd) { $0.gauge(.allocatedIPs, by: "node", "eni_id").sum(by: $0.labels) },
      // The idle gauge can run ahead of the total for a moment.
      .upstream(.poolTotal, .poolIdle, ipam: .legacy) {
        $0.pool(.poolTotal).minus($0.pool(.poolIdle), .on($0.labels)).atLeast(0)
      },
    ])
  static let totalIPs = Signal(
    "totalIPs", "node:terway_eni_total_ips:sum", .count, by: ["node"], "IPv4 addresses that pods can use",
    [
      .contract(.totalIPs, ipam: .crd) { $0.gauge(.totalIPs, by: "node", "eni_id").sum(by: $0.labels) },
      .upstream(.poolTotal, ipam: .legacy) { $0.pool(.poolTotal) },
    ])
  static let idleIPs = Signal(
    "idleIPs", "node:terway_eni_idle_ips:sum", .count, by: ["node"], "IPv4 addresses that wait for a pod",
    [.derived(from: totalIPs, allocatedIPs) { $0.signal(totalIPs).minus($0.signal(allocatedIPs), .on($0.labels)) }])
  static let invalidIPs = Signal(
    "invalidIPs", "node:terway_eni_invalid_ips:sum", .count, by: ["node"],
    "addresses that Terway lists and the cloud does not",
    [.contract(.invalidIPs, ipam: .crd) { $0.gauge(.invalidIPs, by: "node", "eni_id").sum(by: $0.labels) }])
  static let deletingIPs = Signal(
    "deletingIPs", "node:terway_eni_deleting_ips:sum", .count, by: ["node"], "addresses that are being given back",
    [.contract(.deletingIPs, ipam: .crd) { $0.gauge(.deletingIPs, by: "node", "eni_id").sum(by: $0.labels) }])
  static let capacityIPs = Signal(
    "capacityIPs", "node:terway_eni_capacity_ips:max", .count, by: ["node"],
    "IPv4 addresses that pods could use with every ENI attached that the instance type allows",
    [.contract(.capacityIPs, ipam: .crd) { $0.gauge(.capacityIPs, by: "node") }])
  static let eniCount = Signal(
    "eniCount", "node:terway_eni:count", .count, by: ["node"], "ENIs attached for pods",
    [.contract(.totalIPs, ipam: .crd) { $0.gauge(.totalIPs, by: "node", "eni_id").count(by: $0.labels) }])
  static let eniLimit = Signal(
    "eniLimit", "node:terway_eni_limit:max", .count, by: ["node"], "ENIs for pods that the instance type allows",
    [.contract(.eniLimit, ipam: .crd) { $0.gauge(.eniLimit, by: "node") }])
  static let eniHeadroom = Signal(
    "eniHeadroom", "node:terway_eni_headroom:sum", .count, by: ["node"], "ENIs that could still be attached",
    [.derived(from: eniLimit, eniCount) { $0.signal(eniLimit).minus($0.signal(eniCount), .on($0.labels)) }])
  static let eniUtilization = Signal(
    "eniUtilization", "node:terway_eni_utilization:ratio", .ratio, by: ["node"],
    "share of a node's usable addresses that pods hold",
    [
      .derived(from: allocatedIPs, totalIPs) {
        $0.signal(allocatedIPs).divided(by: $0.signal(totalIPs).isAbove(0), .on($0.labels))
      }
    ])
  static let freeIPs = Signal(
    "freeIPs", "node:terway_eni_free_ips:sum", .count, by: ["node"],
    "addresses that pods could still get within the limits of the instance type",
    [
      .derived(from: capacityIPs, allocatedIPs) {
        $0.signal(capacityIPs).minus($0.signal(allocatedIPs), .on($0.labels))
      }
    ]
  )
  static let freeRatio = Signal(
    "freeRatio", "node:terway_eni_free:ratio", .ratio, by: ["node"], "those addresses as a share of the capacity",
    [
      .derived(from: freeIPs, capacityIPs) {
        $0.signal(freeIPs).divided(by: $0.signal(capacityIPs).isAbove(0), .on($0.labels))
      }
    ])
  static let poolMinimum = Signal(
    "poolMinimum", "node:terway_eni_pool_min_ips:max", .count, by: ["node"], "lower end of the idle band",
    [.contract(.poolMinimum, ipam: .crd) { $0.gauge(.poolMinimum, by: "node") }])
  static let poolMaximum = Signal(
    "poolMaximum", "node:terway_eni_pool_max_ips:max", .count, by: ["node"], "upper end of the idle band",
    [.contract(.poolMaximum, ipam: .crd) { $0.gauge(.poolMaximum, by: "node") }])

  static let zoneCapacityIPs = Signal(
    "zoneCapacityIPs", "zone:terway_eni_capacity_ips:sum", .count, by: ["zone"],
    "addresses that a zone's nodes can hold",
    [.contract(.capacityIPs, .nodeInfo, ipam: .crd) { $0.byZone($0.signal(capacityIPs)) }])
  static let zoneFreeIPs = Signal(
    "zoneFreeIPs", "zone:terway_eni_free_ips:sum", .count, by: ["zone"],
    "addresses that pods of a zone could still get",
    [.contract(.capacityIPs, .nodeInfo, ipam: .crd) { $0.byZone($0.signal(freeIPs)) }])
  static let zoneFreeRatio = Signal(
    "zoneFreeRatio", "zone:terway_eni_free:ratio", .ratio, by: ["zone"], "those addresses as a share of the capacity",
    [
      .derived(from: zoneFreeIPs, zoneCapacityIPs) {
        $0.signal(zoneFreeIPs).divided(by: $0.signal(zoneCapacityIPs).isAbove(0), .on($0.labels))
      }
    ])

  static let syncAge = Signal(
    "syncAge", "node:terway_eni_sync_age_seconds:min", .seconds, by: ["node"],
    "time since Terway last compared the node with the cloud",
    [.contract(.lastSync, ipam: .crd) { $0.gauge(.lastSync, by: "node").isAbove(0).age }])
  static let eniErrors = Signal(
    "eniErrors", "node:terway_eni_operation_errors:max", .count, by: ["node"],
    "ENIs whose last operation in the cloud failed",
    [.contract(.eniErrors, ipam: .crd) { $0.gauge(.eniErrors, by: "node") }])
  static let stuckENIs = Signal(
    "stuckENIs", "node_status:terway_eni_stuck:max", .count, by: ["node", "status"],
    "ENIs that stay in a passing state",
    [.contract(.stuckENIs, ipam: .crd) { $0.gauge(.stuckENIs, by: "node", "status") }])
  static let leakedIPs = Signal(
    "leakedIPs", "node:terway_eni_leaked_ips:max", .count, by: ["node"], "addresses of pods that are gone",
    [.contract(.leakedIPs, ipam: .crd) { $0.gauge(.leakedIPs, by: "node") }])
  static let stuckPodENIs = Signal(
    "stuckPodENIs", "phase:terway_eni_podeni_stuck:max", .count, by: ["phase"], "PodENIs that stay in a passing phase",
    [.contract(.stuckPodENIs) { $0.gauge(.stuckPodENIs, by: "phase") }])
  static let configDrift = Signal(
    "configDrift", "node:terway_eni_config_drift:max", .boolean, by: ["node"],
    "sign that a node's pool is not what its ConfigMaps say",
    [.contract(.configDrift) { $0.gauge(.configDrift, by: "node") }])
}

/// vSwitches, as far as the ENIs of this cluster show them.
extension Signal {
  static let vSwitches = [vSwitchSizeIPs, vSwitchFreeIPs, vSwitchFreeRatio, vSwitchExhausted]

  static let vSwitchSizeIPs = Signal(
    "vSwitchSizeIPs", "vswitch_id_zone:terway_eni_vswitch_size_ips:max", .count, by: ["vswitch_id", "zone"],
    "addresses of a vSwitch that can be handed out",
    [.contract(.vSwitchSizeIPs, ipam: .crd) { $0.gauge(.vSwitchSizeIPs, by: "vswitch_id", "zone") }])
  static let vSwitchFreeIPs = Signal(
    "vSwitchFreeIPs", "vswitch_id_zone:terway_eni_vswitch_free_ips:sum", .count, by: ["vswitch_id", "zone"],
    "addresses of a vSwitch that this cluster does not hold; others may",
    [
      .contract(.vSwitchSizeIPs, .vSwitchUsedIPs, ipam: .crd) {
        $0.signal(vSwitchSizeIPs).minus($0.gauge(.vSwitchUsedIPs, by: "vswitch_id", "zone"), .on($0.labels))
      }
    ])
  static let vSwitchFreeRatio = Signal(
    "vSwitchFreeRatio", "vswitch_id_zone:terway_eni_vswitch_free:ratio", .ratio, by: ["vswitch_id", "zone"],
    "those addresses as a share of the vSwitch",
    [
      .derived(from: vSwitchFreeIPs, vSwitchSizeIPs) {
        $0.signal(vSwitchFreeIPs).divided(by: $0.signal(vSwitchSizeIPs).isAbove(0), .on($0.labels))
      }
    ])
  static let vSwitchExhausted = Signal(
    "vSwitchExhausted", "vswitch_id_zone:terway_eni_vswitch_exhausted:max", .boolean, by: ["vswitch_id", "zone"],
    "sign that Terway finds no address in a vSwitch",
    [.contract(.vSwitchExhausted, ipam: .crd) { $0.gauge(.vSwitchExhausted, by: "vswitch_id", "zone") }])
}

extension SignalScope {
  /// A gauge of the daemon's pool. The gauge of IPv6 can be negative on nodes that have none.
  fileprivate func pool(_ metric: UpstreamMetric) -> PromQL {
    self.metric(metric, .equal("type", "LocalIP"), .equal("ipStack", "ipv4")).max(by: labels)
  }

  /// The sum of a signal of nodes over each zone.
  fileprivate func byZone(_ nodes: PromQL) -> PromQL {
    nodes.times(gauge(.nodeInfo, by: "node", "zone"), .on(with("node")).groupLeft(["zone"])).sum(by: labels)
  }
}
