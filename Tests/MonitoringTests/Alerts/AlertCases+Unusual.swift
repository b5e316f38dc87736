/// A counter's growth per minute, or a gauge's value, for so many minutes; `nil` is a series that is gone.
typealias Stretch = (minutes: Int, level: Double?)

/// In promtool's notation.
func history(counter stretches: [Stretch], step: Int) -> String {
  var value = 0.0
  return stretches.reduce(into: ["0"]) { parts, stretch in
    let count = stretch.minutes / step
    guard let level = stretch.level else { return parts.append("stale _x\(count - 1)") }
    let growth = level * Double(step)
    parts.append("\(value + growth)+\(growth)x\(count - 1)")
    value += growth * Double(count)
  }.joined(separator: " ")
}

func history(gauge stretches: [Stretch], step: Int) -> String {
  stretches.map { stretch in
    stretch.level.map { "\($0)x\(stretch.minutes / step - 1)" } ?? "stale _x\(stretch.minutes / step - 1)"
  }.joined(separator: " ")
}

extension AlertCases {
  /// A signal that is watched: how its series read, in the unit in which `least` is the least width of its band.
  private struct Watched: Sendable {
    var stem: String
    var source: AlertCase.Source
    var labels: [String: String]
    var least: Double
    /// What the texts say of 4.04 times the least width, of 1.96 times, and of nothing.
    var high: String
    var low: String
    var zero = "0"
    var series: @Sendable (_ stretches: [Stretch]) -> [String: String]

    /// All bands are made alike: one shows how they are over days, the others that theirs is there.
    var isThorough: Bool { stem == "TerwayAllocatedIPs" }
    /// When a level that changes after 370 minutes is seen whole: a rate has to have left the old one behind.
    var settled: Int { stem == "TerwayAllocatedIPs" ? 370 : 374 }
  }

  private static let step = 2

  private static func counted(
    _ metric: String, _ labels: KeyValuePairs<String, String>, _ stretches: [Stretch]
  ) -> [String: String] {
    let perMinute = stretches.map { ($0.minutes, $0.level.map { $0 * 60 }) }
    return series(metric, labels, history(counter: perMinute, step: step))
  }

  private static func pod(_ name: String) -> [String: String] {
    series("kube_pod_info", ["namespace": "d", "pod": name, "node": "n1", "host_network": "false"], "1x2000")
  }

  private static let watched = [
    Watched(
      stem: "TerwayThroughput", source: .contract, labels: ["node": "n1", "direction": "receive"], least: 10e6,
      high: "40.4MB/s", low: "19.6MB/s", zero: "0B/s",
      series: { counted("terway_network_bytes_total", ["node": "n1", "pod": "a", "direction": "receive"], $0) }),
    Watched(
      stem: "TerwayThroughput", source: .upstream, labels: ["node": "n1", "direction": "receive"], least: 10e6,
      high: "40.4MB/s", low: "19.6MB/s", zero: "0B/s",
      series: {
        together(
          pod("a"),
          counted("container_network_receive_bytes_total", ["namespace": "d", "pod": "a", "interface": "eth0"], $0))
      }),
    Watched(
      stem: "TerwayAllocatedIPs", source: .contract, labels: ["node": "n1"], least: 5, high: "20.2", low: "9.8",
      series: {
        series("terway_eni_allocated_ips", ["node": "n1", "eni_id": "e1"], history(gauge: $0, step: step))
      }),
    Watched(
      stem: "TerwayAllocatedIPs", source: .upstream, labels: ["node": "n1"], least: 5, high: "20.2", low: "9.8",
      series: {
        let labels: KeyValuePairs = ["node": "n1", "type": "LocalIP", "ipStack": "ipv4"]
        return together(
          series("terway_resource_pool_total_count", labels, history(gauge: $0, step: step)),
          series("terway_resource_pool_idle_count", labels, "0x2000"))
      }),
    Watched(
      stem: "TerwayIPRequests", source: .contract, labels: ["node": "n1"], least: 0.2, high: "808m", low: "392m",
      series: {
        counted("terway_rpc_latency_count", ["node": "n1", "rpc_api": "AllocIP", "error": "false"], $0)
      }),
    Watched(
      stem: "TerwayIPRequests", source: .upstream, labels: ["node": "n1"], least: 0.2, high: "808m", low: "392m",
      series: {
        counted("terway_rpc_latency_count", ["node": "n1", "rpc_api": "AllocIP", "error": "false"], $0)
      }),
    Watched(
      stem: "TerwayCloudRequests", source: .contract, labels: ["api": "AttachENI"], least: 0.5, high: "2.02",
      low: "980m",
      series: { counted("aliyun_openapi_latency_count", ["api": "AttachENI", "error": "false"], $0) }),
    Watched(
      stem: "TerwayCloudRequests", source: .upstream, labels: ["api": "AttachENI"], least: 0.5, high: "2.02",
      low: "980m",
      series: { counted("aliyun_openapi_latency_count", ["api": "AttachENI", "error": "false"], $0) }),
    Watched(
      stem: "TerwayPolicyDenies", source: .contract, labels: ["node": "n1"], least: 1, high: "4.04", low: "1.96",
      series: { counted("terway_network_isolation_violations_total", ["node": "n1"], $0) }),
    Watched(
      stem: "TerwayPolicyDenies", source: .upstream, labels: ["node": "n1"], least: 1, high: "4.04", low: "1.96",
      series: { counted("hubble_drop_total", ["node": "n1", "reason": "POLICY_DENIED"], $0) }),
  ]

  /// Three times the least width of the band for hours, and then something else.
  @CaseList
  private static func aboveBand(_ watched: Watched) -> [AlertCase] {
    let (alert, usual) = ("\(watched.stem)AboveBand", 3 * watched.least)
    AlertCase(
      alert, "a little more than the least width", silent: watched.settled + 14, fires: [watched.settled + 16],
      given: watched.series([(370, usual), (40, 4.04 * watched.least)]),
      as: .labelled(watched.labels, watched.high))
    AlertCase(
      alert, "a little less than the least width", silent: 400,
      given: watched.series([(370, usual), (40, 3.99 * watched.least)]))
    if watched.isThorough {
      AlertCase(
        alert, "from the fifteenth minute until the level is accepted", silent: 614, 1900, fires: [620, 1500],
        given: watched.series([(600, usual), (1320, 4.04 * watched.least)]),
        as: .labelled(watched.labels, watched.high))
      AlertCase(
        alert, "five hours of history", silent: 340,
        given: watched.series([(300, usual), (60, 10 * watched.least)]))
      AlertCase(
        alert, "too short", silent: 394, given: watched.series([(370, usual), (10, 10 * watched.least), (40, usual)]))
    }
  }

  @CaseList
  private static func belowBand(_ watched: Watched) -> [AlertCase] {
    let (alert, usual) = ("\(watched.stem)BelowBand", 3 * watched.least)
    AlertCase(
      alert, "a drop to zero", silent: 376, fires: [394], given: watched.series([(370, usual), (40, 0)]),
      as: .labelled(watched.labels, watched.zero))
    AlertCase(
      alert, "a little more than the least width", silent: watched.settled + 14, fires: [watched.settled + 16],
      given: watched.series([(370, usual), (40, 1.96 * watched.least)]), as: .labelled(watched.labels, watched.low))
    AlertCase(
      alert, "a little less than the least width", silent: 400,
      given: watched.series([(370, usual), (40, 2.01 * watched.least)]))
    if watched.isThorough {
      AlertCase(
        alert, "from the fifteenth minute until the level is accepted", silent: 614, 1900, fires: [620, 1500],
        given: watched.series([(600, usual), (1320, 0)]), as: .labelled(watched.labels, watched.zero))
      AlertCase(
        alert, "a drop to zero of what swings by far more than the least width", silent: 1210, fires: [1224],
        given: watched.series(swinging(watched.least) + [(60, 0)]), as: .labelled(watched.labels, watched.zero))
      AlertCase(
        alert, "gone, while its node is there", silent: 376, fires: [394],
        given: watched.series([(370, usual), (40, nil)]), longLived("n1"),
        as: .labelled(watched.labels, watched.zero))
      AlertCase(
        alert, "gone with its node", silent: 400, given: watched.series([(370, usual), (40, nil)]), longLived("n2"))
      AlertCase(alert, "noise near zero", silent: 400, given: watched.series([(370, 0.9 * watched.least), (40, 0)]))
    }
  }

  /// Between 5 and 15 times the least width, hour by hour.
  private static func swinging(_ least: Double) -> [Stretch] {
    (0..<20).map { (60, least * Double([5, 10, 15, 10][$0 % 4])) }
  }

  private static func longLived(_ node: String) -> [String: String] {
    together(
      series("kube_node_info", ["node": node], "1x2000"),
      series("terway_eni_node_info", ["node": node, "zone": "z1", "instance_type": "x"], "1x2000"))
  }

  /// All requests of six hours within 50 ms, and then within another bucket.
  private static func slower(_ bound: String) -> [String: String] {
    let before: [Stretch] = [(370, 60), (40, 0)]
    let after: [Stretch] = [(370, 0), (40, 60)]
    let bounds = ["50", "400", "800", "1600", "3200", "6400"]
    let labels = { (le: String) -> KeyValuePairs<String, String> in
      ["node": "n1", "rpc_api": "AllocIP", "error": "false", "le": le]
    }
    // Cumulative: whoever is within a bound is within all that are greater.
    return bounds.reduce(
      into: series(
        "terway_rpc_latency_bucket", labels("+Inf"), history(counter: [(410, 60)], step: step))
    ) { all, le in
      let isAbove = (Double(le) ?? 0) >= (Double(bound) ?? 0)
      let stretches: [Stretch] = isAbove ? [(before[0].minutes + after[1].minutes, 60)] : before
      all.merge(series("terway_rpc_latency_bucket", labels(le), history(counter: stretches, step: step))) { $1 }
    }
  }

  @CaseList private static var slow: [AlertCase] {
    AlertCase(
      "TerwayIPAllocationTimeAboveBand", "a hundred times as long", silent: 376, fires: [396], given: slower("6400"),
      as: .node("n1", "6.24s"))
    AlertCase(
      "TerwayIPAllocationTimeAboveBand", "a little more than the least width", silent: 386, fires: [388],
      given: slower("1600"), as: .node("n1", "1.56s"))
    AlertCase(
      "TerwayIPAllocationTimeAboveBand", "ten times as long, which is not long", silent: 400, given: slower("800"))
    AlertCase(
      "TerwayIPAllocationTimeAboveBand", "no request at all", silent: 400,
      given: counter(
        "terway_rpc_latency_bucket", ["node": "n1", "rpc_api": "AllocIP", "le": "+Inf"], perMinute: 0, for: 410))
  }

  static var unusual: [AlertCase] {
    let bands = watched.flatMap { watched in
      let below = watched.stem == "TerwayPolicyDenies" ? [] : belowBand(watched)
      return (aboveBand(watched) + below).map { $0.only(watched.source) }
    }
    return (bands + slow).map { $0.every(step) }
  }
}
