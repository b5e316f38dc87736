extension AlertCases {
  static func podInfo(_ pod: String, on node: String, in namespace: String = "kube-system") -> [String: String] {
    gauge(
      "kube_pod_info",
      ["namespace": namespace, "pod": pod, "node": node, "host_network": "true", "pod_ip": "10.0.0.1"],
      1, for: 90)
  }

  static func daemon(
    _ pod: String, ready: Double, on node: String = "n1", in namespace: String = "kube-system"
  ) -> [String: String] {
    together(
      gauge("kube_pod_status_ready", ["namespace": namespace, "pod": pod, "condition": "true"], ready, for: 90),
      gauge("kube_pod_status_ready", ["namespace": namespace, "pod": pod, "condition": "false"], 1 - ready, for: 90),
      podInfo(pod, on: node, in: namespace))
  }

  /// A node that Terway manages, and that kube-state-metrics knows.
  static func node(_ name: String) -> [String: String] {
    together(
      gauge("kube_node_info", ["node": name, "kernel_version": "5.10"], 1, for: 90),
      gauge("terway_eni_node_info", ["node": name, "zone": "z1", "instance_type": "ecs.g7.large"], 1, for: 90))
  }

  private static func restarts(_ perHour: Double) -> [String: String] {
    together(
      counter(
        "kube_pod_container_status_restarts_total",
        ["namespace": "kube-system", "pod": "terway-eniip-a", "container": "terway"], perMinute: perHour / 60, for: 120),
      series("kube_pod_info", ["namespace": "kube-system", "pod": "terway-eniip-a", "node": "n1"], "1x120"))
  }

  /// A pod on n1 that waits for its address.
  private static func waiting(_ pod: String, _ history: String = "1x90", phase: String = "Pending") -> [String: String]
  {
    together(
      series(
        "kube_pod_info",
        ["namespace": "d", "pod": pod, "node": "n1", "host_network": "false", "pod_ip": ""], history),
      series("kube_pod_status_phase", ["namespace": "d", "pod": pod, "phase": phase], history))
  }

  /// As many idle addresses in the pool of n1, in the words of both sources.
  private static func idle(_ count: Double) -> [String: String] {
    together(
      ips("n1", "e1", 10 - count, of: 10),
      gauge("terway_resource_pool_total_count", ["node": "n1", "type": "LocalIP", "ipStack": "ipv4"], 10, for: 90),
      gauge("terway_resource_pool_idle_count", ["node": "n1", "type": "LocalIP", "ipStack": "ipv4"], count, for: 90))
  }

  private static func throttled(_ ratio: Double) -> [String: String] {
    let container: KeyValuePairs = ["namespace": "kube-system", "pod": "terway-eniip-a", "container": "terway"]
    return together(
      counter("container_cpu_cfs_throttled_periods_total", container, perMinute: 600 * ratio),
      counter("container_cpu_cfs_periods_total", container, perMinute: 600), podInfo("terway-eniip-a", on: "n1"))
  }

  private static func exporters(_ values: Double...) -> [String: String] {
    values.enumerated().reduce(into: [:]) {
      $0["up{job=\"terway-operator\",namespace=\"terway-operator-system\",pod=\"\($1.offset)\"}"] = "\($1.element)x30"
    }
  }

  private static func controlplane(_ available: Double, named name: String = "terway-controlplane") -> [String: String]
  {
    together(
      node("n1"),
      gauge("kube_deployment_status_replicas_available", ["namespace": "kube-system", "deployment": name], available))
  }

  private static func apiRequests(_ perSecond: Double, failing ratio: Double) -> [String: String] {
    let group = "network.alibabacloud.com"
    return together(
      counter(
        "apiserver_request_total", ["group": group, "code": "503", "instance": "a"], perMinute: perSecond * ratio * 60),
      counter(
        "apiserver_request_total", ["group": group, "code": "200", "instance": "b"],
        perMinute: perSecond * (1 - ratio) * 60),
      counter("apiserver_request_total", ["group": "apps", "code": "500", "instance": "b"], perMinute: 1000))
  }

  @CaseList static var availability: [AlertCase] {
    AlertCase(
      "TerwayDown", "the only daemon is not ready, among nodes with one that is", silent: 4, fires: [5],
      given: node("n1"), daemon("terway-eniip-a", ready: 0), node("n2"), daemon("terway-eniip-b", ready: 1, on: "n2"),
      as: .node("n1", "0", says: "Terway is not ready on n1"))
    AlertCase(
      "TerwayDown", "a node without any daemon", silent: 4, fires: [5], given: node("n1"), node("n2"),
      daemon("terway-eniip-b", ready: 1, on: "n2"), as: .node("n1", "0"))
    AlertCase(
      "TerwayDown", "no daemon anywhere", silent: 4, fires: [5], given: node("n1"), as: .node("n1", "0"))
    AlertCase(
      "TerwayDown", "the next daemon is ready already", silent: 10, given: node("n1"),
      daemon("terway-eniip-a", ready: 0), daemon("terway-eniip-b", ready: 1))
    AlertCase(
      "TerwayDown", "other pods are not ready", silent: 10, given: node("n1"), daemon("terway-eniip-b", ready: 1),
      daemon("coredns-a", ready: 0), daemon("terway-eniip-a", ready: 0, in: "x"))
    AlertCase(
      "TerwayDown", "kube-state-metrics is gone", silent: 20,
      given: gauge("terway_eni_node_info", ["node": "n1", "zone": "z1", "instance_type": "x"], 1))
    AlertCase(
      "TerwayDown", "the node is gone, with its daemon", silent: 20,
      given: series("kube_node_info", ["node": "n1"], "1x3 stale"),
      series("terway_eni_node_info", ["node": "n1", "zone": "z1", "instance_type": "x"], "1x3 stale"))
    AlertCase(
      "TerwayDaemonCrashLooping", "three times in the hour, almost", silent: 60, fires: [90], given: restarts(2.6),
      as: .node("n1", "2.6"))
    AlertCase(
      "TerwayDaemonCrashLooping", "three times at once", silent: 34, fires: [35, 89],
      given: series(
        "kube_pod_container_status_restarts_total",
        ["namespace": "kube-system", "pod": "terway-eniip-a", "container": "terway"], "0x29 3x120"),
      series("kube_pod_info", ["namespace": "kube-system", "pod": "terway-eniip-a", "node": "n1"], "1x150"),
      as: .node("n1", "3"))
    AlertCase(
      "TerwayDaemonCrashLooping", "less often", silent: 90, given: restarts(2.4))
    AlertCase(
      "TerwayDaemonCrashLooping", "a pod that is new and brings an old number", silent: 60,
      given: series(
        "kube_pod_container_status_restarts_total",
        ["namespace": "kube-system", "pod": "terway-eniip-a", "container": "terway"], "_x20 7x90"),
      series("kube_pod_info", ["namespace": "kube-system", "pod": "terway-eniip-a", "node": "n1"], "1x120"))
    AlertCase(
      "TerwayDaemonStuck", "a pod waits and there is an address", silent: 14, fires: [15], given: waiting("p"), idle(1),
      node("n1"), daemon("terway-eniip-a", ready: 1),
      as: .node("n1", "1", says: "1 pods on n1 get no IP although there are idle ones"))
    AlertCase(
      "TerwayDaemonStuck", "no address to give", silent: 40, given: waiting("p"), idle(0), node("n1"),
      daemon("terway-eniip-a", ready: 1))
    AlertCase(
      "TerwayDaemonStuck", "a daemon that is not ready", silent: 40, given: waiting("p"), idle(5), node("n1"),
      daemon("terway-eniip-a", ready: 0))
    AlertCase(
      "TerwayDaemonStuck", "always another pod", silent: 15, 20, 25, given: waiting("a", "1x8 stale"),
      waiting("b", "_x8 1x8 stale"), waiting("c", "_x16 1x8 stale"), idle(5), node("n1"),
      daemon("terway-eniip-a", ready: 1))
    AlertCase(
      "TerwayDaemonStuck", "a pod that has failed", silent: 40, given: waiting("p", phase: "Failed"), idle(5),
      node("n1"), daemon("terway-eniip-a", ready: 1))
    AlertCase(
      "TerwayDaemonThrottled", "a little more than a quarter", silent: 15, fires: [16], given: throttled(0.26),
      as: .node("n1", "26%"))
    AlertCase(
      "TerwayDaemonThrottled", "a little less", silent: 30, given: throttled(0.24))
    AlertCase(
      "TerwayExporterDown", "no target", silent: 4, fires: [5], given: [:],
      as: .labelled([:], "1", says: "No exporter of Terway's metrics is up"))
    AlertCase(
      "TerwayExporterDown", "all targets down", silent: 4, fires: [5], given: exporters(0, 0), as: .labelled([:], "1"))
    AlertCase(
      "TerwayExporterDown", "one of two is up", silent: 10, given: exporters(0, 1))
    AlertCase(
      "TerwayMetricsAbsent", "up, and nothing there", silent: 14, fires: [15], given: exporters(1),
      as: .labelled([:], "1"))
    AlertCase(
      "TerwayMetricsAbsent", "up, and series there", silent: 20, given: exporters(1), idle(0))
    AlertCase(
      "TerwayMetricsAbsent", "down", silent: 20, given: exporters(0))
    AlertCase(
      "TerwayControlplaneAbsent", "another Deployment only", silent: 9, fires: [10],
      given: controlplane(2, named: "coredns"), as: .labelled([:], "1", says: "Terway's controlplane is gone"))
    AlertCase(
      "TerwayControlplaneAbsent", "there, but not available", silent: 30, given: controlplane(0))
    AlertCase(
      "TerwayControlplaneAbsent", "no series of Kubernetes at all", silent: 30, given: [:])
    AlertCase(
      "TerwayControlplaneUnavailable", "no replica", silent: 4, fires: [5], given: controlplane(0),
      as: .labelled([:], "0"))
    AlertCase(
      "TerwayControlplaneUnavailable", "one replica", silent: 30, given: controlplane(1))
    AlertCase(
      "TerwayControlplaneBacklog", "a few too many", silent: 14, fires: [15],
      given: gauge("workqueue_depth", ["job": "terway-controlplane", "name": "node"], 103),
      as: .labelled(["name": "node"], "103"))
    AlertCase(
      "TerwayControlplaneBacklog", "almost too many, and another program's", silent: 30,
      given: gauge("workqueue_depth", ["job": "terway-controlplane", "name": "node"], 97),
      gauge("workqueue_depth", ["job": "kube-scheduler", "name": "node"], 1000))
    AlertCase(
      "TerwayAPIErrors", "a few too many", silent: 14, fires: [15], given: apiRequests(0.051, failing: 0.051),
      as: .labelled([:], "5.1%"))
    AlertCase(
      "TerwayAPIErrors", "almost too many", silent: 20, given: apiRequests(1, failing: 0.049))
    AlertCase(
      "TerwayAPIErrors", "hardly any request", silent: 20, given: apiRequests(0.049, failing: 0.5))
  }

  private static func reconciles(_ perSecond: Double, failing ratio: Double) -> [String: String] {
    together(
      counter(
        "controller_runtime_reconcile_total",
        ["job": "terway-operator", "controller": "profile", "result": "success"], perMinute: perSecond * 60),
      counter(
        "controller_runtime_reconcile_errors_total", ["job": "terway-operator", "controller": "profile"],
        perMinute: perSecond * ratio * 60))
  }

  private static func requests(_ perSecond: Double, failing ratio: Double, _ code: String) -> [String: String] {
    together(
      counter(
        "rest_client_requests_total", ["job": "terway-operator", "code": code], perMinute: perSecond * ratio * 60),
      counter(
        "rest_client_requests_total", ["job": "terway-operator", "code": "200"],
        perMinute: perSecond * (1 - ratio) * 60))
  }

  private static func leaders(_ first: Double, _ second: Double) -> [String: String] {
    together(
      gauge("leader_election_master_status", ["job": "terway-operator", "name": "x", "pod": "a"], first),
      gauge("leader_election_master_status", ["job": "terway-operator", "name": "x", "pod": "b"], second),
      gauge("leader_election_master_status", ["job": "other", "name": "x", "pod": "b"], 1))
  }

  @CaseList static var ownOperator: [AlertCase] {
    AlertCase(
      "TerwayOperatorReconcileErrors", "a few too many", silent: 19, fires: [20],
      given: reconciles(0.0052, failing: 0.26),
      as: .labelled(
        ["controller": "profile"], "26%", says: "26% of the reconciles of terway-operator's profile fail"))
    AlertCase(
      "TerwayOperatorReconcileErrors", "almost too many", silent: 30, given: reconciles(1, failing: 0.24))
    AlertCase(
      "TerwayOperatorReconcileErrors", "hardly any reconcile", silent: 30, given: reconciles(0.0048, failing: 1))
    AlertCase(
      "TerwayOperatorAPIErrors", "a few too many", silent: 19, fires: [20],
      given: requests(0.051, failing: 0.051, "429"), as: .labelled([:], "5.1%"))
    AlertCase(
      "TerwayOperatorAPIErrors", "almost too many", silent: 30, given: requests(1, failing: 0.049, "503"))
    AlertCase(
      "TerwayOperatorAPIErrors", "hardly any request", silent: 30, given: requests(0.049, failing: 0.5, "500"))
    AlertCase(
      "TerwayOperatorAPIErrors", "conflicts are no errors", silent: 30, given: requests(1, failing: 0.5, "409"))
    AlertCase(
      "TerwayOperatorBacklog", "a few too many", silent: 14, fires: [15],
      given: gauge("workqueue_depth", ["job": "terway-operator", "name": "pools"], 103),
      as: .labelled(["name": "pools"], "103"))
    AlertCase(
      "TerwayOperatorBacklog", "almost too many, and another program's", silent: 30,
      given: gauge("workqueue_depth", ["job": "terway-operator", "name": "pools"], 97),
      gauge("workqueue_depth", ["job": "kube-scheduler", "name": "node"], 1000))
    AlertCase(
      "TerwayOperatorNoLeader", "none of two", silent: 4, fires: [5], given: leaders(0, 0), as: .labelled([:], "0"))
    AlertCase(
      "TerwayOperatorNoLeader", "one of two", silent: 30, given: leaders(0, 1))
    AlertCase(
      "TerwayOperatorNoLeader", "no replica is seen, which is another alert", silent: 30, given: [:])
  }
}
