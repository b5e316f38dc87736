import Serialization

/// While any of the sources fires, the targets with the same subject notify nobody: they follow from it, or say less.
struct InhibitionRule: Sendable {
  enum Subject: Sendable { case node, cluster }

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
        "TerwaySecurityGroupDrift",
      ], ofTheSame: .cluster),
    // What Terway keeps in the API server cannot be read, by us neither.
    InhibitionRule("TerwayAPIErrors", silence: ["TerwayMetricsAbsent"], ofTheSame: .cluster),
    // Without its daemon a node's pool stays as it is.
    InhibitionRule("TerwayDown", silence: ["TerwayHighENIUtilization"], ofTheSame: .node),
    // Critical before warning.
    InhibitionRule(
      "TerwayIPExhaustionImminent", "TerwayIPAllocationBlocked",
      silence: ["TerwayIPExhaustionPredicted", "TerwayIPHeadroomLow", "TerwayHighENIUtilization"], ofTheSame: .node),
    InhibitionRule("TerwaySecurityGroupSyncFailure", silence: ["TerwaySecurityGroupDrift"], ofTheSame: .node),
  ]
}
