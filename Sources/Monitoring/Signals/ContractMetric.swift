/// The metrics that everything generated relies on, and that no Terway release exports: the operator does, and its agents.
public enum ContractMetric: String, Sendable, CaseIterable {
  case allocatedIPs = "terway_eni_allocated_ips"
  case totalIPs = "terway_eni_total_ips"
  case capacityIPs = "terway_eni_capacity_ips"
  case bytes = "terway_network_bytes_total"
  case packets = "terway_network_packets_total"
  case packetsDropped = "terway_network_packets_dropped_total"
  case latency = "terway_network_latency_seconds"
  case currentBandwidth = "terway_network_current_bandwidth_bytes"
  case allocatedBandwidth = "terway_network_allocated_bandwidth_bytes"
  case isolationViolations = "terway_network_isolation_violations_total"
  case qosViolations = "terway_qos_violations_total"
  case securityGroupSyncs = "terway_security_group_syncs_total"
  case securityGroupSyncFailures = "terway_security_group_sync_failures_total"
  case securityGroupDrift = "terway_security_group_drift_enis"

  public enum Kind: Sendable { case gauge, counter, histogram }

  public var name: String { rawValue }

  public var kind: Kind { definition.kind }
  /// In the order in which they are written. `direction` is `receive` or `transmit`.
  public var labels: [String] { definition.labels }
  public var help: String { definition.help }

  private var definition: (kind: Kind, labels: [String], help: String) {
    switch self {
    case .allocatedIPs: (.gauge, ["node", "eni_id"], "IPv4 addresses of an ENI that a pod holds.")
    case .totalIPs: (.gauge, ["node", "eni_id"], "IPv4 addresses of an ENI that pods can use.")
    case .capacityIPs: (.gauge, ["node"], "IPv4 addresses that pods could use if the node had all ENIs it may have.")
    case .bytes: (.counter, ["node", "namespace", "pod", "interface", "direction"], "Bytes of a pod's interface.")
    case .packets: (.counter, ["node", "namespace", "pod", "interface", "direction"], "Packets of a pod's interface.")
    case .packetsDropped:
      (.counter, ["node", "namespace", "pod", "interface", "direction"], "Packets that a pod's interface dropped.")
    case .latency: (.histogram, ["node"], "Round-trip time of probes from a node to other nodes, in seconds.")
    case .currentBandwidth:
      (.gauge, ["node", "namespace", "pod", "direction"], "Bytes per second that a pod transfers.")
    case .allocatedBandwidth:
      (.gauge, ["node", "namespace", "pod", "direction"], "Bytes per second that a pod may transfer; 0 is unlimited.")
    case .isolationViolations:
      (.counter, ["node"], "Packets denied because they would have crossed an isolation boundary.")
    case .qosViolations:
      (.counter, ["node", "priority_class"], "Packets dropped or delayed beyond what a class allows.")
    case .securityGroupSyncs: (.counter, ["node"], "Attempts to bring the security groups of a node's ENIs up to date.")
    case .securityGroupSyncFailures: (.counter, ["node"], "Those attempts that failed.")
    case .securityGroupDrift: (.gauge, ["node"], "ENIs whose security groups differ from the configured ones.")
    }
  }
}
