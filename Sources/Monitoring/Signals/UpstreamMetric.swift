import Prometheus

/// The metrics that others export: Terway itself, its datapath, Kubernetes, node_exporter, and this operator of itself.
public enum UpstreamMetric: String, SourceMetric, CaseIterable {
  case poolTotal = "terway_resource_pool_total_count"
  case poolIdle = "terway_resource_pool_idle_count"
  case rpcLatency = "terway_rpc_latency"
  case openAPILatency = "aliyun_openapi_latency"
  case rateLimiterLatency = "rate_limiter_latency"
  case nodeReconcileLatency = "controlplane_node_reconcile_latency_ms"
  case eniTaskQueue = "terway_eni_task_queue_size"
  case eniAttachDuration = "terway_eni_attach_duration_seconds"
  case hubbleDrops = "hubble_drop_total"
  case containerReceivedBytes = "container_network_receive_bytes_total"
  case containerTransmittedBytes = "container_network_transmit_bytes_total"
  case containerReceivedPackets = "container_network_receive_packets_total"
  case containerTransmittedPackets = "container_network_transmit_packets_total"
  case containerReceiveDrops = "container_network_receive_packets_dropped_total"
  case containerTransmitDrops = "container_network_transmit_packets_dropped_total"
  case containerPeriods = "container_cpu_cfs_periods_total"
  case containerThrottledPeriods = "container_cpu_cfs_throttled_periods_total"
  case tcpRetransmits = "node_netstat_Tcp_RetransSegs"
  case tcpSegments = "node_netstat_Tcp_OutSegs"
  case qdiscDrops = "node_qdisc_drops_total"
  case podInfo = "kube_pod_info"
  case nodeInfo = "kube_node_info"
  case podReady = "kube_pod_status_ready"
  case podPhase = "kube_pod_status_phase"
  case containerRestarts = "kube_pod_container_status_restarts_total"
  case nodeCondition = "kube_node_status_condition"
  case deploymentAvailable = "kube_deployment_status_replicas_available"
  case apiServerRequests = "apiserver_request_total"
  case workQueueDepth = "workqueue_depth"
  case reconciles = "controller_runtime_reconcile_total"
  case reconcileErrors = "controller_runtime_reconcile_errors_total"
  case reconcileTime = "controller_runtime_reconcile_time_seconds"
  case restClientRequests = "rest_client_requests_total"
  case residentMemory = "process_resident_memory_bytes"
  case processCPU = "process_cpu_seconds_total"
  case leader = "leader_election_master_status"

  public var name: String { rawValue }
  public var kind: MetricSnapshot.Kind { definition.kind }
  public var labels: [String] { definition.labels }
  public var help: String { definition.help }
  public var exporters: Set<Exporter> { definition.exporters }

  private typealias Definition = (
    exporters: Set<Exporter>, kind: MetricSnapshot.Kind, labels: [String], help: String
  )

  private var definition: Definition {
    switch self {
    case .poolTotal: daemon(.gauge, ["type", "ipStack"], "Addresses of a node's pool, in the IPAM of each daemon.")
    case .poolIdle: daemon(.gauge, ["type", "ipStack"], "Those of them that no pod holds.")
    case .rpcLatency: daemon(.histogram, ["rpc_api", "error"], "Time of a request of the CNI plugin, in milliseconds.")
    case .openAPILatency:
      (
        [.terwayDaemon, .terwayControlplane], .histogram, ["api", "error"],
        "Time of a request to the cloud, in milliseconds."
      )
    case .rateLimiterLatency:
      controlplane(.histogram, ["api"], "Time a request to the cloud was held back, in milliseconds.")
    case .nodeReconcileLatency:
      controlplane(.histogram, ["method", "node"], "Time of a step on a node, in milliseconds.")
    case .eniTaskQueue: controlplane(.gauge, ["status"], "Attachments of ENIs that are queued, by status.")
    case .eniAttachDuration: controlplane(.histogram, ["result", "eni_type"], "Time of attaching an ENI, in seconds.")
    case .hubbleDrops: ([.hubble], .counter, ["node", "reason"], "Packets that the datapath dropped.")
    case .containerReceivedBytes: container(Self.interface, "Bytes that a pod received.")
    case .containerTransmittedBytes: container(Self.interface, "Bytes that a pod sent.")
    case .containerReceivedPackets: container(Self.interface, "Packets that a pod received.")
    case .containerTransmittedPackets: container(Self.interface, "Packets that a pod sent.")
    case .containerReceiveDrops: container(Self.interface, "Incoming packets that were dropped.")
    case .containerTransmitDrops: container(Self.interface, "Outgoing packets that were dropped.")
    case .containerPeriods: container(["namespace", "pod", "container"], "Periods of a container's CPU quota.")
    case .containerThrottledPeriods:
      container(["namespace", "pod", "container"], "Those in which the container was held back.")
    case .tcpRetransmits: ([.nodeExporter], .counter, ["namespace", "pod"], "TCP segments sent again by a node.")
    case .tcpSegments: ([.nodeExporter], .counter, ["namespace", "pod"], "TCP segments sent by a node.")
    case .qdiscDrops:
      ([.nodeExporterQdisc], .counter, ["namespace", "pod", "device"], "Packets that a queue discipline dropped.")
    case .podInfo: state(["namespace", "pod", "node", "host_network", "pod_ip"], "1 for every pod.")
    case .nodeInfo: state(["node"], "1 for every node.")
    case .podReady: state(["namespace", "pod", "condition"], "1 for the state of a pod's readiness.")
    case .podPhase: state(["namespace", "pod", "phase"], "1 for the phase of a pod.")
    case .containerRestarts:
      ([.kubeStateMetrics], .counter, ["namespace", "pod", "container"], "How often a container was restarted.")
    case .nodeCondition: state(["node", "condition", "status"], "1 for the state of a node's condition.")
    case .deploymentAvailable: state(["namespace", "deployment"], "Replicas of a Deployment that are available.")
    case .apiServerRequests: ([.apiServer], .counter, ["group", "code"], "Requests to the API server.")
    case .workQueueDepth:
      ([.operator, .terwayControlplane], .gauge, ["job", "name"], "Keys that wait for a controller.")
    case .reconciles: own(.counter, ["job", "controller", "result"], "Reconciles of a controller, by result.")
    case .reconcileErrors: own(.counter, ["job", "controller"], "Reconciles of a controller that failed.")
    case .reconcileTime: own(.histogram, ["job", "controller"], "Time of a reconcile, in seconds.")
    case .restClientRequests: own(.counter, ["job", "code"], "Requests of a program to the API server.")
    case .residentMemory: own(.gauge, ["job", "pod"], "Memory of a program, in bytes.")
    case .processCPU: own(.counter, ["job", "pod"], "CPU time of a program, in seconds.")
    case .leader: own(.gauge, ["job", "name"], "1 on the replica that leads.")
    }
  }

  private func daemon(_ kind: MetricSnapshot.Kind, _ labels: [String], _ help: String) -> Definition {
    ([.terwayDaemon], kind, ["node"] + labels, help)
  }

  private func controlplane(_ kind: MetricSnapshot.Kind, _ labels: [String], _ help: String) -> Definition {
    ([.terwayControlplane], kind, labels, help)
  }

  private static let interface = ["namespace", "pod", "interface"]

  private func container(_ labels: [String], _ help: String) -> Definition { ([.cAdvisor], .counter, labels, help) }

  private func state(_ labels: [String], _ help: String) -> Definition { ([.kubeStateMetrics], .gauge, labels, help) }

  private func own(_ kind: MetricSnapshot.Kind, _ labels: [String], _ help: String) -> Definition {
    ([.operator], kind, labels, help)
  }
}
