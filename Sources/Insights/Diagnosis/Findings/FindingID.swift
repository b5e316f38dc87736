/// Everything that a diagnosis can find. The words stand in its output, and name a page under `docs/runbooks` or a section of
/// `docs/runbooks/Diagnosis.md` or `Logs.md`; those of alerts are the alerts' names.
///
/// In the order of cause and effect: what can be the cause of others comes before them, and only what comes before can be
/// taken for a cause. A test holds the rules to it.
public enum FindingID: String, CaseIterable, Codable, Hashable, Sendable {
  // What Terway runs on.
  case clocksApart = "ClocksApart"
  case nodeNotReady = "NodeNotReady"
  case definitionMissing = "DefinitionMissing"
  // What it is told.
  case configMissing = "ConfigMissing"
  case configMalformed = "ConfigMalformed"
  case credentialRejected = "TerwayLogCredentialRejected"
  case vSwitchGone = "VSwitchGone"
  case zoneWithoutVSwitch = "ZoneWithoutVSwitch"
  case poolBoundsInverted = "PoolBoundsInverted"
  case configUnknownKey = "ConfigUnknownKey"
  case nodeConfigMissing = "NodeConfigMissing"
  case securityGroupRejected = "SecurityGroupRejected"
  case controlplaneDegraded = "ControlplaneDegraded"
  case configNotLoaded = "ConfigNotLoaded"
  case configError = "ConfigError"
  case configChangeRefused = "ConfigChangeRefused"
  // Its programs.
  case imagePullFailing = "ImagePullFailing"
  case versionsMixed = "VersionsMixed"
  case outOfMemory = "DaemonOutOfMemory"
  case panic = "TerwayLogPanic"
  case daemonThrottled = "TerwayDaemonThrottled"
  case daemonCrashLooping = "TerwayDaemonCrashLooping"
  case daemonDown = "TerwayDown"
  case controlplaneAbsent = "TerwayControlplaneAbsent"
  case controlplaneUnavailable = "TerwayControlplaneUnavailable"
  case daemonStuck = "TerwayDaemonStuck"
  // The cloud, and what is left in it.
  case cloudThrottled = "TerwayCloudAPIThrottled"
  case podENILeaked = "PodENILeaked"
  case vSwitchExhausted = "TerwayVSwitchExhausted"
  case atMaximumENIs = "TerwayAtMaximumENIs"
  case eniStuck = "TerwayENIStuck"
  case eniGone = "ENIGone"
  case podENIStuck = "TerwayPodENIStuck"
  case cloudAPIErrors = "TerwayCloudAPIErrors"
  case eniOperationErrors = "TerwayENIOperationErrors"
  case nodeResourceMissing = "NodeResourceMissing"
  case nodeNotSynced = "TerwayNodeNotSynced"
  case ipsInvalid = "TerwayIPsInvalid"
  case ipsLeaked = "TerwayIPsLeaked"
  case configDrift = "TerwayConfigDrift"
  case securityGroupDrift = "TerwaySecurityGroupDrift"
  // What pods notice.
  case ipAllocationFailing = "TerwayIPAllocationFailing"
  case podsWithoutNetwork = "PodsWithoutNetwork"
  case packetLoss = "TerwayPacketLoss"
  case performanceTestFailed = "PerformanceTestFailed"
  // Its metrics.
  case scrapeEndpointMissing = "ScrapeEndpointMissing"
  case scrapeObjectMissing = "ScrapeObjectMissing"
  case scrapeObjectNotSelected = "ScrapeObjectNotSelected"
  case targetDown = "ScrapeTargetDown"
  case metricsAbsent = "TerwayMetricsAbsent"
  // What is good to know.
  case configDeprecatedKey = "ConfigDeprecatedKey"
  case credentialsInConfig = "CredentialsInConfig"
  case logErrors = "LogErrors"
  case readingUnusual = "ReadingUnusual"
}

extension FindingID: Comparable {
  /// Its place from cause to effect.
  var rank: Int { Self.ranks[self] ?? 0 }

  private static let ranks = Dictionary(uniqueKeysWithValues: zip(allCases, 0...))

  public static func < (first: Self, second: Self) -> Bool { first.rank < second.rank }

  /// Relative to the repository: `docs/runbooks/TerwayDown.md`.
  public var runbook: String {
    if rawValue.hasPrefix("TerwayLog") { return "docs/runbooks/Logs.md#\(rawValue.lowercased())" }
    return rawValue.hasPrefix("Terway")
      ? "docs/runbooks/\(rawValue).md" : "docs/runbooks/Diagnosis.md#\(rawValue.lowercased())"
  }
}
