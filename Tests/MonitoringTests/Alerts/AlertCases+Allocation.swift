extension AlertCases {
  /// Requests for an address on n1; `within` are those that take up to a bound in milliseconds.
  static func allocations(
    _ perSecond: Double, failing ratio: Double = 0, within: [(bound: String, share: Double)] = [], for minutes: Int = 40
  ) -> [String: String] {
    let metric = "terway_rpc_latency"
    let (failing, passing) = (perSecond * ratio * 60, perSecond * (1 - ratio) * 60)
    return together(
      counter(
        "\(metric)_count", ["node": "n1", "rpc_api": "AllocIP", "error": "true"], perMinute: failing, for: minutes),
      counter(
        "\(metric)_count", ["node": "n1", "rpc_api": "AllocIP", "error": "false"], perMinute: passing, for: minutes),
      counter(
        "\(metric)_count", ["node": "n1", "rpc_api": "ReleaseIP", "error": "true"], perMinute: 600, for: minutes),
      buckets(within).reduce(into: [:]) {
        $0.merge(
          counter(
            "\(metric)_bucket", ["node": "n1", "rpc_api": "AllocIP", "error": "false", "le": $1.0],
            perMinute: passing * $1.1, for: minutes)
        ) { $1 }
      })
  }

  private static func buckets(_ within: [(bound: String, share: Double)]) -> [(bound: String, share: Double)] {
    let all: [(bound: String, share: Double)] = [("+Inf", 1)]
    return within + all
  }

  private static func attaches(_ inFiveMinutes: Double, failing ratio: Double) -> [String: String] {
    together(
      counter(
        "terway_eni_attach_duration_seconds_count", ["result": "timeout", "eni_type": "Secondary"],
        perMinute: inFiveMinutes / 5 * ratio),
      counter(
        "terway_eni_attach_duration_seconds_count", ["result": "success", "eni_type": "Secondary"],
        perMinute: inFiveMinutes / 5 * (1 - ratio)))
  }

  /// A gauge of which one is one too many, for so many minutes.
  @CaseList
  private static func counted(
    _ alert: String, _ metric: String, after minutes: Int, _ labels: KeyValuePairs<String, String>, says: String? = nil
  ) -> [AlertCase] {
    let firing = AlertCase.Firing.labelled(
      Dictionary(labels.filter { $0.key != "eni_id" }.map { ($0.key, $0.value) }) { $1 }, "1", says: says)
    AlertCase(
      alert, "one", silent: minutes - 1, fires: [minutes], given: gauge(metric, labels, 1, for: 90), as: firing
    ).only(.contract)
    AlertCase(
      alert, "none", silent: 60, given: gauge(metric, labels, 0, for: 90)
    ).only(.contract)
    AlertCase(
      alert, "gone before its time", silent: minutes + 5, given: series(metric, labels, "1x\(minutes - 2) 0x60")
    ).only(.contract)
  }

  @CaseList private static var rates: [AlertCase] {
    AlertCase(
      "TerwayIPAllocationFailing", "a few too many", silent: 9, fires: [10], given: allocations(0.021, failing: 0.102),
      as: .node("n1", "10.2%", says: "10.2% of the IP allocations on n1 fail"))
    AlertCase(
      "TerwayIPAllocationFailing", "almost too many", silent: 20, given: allocations(1, failing: 0.098))
    AlertCase(
      "TerwayIPAllocationFailing", "hardly any request", silent: 20, given: allocations(0.0196, failing: 1))
    AlertCase(
      "TerwayIPAllocationFailing", "nothing of nothing", silent: 20, given: allocations(0))
    AlertCase(
      "TerwayIPAllocationFailing", "the daemon starts anew", silent: 14, 20,
      given: series(
        "terway_rpc_latency_count", ["node": "n1", "rpc_api": "AllocIP", "error": "true"], "500x10 0x30"),
      series(
        "terway_rpc_latency_count", ["node": "n1", "rpc_api": "AllocIP", "error": "false"], "0+60x10 0+60x30"))
    AlertCase(
      "TerwayIPAllocationSlow", "a little too slow", silent: 14, fires: [15],
      given: allocations(0.021, within: [("6400", 0.86), ("12800", 1)]), as: .node("n1", "10.51s"))
    AlertCase(
      "TerwayIPAllocationSlow", "not quite so slow", silent: 30,
      given: allocations(1, within: [("6400", 0.9), ("12800", 1)]))
    AlertCase(
      "TerwayIPAllocationSlow", "hardly any request", silent: 30,
      given: allocations(0.0196, within: [("6400", 0), ("12800", 1)]))
    AlertCase(
      "TerwayENIAttachFailing", "a few too many", silent: 14, fires: [15], given: attaches(3.2, failing: 0.102),
      as: .labelled([:], "10.2%"))
    AlertCase(
      "TerwayENIAttachFailing", "almost too many", silent: 30, given: attaches(100, failing: 0.098))
    AlertCase(
      "TerwayENIAttachFailing", "hardly any", silent: 30, given: attaches(2.8, failing: 1))
    AlertCase(
      "TerwayNodeNotSynced", "not for 13 hours", silent: 810, fires: [811],
      given: gauge("terway_eni_last_sync_timestamp_seconds", ["node": "n1"], 1, for: 900),
      as: .node("n1", "13h 30m 59s", says: "n1 was last compared with the cloud 13h 30m 59s ago")
    ).only(.contract)
    AlertCase(
      "TerwayNodeNotSynced", "again in time", silent: 815,
      given: series("terway_eni_last_sync_timestamp_seconds", ["node": "n1"], "1x785 47000x100"))
    AlertCase(
      "TerwayNodeNotSynced", "never, which nobody can date", silent: 815,
      given: gauge("terway_eni_last_sync_timestamp_seconds", ["node": "n1"], 0, for: 900))
  }

  @CaseList private static var counts: [AlertCase] {
    counted("TerwayENIOperationErrors", "terway_eni_operation_errors", after: 10, ["node": "n1"])
    counted(
      "TerwayENIStuck", "terway_eni_stuck", after: 5, ["node": "n1", "status": "Attaching"],
      says: "1 ENIs of n1 are stuck in Attaching")
    counted(
      "TerwayPodENIStuck", "terway_eni_podeni_stuck", after: 5, ["phase": "Detaching"],
      says: "1 PodENIs are stuck in phase Detaching")
    counted("TerwayIPsLeaked", "terway_eni_leaked_ips", after: 30, ["node": "n1"])
    counted("TerwayIPsInvalid", "terway_eni_invalid_ips", after: 30, ["node": "n1", "eni_id": "e1"])
    counted("TerwayConfigDrift", "terway_eni_config_drift", after: 30, ["node": "n1"])
    counted(
      "TerwayVSwitchExhausted", "terway_eni_vswitch_exhausted", after: 2, ["vswitch_id": "vsw-1", "zone": "z1"],
      says: "vSwitch vsw-1 in z1 has no address left")
  }

  static let allocation: [AlertCase] = rates + counts

  private static func calls(
    _ perSecond: Double, failing ratio: Double = 0, within: [(bound: String, share: Double)] = []
  ) -> [String: String] {
    let metric = "aliyun_openapi_latency"
    return together(
      counter(
        "\(metric)_count", ["api": "AttachENI", "error": "true", "pod": "a"], perMinute: perSecond * ratio * 60),
      counter(
        "\(metric)_count", ["api": "AttachENI", "error": "false", "pod": "b"], perMinute: perSecond * (1 - ratio) * 60),
      buckets(within).reduce(into: [:]) {
        $0.merge(
          counter(
            "\(metric)_bucket", ["api": "AttachENI", "error": "false", "le": $1.0],
            perMinute: perSecond * 60 * $1.1)
        ) { $1 }
      })
  }

  private static func heldBack(_ within: [(bound: String, share: Double)], perMinute: Double = 100) -> [String: String]
  {
    buckets(within).reduce(into: [:]) {
      $0.merge(
        counter("rate_limiter_latency_bucket", ["api": "AttachENI", "le": $1.0], perMinute: perMinute * $1.1)
      ) { $1 }
    }
  }

  private static let attach = ["api": "AttachENI"]

  @CaseList static var cloud: [AlertCase] {
    AlertCase(
      "TerwayCloudAPIErrors", "a few too many", silent: 14, fires: [15], given: calls(0.021, failing: 0.102),
      as: .labelled(attach, "10.2%", says: "10.2% of the calls of AttachENI fail"))
    AlertCase(
      "TerwayCloudAPIErrors", "almost too many", silent: 30, given: calls(1, failing: 0.098))
    AlertCase(
      "TerwayCloudAPIErrors", "hardly any call", silent: 30, given: calls(0.0196, failing: 1))
    AlertCase(
      "TerwayCloudAPIThrottled", "held back a little too long", silent: 10, fires: [11],
      given: heldBack([("1000", 0.9), ("2000", 1)]), as: .labelled(attach, "1.5s"))
    AlertCase(
      "TerwayCloudAPIThrottled", "not quite so long", silent: 30, given: heldBack([("500", 0.9), ("1000", 1)]))
    AlertCase(
      "TerwayCloudAPIThrottled", "no call", silent: 30, given: heldBack([("1000", 0), ("2000", 1)], perMinute: 0))
    AlertCase(
      "TerwayCloudAPISlow", "a little too slow", silent: 19, fires: [20],
      given: calls(0.021, within: [("5000", 0.9), ("6000", 1)]), as: .labelled(attach, "5.5s"))
    AlertCase(
      "TerwayCloudAPISlow", "not quite so slow", silent: 30, given: calls(1, within: [("4000", 0.9), ("5000", 1)]))
    AlertCase(
      "TerwayCloudAPISlow", "hardly any call", silent: 30, given: calls(0.0196, within: [("5000", 0), ("9000", 1)]))
  }
}
