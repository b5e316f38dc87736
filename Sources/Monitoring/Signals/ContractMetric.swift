import Prometheus

/// The metrics that no Terway release exports: the operator does, and its agents.
///
/// All names begin with one of the four prefixes that the seed's monitor keeps.
public enum ContractMetric: String, SourceMetric, CaseIterable {
  case allocatedIPs = "terway_eni_allocated_ips"
  case totalIPs = "terway_eni_total_ips"
  case invalidIPs = "terway_eni_invalid_ips"
  case deletingIPs = "terway_eni_deleting_ips"
  case capacityIPs = "terway_eni_capacity_ips"
  case eniLimit = "terway_eni_limit"
  case poolMinimum = "terway_eni_pool_min_ips"
  case poolMaximum = "terway_eni_pool_max_ips"
  case lastSync = "terway_eni_last_sync_timestamp_seconds"
  case eniErrors = "terway_eni_operation_errors"
  case stuckENIs = "terway_eni_stuck"
  case leakedIPs = "terway_eni_leaked_ips"
  case stuckPodENIs = "terway_eni_podeni_stuck"
  case configDrift = "terway_eni_config_drift"
  case nodeInfo = "terway_eni_node_info"
  case vSwitchUsedIPs = "terway_eni_vswitch_used_ips"
  case vSwitchSizeIPs = "terway_eni_vswitch_size_ips"
  case vSwitchExhausted = "terway_eni_vswitch_exhausted"
  case bytes = "terway_network_bytes_total"
  case packets = "terway_network_packets_total"
  case packetsDropped = "terway_network_packets_dropped_total"
  case latency = "terway_network_latency_seconds"
  case currentBandwidth = "terway_network_current_bandwidth_bytes"
  case allocatedBandwidth = "terway_network_allocated_bandwidth_bytes"
  case instanceBandwidth = "terway_network_instance_bandwidth_bytes"
  case isolationViolations = "terway_network_isolation_violations_total"
  case qosViolations = "terway_qos_violations_total"
  case securityGroupSyncs = "terway_security_group_syncs_total"
  case securityGroupSyncFailures = "terway_security_group_sync_failures_total"
  case securityGroupDrift = "terway_security_group_drift_enis"

  public var name: String { rawValue }
  public var kind: MetricSnapshot.Kind { definition.kind }
  public var labels: [String] { definition.labels }
  public var help: String { definition.help }
  public var exporters: Set<Exporter> { [definition.exporter] }

  /// `direction` is `receive` or `transmit`.
  private static let interface = ["node", "namespace", "pod", "interface", "direction"]

  private var definition: (exporter: Exporter, kind: MetricSnapshot.Kind, labels: [String], help: String) {
    switch self {
    case .allocatedIPs: (.operator, .gauge, ["node", "eni_id"], "IPv4 addresses of an ENI that a pod holds.")
    case .totalIPs: (.operator, .gauge, ["node", "eni_id"], "IPv4 addresses of an ENI that pods can use.")
    case .invalidIPs:
      (.operator, .gauge, ["node", "eni_id"], "IPv4 addresses of an ENI that the cloud no longer knows.")
    case .deletingIPs: (.operator, .gauge, ["node", "eni_id"], "IPv4 addresses of an ENI that are being given back.")
    case .capacityIPs:
      (.operator, .gauge, ["node"], "IPv4 addresses that pods could use if the node had all ENIs it may have.")
    case .eniLimit: (.operator, .gauge, ["node"], "ENIs for pods that the node's instance type allows.")
    case .poolMinimum: (.operator, .gauge, ["node"], "Idle addresses that Terway keeps on a node at least.")
    case .poolMaximum: (.operator, .gauge, ["node"], "Idle addresses that Terway keeps on a node at most.")
    case .lastSync: (.operator, .gauge, ["node"], "When Terway last compared a node with the cloud, Unix time.")
    case .eniErrors: (.operator, .gauge, ["node"], "ENIs of a node whose last operation in the cloud failed.")
    case .stuckENIs:
      (.operator, .gauge, ["node", "status"], "ENIs of a node that are in a passing state for too long.")
    case .leakedIPs: (.operator, .gauge, ["node"], "Addresses of a node that belong to a pod that is gone.")
    case .stuckPodENIs: (.operator, .gauge, ["phase"], "PodENIs that are in a passing phase for too long.")
    case .configDrift:
      (
        .operator, .gauge, ["node"],
        "1 where a node's pool is not what its ConfigMaps say, or the daemon started before they were changed."
      )
    case .nodeInfo: (.operator, .gauge, ["node", "zone", "instance_type"], "1 for every node that Terway manages.")
    case .vSwitchUsedIPs:
      (.operator, .gauge, ["vswitch_id", "zone"], "Addresses of a vSwitch that this cluster's ENIs hold.")
    case .vSwitchSizeIPs:
      (.operator, .gauge, ["vswitch_id", "zone"], "Addresses of a vSwitch that can be handed out at all.")
    case .vSwitchExhausted:
      (.operator, .gauge, ["vswitch_id", "zone"], "1 where Terway reports that a vSwitch has no address left.")
    case .bytes: (.agent, .counter, Self.interface, "Bytes of a pod's interface.")
    case .packets: (.agent, .counter, Self.interface, "Packets of a pod's interface.")
    case .packetsDropped: (.agent, .counter, Self.interface, "Packets that a pod's interface dropped.")
    case .latency: (.agent, .histogram, ["node"], "Round-trip time of probes from a node to other nodes, in seconds.")
    case .currentBandwidth:
      (.agent, .gauge, ["node", "namespace", "pod", "direction"], "Bytes per second that a pod transfers.")
    case .allocatedBandwidth:
      (
        .operator, .gauge, ["node", "namespace", "pod", "direction"],
        "Bytes per second that a pod may transfer; 0 is unlimited."
      )
    case .instanceBandwidth:
      (.operator, .gauge, ["node", "direction"], "Bytes per second that a node's instance type allows.")
    case .isolationViolations:
      (.agent, .counter, ["node"], "Packets denied because they would have crossed an isolation boundary.")
    case .qosViolations:
      (.agent, .counter, ["node", "priority_class"], "Packets dropped or delayed beyond what a class allows.")
    case .securityGroupSyncs:
      (.site, .counter, ["node"], "Attempts to bring the security groups of a node's ENIs up to date.")
    case .securityGroupSyncFailures: (.site, .counter, ["node"], "Those attempts that failed.")
    case .securityGroupDrift:
      (.operator, .gauge, ["node"], "ENIs whose security groups differ from the configured ones.")
    }
  }
}
