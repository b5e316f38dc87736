import Serialization

/// While any of the sources fires, the targets with the same subject notify nobody: they follow from it, or say less.
struct InhibitionRule: Sendable {
  enum Subject: Sendable {
    case node, vSwitch, cluster

    /// What tells two of them apart within a cluster.
    var label: String? {
      switch self {
      case .node: "node"
      case .vSwitch: "vswitch_id"
      case .cluster: nil
      }
    }
  }

  var sources: [String]
  var targets: [String]
  /// What both have to be about. Of clusters that share an Alertmanager always the same one.
  var subject: Subject

  init(_ sources: String..., silence targets: [String], ofTheSame subject: Subject) {
    (self.sources, self.targets, self.subject) = (sources, targets, subject)
  }

  /// No critical alert is a target: that something worse is known does not answer it.
  static let all = [
    // Cluster before node: what the operator exports stands still or is gone, and so does whatever is computed from it.
    InhibitionRule(
      "TerwayExporterDown",
      silence: [
        "TerwayMetricsAbsent", "TerwayHighENIUtilization", "TerwayIPHeadroomLow", "TerwayIPExhaustionPredicted",
        "TerwayAtMaximumENIs", "TerwayConfigDrift", "TerwayENIStuck", "TerwayENIOperationErrors", "TerwayIPsInvalid",
        "TerwayIPsLeaked", "TerwayNodeNotSynced", "TerwayPodENIStuck", "TerwayVSwitchIPHeadroomLow",
        "TerwayZoneIPHeadroomLow", "TerwaySecurityGroupDrift",
      ], ofTheSame: .cluster),
    // What Terway keeps in the API server cannot be read, by us neither.
    InhibitionRule("TerwayAPIErrors", silence: ["TerwayMetricsAbsent"], ofTheSame: .cluster),
    // Nobody attaches, gives back or compares with the cloud.
    InhibitionRule(
      "TerwayControlplaneAbsent", "TerwayControlplaneUnavailable",
      silence: [
        "TerwayControlplaneBacklog", "TerwayENIAttachFailing", "TerwayENIStuck", "TerwayNodeNotSynced",
        "TerwayPodENIStuck",
      ], ofTheSame: .cluster),
    InhibitionRule(
      "TerwayCloudAPIThrottled", silence: ["TerwayCloudAPISlow", "TerwayIPAllocationSlow"], ofTheSame: .cluster),
    InhibitionRule("TerwayOperatorNoLeader", silence: ["TerwayOperatorBacklog"], ofTheSame: .cluster),
    // Without its daemon a node's pool stays as it is.
    InhibitionRule(
      "TerwayDown", "TerwayDaemonStuck",
      silence: [
        "TerwayHighENIUtilization", "TerwayDaemonCrashLooping", "TerwayDaemonThrottled", "TerwayIPAllocationSlow",
      ], ofTheSame: .node),
    // Critical before warning.
    InhibitionRule(
      "TerwayIPExhaustionImminent", "TerwayIPAllocationBlocked",
      silence: ["TerwayIPExhaustionPredicted", "TerwayIPHeadroomLow", "TerwayHighENIUtilization"], ofTheSame: .node),
    InhibitionRule("TerwayIPAllocationFailing", silence: ["TerwayIPAllocationSlow"], ofTheSame: .node),
    InhibitionRule(
      "TerwayInstanceBandwidthSaturated", silence: ["TerwayInstanceBandwidthHigh", "TerwayHighThroughput"],
      ofTheSame: .node),
    InhibitionRule("TerwayVSwitchExhausted", silence: ["TerwayVSwitchIPHeadroomLow"], ofTheSame: .vSwitch),
    InhibitionRule("TerwaySecurityGroupSyncFailure", silence: ["TerwaySecurityGroupDrift"], ofTheSame: .node),
  ]
}
