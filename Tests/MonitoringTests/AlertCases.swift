import Testing

/// What an alert does with a history of series, one sample a minute, in promtool's notation.
struct AlertCase: Sendable {
  var alert: String
  var situation: String
  var series: [String: String]
  /// Minutes from the start.
  var at: Int
  /// What fires then; empty is silence.
  var fires: [Firing]

  struct Firing: Sendable {
    var labels: [String: String]
    /// The value as the texts say it.
    var value: String
  }

  init(_ alert: String, _ situation: String, at minutes: Int, _ series: [String: String], fires: Firing...) {
    (self.alert, self.situation, self.series) = (alert, situation, series)
    (self.at, self.fires) = (minutes, fires)
  }

  /// Nothing but the node tells the firing series apart.
  static func node(_ node: String, _ value: String) -> Firing { Firing(labels: ["node": node], value: value) }
}

extension AlertCase.Firing {
  static func node(_ node: String, _ value: String) -> Self { AlertCase.node(node, value) }
  static func labelled(_ labels: [String: String], _ value: String) -> Self { .init(labels: labels, value: value) }
}

enum AlertCases {
  static let all = performance + qos + security + availability + capacity

  /// Buckets of 50 ms and 100 ms, and the count, that grow by so much a minute.
  private static func latency(_ node: String, below50: Int, below100: Int, peer: String = "x") -> [String: String] {
    let labels = "node=\"\(node)\",peer=\"\(peer)\""
    return [
      "terway_network_latency_seconds_bucket{\(labels),le=\"0.05\"}": "0+\(below50)x30",
      "terway_network_latency_seconds_bucket{\(labels),le=\"0.1\"}": "0+\(below100)x30",
      "terway_network_latency_seconds_bucket{\(labels),le=\"+Inf\"}": "0+\(below100)x30",
      "terway_network_latency_seconds_count{\(labels)}": "0+\(below100)x30",
    ]
  }

  private static func ips(
    _ node: String, _ eni: String, _ allocated: Int, of total: Int, pod: String = "a"
  )
    -> [String: String]
  {
    [
      "terway_eni_allocated_ips{node=\"\(node)\",eni_id=\"\(eni)\",exporter=\"\(pod)\"}": "\(allocated)x90",
      "terway_eni_total_ips{node=\"\(node)\",eni_id=\"\(eni)\",exporter=\"\(pod)\"}": "\(total)x90",
    ]
  }

  private static func bytes(_ pod: String, _ direction: String, perMinute: Int) -> [String: String] {
    ["terway_network_bytes_total{node=\"n1\",pod=\"\(pod)\",direction=\"\(direction)\"}": "0+\(perMinute)x30"]
  }

  static let performance: [AlertCase] = [
    .init(
      "TerwayHighLatency", "one slow node among many", at: 15,
      latency("n1", below50: 8, below100: 20) + latency("n2", below50: 20, below100: 20),
      fires: .node("n1", "95.83ms")),
    .init("TerwayHighLatency", "still pending", at: 4, latency("n1", below50: 8, below100: 20)),
    .init("TerwayHighLatency", "under the limit", at: 15, latency("n1", below50: 20, below100: 20)),
    .init("TerwayHighLatency", "too few probes to tell", at: 15, latency("n1", below50: 0, below100: 1)),
    .init(
      "TerwayHighLatency", "one slow peer of a fast node", at: 15,
      latency("n1", below50: 200, below100: 200) + latency("n1", below50: 0, below100: 2, peer: "y")),

    .init(
      "TerwayHighThroughput", "two pods that are too much only together", at: 15,
      bytes("a", "receive", perMinute: 36_000_000_000) + bytes("b", "receive", perMinute: 36_000_000_000),
      fires: .labelled(["node": "n1", "direction": "receive"], "1.2GB/s")),
    .init(
      "TerwayHighThroughput", "both directions within the limit", at: 15,
      bytes("a", "receive", perMinute: 36_000_000_000) + bytes("a", "transmit", perMinute: 36_000_000_000)),

    .init(
      "TerwayHighENIUtilization", "nine of ten", at: 15, ips("n1", "e1", 9, of: 10) + ips("n1", "e2", 9, of: 10),
      fires: .node("n1", "90%")),
    .init(
      "TerwayHighENIUtilization", "series that differ in a label we do not know", at: 15,
      [
        #"terway_eni_allocated_ips{node="n1",eni_id="e1",image="a"}"#: "9x30",
        #"terway_eni_total_ips{node="n1",eni_id="e1",image="b"}"#: "10x30",
      ], fires: .node("n1", "90%")),
    .init("TerwayHighENIUtilization", "exactly at the threshold", at: 15, ips("n1", "e1", 8, of: 10)),
    .init("TerwayHighENIUtilization", "nothing of nothing", at: 15, ips("n1", "e1", 0, of: 0)),
    .init(
      "TerwayHighENIUtilization", "one full ENI of two", at: 15,
      ips("n1", "e1", 10, of: 10) + ips("n1", "e2", 2, of: 10)),
    .init(
      "TerwayHighENIUtilization", "two replicas that export the same", at: 15,
      ips("n1", "e1", 7, of: 10) + ips("n1", "e1", 7, of: 10, pod: "b")),
    .init(
      "TerwayHighENIUtilization", "the node is gone", at: 30,
      [
        #"terway_eni_allocated_ips{node="n1",eni_id="e1"}"#: "9x12 stale",
        #"terway_eni_total_ips{node="n1",eni_id="e1"}"#: "10x12 stale",
      ]),
  ]

  private static func violations(_ history: String) -> [String: String] {
    [#"terway_qos_violations_total{node="n1",priority_class="gold"}"#: history]
  }

  private static func bandwidth(_ current: Int, of allocated: Int, allocatedTo pod: String = "p") -> [String: String] {
    [
      #"terway_network_current_bandwidth_bytes{node="n1",namespace="d",pod="p",direction="transmit"}"#: "\(current)x30",
      "terway_network_allocated_bandwidth_bytes{node=\"n1\",namespace=\"d\",pod=\"\(pod)\",direction=\"transmit\"}":
        "\(allocated)x30",
    ]
  }

  static let qos: [AlertCase] = [
    .init(
      "TerwayQoSViolations", "twelve a minute", at: 15, violations("0+12x30"),
      fires: .labelled(["node": "n1", "priority_class": "gold"], "12")),
    .init("TerwayQoSViolations", "nine a minute", at: 15, violations("0+9x30")),
    .init("TerwayQoSViolations", "nine a minute, and the counter starts anew", at: 15, violations("0+9x10 0+9x20")),
    .init("TerwayQoSViolations", "many, long ago", at: 40, violations("0+100x10 1000x40")),

    .init(
      "TerwayBandwidthExceeded", "a fifth more than allowed", at: 10, bandwidth(120, of: 100),
      fires: .labelled(["node": "n1", "namespace": "d", "pod": "p", "direction": "transmit"], "120%")),
    .init("TerwayBandwidthExceeded", "exactly at the threshold", at: 10, bandwidth(110, of: 100)),
    .init("TerwayBandwidthExceeded", "unlimited", at: 10, bandwidth(120, of: 0)),
    .init("TerwayBandwidthExceeded", "the limit is another pod's", at: 10, bandwidth(120, of: 100, allocatedTo: "q")),
  ]

  private static func denies(_ history: String) -> [String: String] {
    [#"terway_network_isolation_violations_total{node="n1"}"#: history]
  }

  private static func syncs(failing failures: String, of attempts: String) -> [String: String] {
    [
      #"terway_security_group_sync_failures_total{node="n1"}"#: failures,
      #"terway_security_group_syncs_total{node="n1"}"#: attempts,
    ]
  }

  private static func drift(_ enis: Int, of total: Int) -> [String: String] {
    (1...total).reduce(into: [#"terway_security_group_drift_enis{node="n1"}"#: "\(enis)x90"]) {
      $0.merge(ips("n1", "e\($1)", 1, of: 10)) { $1 }
    }
  }

  static let security: [AlertCase] = [
    .init("TerwayNetworkIsolationBreach", "three denies", at: 33, denies("0x30 3x60"), fires: .node("n1", "3")),
    .init(
      "TerwayNetworkIsolationBreach", "a counter born above zero", at: 12, denies("_x10 7x60"), fires: .node("n1", "7")),
    .init("TerwayNetworkIsolationBreach", "denies of long ago", at: 70, denies("0x30 3x60")),
    .init("TerwayNetworkIsolationBreach", "a gap in the scrapes", at: 92, denies("7x80 _x10 7x60")),
    .init("TerwayNetworkIsolationBreach", "the exporter starts anew", at: 52, denies("7x50 0x60")),

    .init(
      "TerwaySecurityGroupSyncFailure", "a quarter fails", at: 15, syncs(failing: "0+1x30", of: "0+4x30"),
      fires: .node("n1", "25%")),
    .init(
      "TerwaySecurityGroupSyncFailure", "a quarter of the ENIs drifted", at: 15, drift(1, of: 4),
      fires: .node("n1", "25%")),
    .init("TerwaySecurityGroupSyncFailure", "one in twenty fails", at: 15, syncs(failing: "0+1x30", of: "0+20x30")),
    .init(
      "TerwaySecurityGroupSyncFailure", "a few seconds' worth of attempts", at: 14,
      syncs(failing: "0x10 1x20", of: "0x10 1x20")),
    .init("TerwaySecurityGroupSyncFailure", "one ENI of twenty drifted", at: 15, drift(1, of: 20)),

    .init("TerwaySecurityGroupDrift", "one ENI for long", at: 40, drift(1, of: 20), fires: .node("n1", "1")),
    .init("TerwaySecurityGroupDrift", "one ENI for a while", at: 20, drift(1, of: 20)),
    .init("TerwaySecurityGroupDrift", "none", at: 40, drift(0, of: 20)),
  ]

  private static func daemon(_ pod: String, ready: Int, namespace: String = "kube-system") -> [String: String] {
    let labels = "namespace=\"\(namespace)\",pod=\"\(pod)\",job=\"kube-state-metrics\""
    return [
      "kube_pod_status_ready{\(labels),condition=\"true\"}": "\(ready)x30",
      "kube_pod_status_ready{\(labels),condition=\"false\"}": "\(1 - ready)x30",
      "kube_pod_info{\(labels),node=\"n1\",host_ip=\"10.0.0.1\"}": "1x30",
    ]
  }

  private static func exporters(_ values: String...) -> [String: String] {
    values.enumerated().reduce(into: [:]) {
      $0["up{job=\"terway-operator\",namespace=\"terway-operator-system\",pod=\"\($1.offset)\"}"] = "\($1.element)x30"
    }
  }

  private static func requests(errors: Int, successes: Int) -> [String: String] {
    [
      #"apiserver_request_total{group="network.alibabacloud.com",code="503",instance="a"}"#: "0+\(errors)x30",
      #"apiserver_request_total{group="network.alibabacloud.com",code="200",instance="b"}"#: "0+\(successes)x30",
      #"apiserver_request_total{group="apps",code="500",instance="b"}"#: "0+1000x30",
    ]
  }

  static let availability: [AlertCase] = [
    .init(
      "TerwayDown", "the only daemon is not ready", at: 10, daemon("terway-eniip-a", ready: 0), fires: .node("n1", "0")),
    .init("TerwayDown", "still pending", at: 3, daemon("terway-eniip-a", ready: 0)),
    .init(
      "TerwayDown", "the next daemon is ready already", at: 10,
      daemon("terway-eniip-a", ready: 0) + daemon("terway-eniip-b", ready: 1)),
    .init(
      "TerwayDown", "another pod is not ready", at: 10,
      daemon("coredns-a", ready: 0) + daemon("terway-eniip-a", ready: 0, namespace: "x")),

    .init("TerwayExporterDown", "no target", at: 10, [:], fires: .labelled([:], "1")),
    .init("TerwayExporterDown", "all targets down", at: 10, exporters("0", "0"), fires: .labelled([:], "1")),
    .init("TerwayExporterDown", "one of two is up", at: 10, exporters("0", "1")),

    .init("TerwayMetricsAbsent", "up, and nothing there", at: 20, exporters("1"), fires: .labelled([:], "1")),
    .init("TerwayMetricsAbsent", "up, and series there", at: 20, exporters("1") + ips("n1", "e1", 0, of: 0)),
    .init("TerwayMetricsAbsent", "down", at: 20, exporters("0")),

    .init("TerwayAPIErrors", "one in ten", at: 20, requests(errors: 6, successes: 54), fires: .labelled([:], "10%")),
    .init("TerwayAPIErrors", "one in fifty", at: 20, requests(errors: 6, successes: 294)),
    .init("TerwayAPIErrors", "hardly any request", at: 20, requests(errors: 1, successes: 0)),
  ]

  private static func capacity(_ capacity: Int, allocated history: String) -> [String: String] {
    [
      #"terway_eni_capacity_ips{node="n1"}"#: "\(capacity)x600",
      #"terway_eni_allocated_ips{node="n1",eni_id="e1"}"#: history,
    ]
  }

  private static func sufficientIP(_ reported: String) -> [String: String] {
    [#"kube_node_status_condition{node="n1",condition="SufficientIP",status="false"}"#: reported]
  }

  static let capacity: [AlertCase] = [
    .init(
      "TerwayIPExhaustionPredicted", "six more an hour, 22 left", at: 485,
      capacity(100, allocated: "30+0.1x480 78x100"),
      fires: .node("n1", "22")),
    .init("TerwayIPExhaustionPredicted", "constant", at: 480, capacity(100, allocated: "78x600")),
    .init("TerwayIPExhaustionPredicted", "growing, but plenty left", at: 480, capacity(1000, allocated: "30+0.8x600")),

    .init(
      "TerwayIPExhaustionImminent", "six more an hour, 22 left", at: 485, capacity(100, allocated: "30+0.1x480 78x100"),
      fires: .node("n1", "22")),
    .init(
      "TerwayIPExhaustionImminent", "one more an hour, 22 left", at: 480, capacity(100, allocated: "70+0.0166x600")),

    .init(
      "TerwayIPHeadroomLow", "three of forty", at: 15, capacity(40, allocated: "37x30"), fires: .node("n1", "7.5%")),
    .init("TerwayIPHeadroomLow", "exactly at the threshold", at: 15, capacity(40, allocated: "36x30")),
    .init("TerwayIPHeadroomLow", "a node that holds none", at: 15, capacity(0, allocated: "0x30")),

    .init("TerwayIPAllocationBlocked", "reported", at: 5, sufficientIP("1x30"), fires: .node("n1", "1")),
    .init(
      "TerwayIPAllocationBlocked", "reported and taken back a moment ago", at: 10, sufficientIP("1x4 0x30"),
      fires: .node("n1", "1")),
    .init("TerwayIPAllocationBlocked", "never reported", at: 5, sufficientIP("0x30")),
  ]
}

extension Dictionary<String, String> {
  fileprivate static func + (left: Self, right: Self) -> Self { left.merging(right) { $1 } }
}
