extension AlertCases {
  private static func denies(_ history: String) -> [String: String] {
    series("terway_network_isolation_violations_total", ["node": "n1"], history)
  }

  private static func syncs(failing failures: Double, of attempts: Double) -> [String: String] {
    together(
      counter("terway_security_group_sync_failures_total", ["node": "n1"], perMinute: failures),
      counter("terway_security_group_syncs_total", ["node": "n1"], perMinute: attempts))
  }

  private static func drift(_ enis: Double, of total: Int) -> [String: String] {
    (1...total).reduce(into: gauge("terway_security_group_drift_enis", ["node": "n1"], enis, for: 90)) {
      $0.merge(ips("n1", "e\($1)", 1, of: 10)) { $1 }
    }
  }

  static let security: [AlertCase] = (breaches + others).map { $0.only(.contract) }

  @CaseList private static var others: [AlertCase] {
    AlertCase(
      "TerwayPolicyDenySurge", "five times as many as the day before, and a few more", silent: 1514, fires: [1515],
      given: denies("0+60x1500 90312+312x40"),
      as: .node(
        "n1", "5.2", says: "Policies on n1 deny 5.2 packets per second, far more than yesterday"))
    AlertCase(
      "TerwayPolicyDenySurge", "not quite five times as many", silent: 1520, given: denies("0+60x1500 90288+288x40"))
    AlertCase(
      "TerwayPolicyDenySurge", "the first ever", silent: 14, fires: [15], given: denies("0+63x40"),
      as: .node("n1", "1.05"))
    AlertCase(
      "TerwayPolicyDenySurge", "the first ever, but few", silent: 30, given: denies("0+57x40"))
    AlertCase(
      "TerwayPolicyDenySurge", "a single burst", silent: 20, given: denies("0x10 600x40"))
    AlertCase(
      "TerwaySecurityGroupSyncFailure", "a few too many attempts fail", silent: 5, fires: [6],
      given: syncs(failing: 10.2, of: 100), as: .node("n1", "10.2%"))
    AlertCase(
      "TerwaySecurityGroupSyncFailure", "almost too many fail", silent: 15, given: syncs(failing: 9.8, of: 100))
    AlertCase(
      "TerwaySecurityGroupSyncFailure", "three ENIs of 29 drifted", silent: 4, fires: [5], given: drift(3, of: 29),
      as: .node("n1", "10.34%", says: "Security groups of 10.34% of the ENIs on n1 are not in sync"))
    AlertCase(
      "TerwaySecurityGroupSyncFailure", "three ENIs of 31 drifted", silent: 15, given: drift(3, of: 31))
    AlertCase(
      "TerwaySecurityGroupSyncFailure", "two attempts, of which one fails", silent: 12, 15,
      given: series("terway_security_group_sync_failures_total", ["node": "n1"], "0x10 1x20"),
      series("terway_security_group_syncs_total", ["node": "n1"], "0x10 2x20"))
    AlertCase(
      "TerwaySecurityGroupDrift", "one ENI for long", silent: 29, fires: [30], given: drift(1, of: 20),
      as: .node("n1", "1"))
    AlertCase(
      "TerwaySecurityGroupDrift", "none", silent: 40, given: drift(0, of: 20))
  }

  @CaseList private static var breaches: [AlertCase] {
    AlertCase(
      "TerwayNetworkIsolationBreach", "one deny", silent: 31, fires: [32], given: denies("0x30 1x60"),
      as: .node("n1", "1"))
    AlertCase(
      "TerwayNetworkIsolationBreach", "a counter born above zero", silent: 10, fires: [12], given: denies("_x10 7x60"),
      as: .node("n1", "7", says: "7 isolation violations on n1"))
    AlertCase(
      "TerwayNetworkIsolationBreach", "denies of long ago", silent: 70, given: denies("0x30 3x60"))
    AlertCase(
      "TerwayNetworkIsolationBreach", "a gap in the scrapes", silent: 92, given: denies("7x80 _x10 7x60"))
    AlertCase(
      "TerwayNetworkIsolationBreach", "the exporter starts anew", silent: 52, given: denies("7x50 0x60"))
    AlertCase(
      "TerwayNetworkIsolationBreach", "none", silent: 20, given: denies("0x60"))
  }
}
