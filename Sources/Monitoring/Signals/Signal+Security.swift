import Prometheus

/// Policies and security groups.
extension Signal {
  static let security = [
    policyDenies, isolationViolations, securityGroupFailureRatio, securityGroupDrift, securityGroupDriftRatio,
  ]

  private static let denied = LabelMatcher.equal("reason", "POLICY_DENIED")

  static let policyDenies = Signal(
    "policyDenies", "node:terway_network_policy_denies:rate%w", .perSecond, by: ["node"],
    "packets per second that a policy denies",
    [
      .contract(.isolationViolations) { $0.contract(.isolationViolations).rate($0.window).sum(by: $0.labels) },
      .upstream(.hubbleDrops) { $0.metric(UpstreamMetric.hubbleDrops, denied).rate($0.window).sum(by: $0.labels) },
    ])
  static let isolationViolations = Signal(
    "isolationViolations", "node:terway_network_isolation_violations:increase%w", .count, by: ["node"],
    "packets denied at an isolation boundary within the window",
    [
      .contract(.isolationViolations) { $0.growth($0.contract(.isolationViolations)) },
      .upstream(.hubbleDrops) { $0.growth($0.metric(UpstreamMetric.hubbleDrops, denied)) },
    ])
  static let securityGroupFailureRatio = Signal(
    "securityGroupFailureRatio", "node:terway_security_group_sync_failures:ratio_rate%w", .ratio, by: ["node"],
    "failed attempts to set security groups as a share of all",
    [
      // Three attempts at least: one failure of one is no rate.
      .contract(.securityGroupSyncFailures, .securityGroupSyncs) {
        let attempts = $0.contract(.securityGroupSyncs).increase($0.window).sum(by: $0.labels).isAtLeast(3)
        return $0.contract(.securityGroupSyncFailures).increase($0.window).sum(by: $0.labels)
          .divided(by: attempts, .on($0.labels))
      }
    ])
  static let securityGroupDrift = Signal(
    "securityGroupDrift", "node:terway_security_group_drift_enis:max", .count, by: ["node"],
    "ENIs that carry other security groups than configured",
    [.contract(.securityGroupDrift, ipam: .crd) { $0.gauge(.securityGroupDrift, by: "node") }])
  static let securityGroupDriftRatio = Signal(
    "securityGroupDriftRatio", "node:terway_security_group_drift:ratio", .ratio, by: ["node"],
    "those ENIs as a share of all",
    [
      .derived(from: securityGroupDrift, eniCount) {
        $0.signal(securityGroupDrift).divided(by: $0.signal(eniCount).isAbove(0), .on($0.labels))
      }
    ])
}

extension SignalScope {
  /// How much a counter grew within the window. One that is born above zero has grown, too; one that merely was not scraped
  /// for some minutes is not new.
  fileprivate func growth(_ counter: PromQL) -> PromQL {
    counter.unless(counter.offset(context.rateWindow).last(within: .hours(1))).or(counter.increase(window))
      .sum(by: labels)
  }
}
