/// What can be the cause of what, and by what else it would show. The rule base of the diagnosis.
struct CauseRule: Sendable {
  /// One of these would be seen if the cause is what it seems.
  struct Expectation: Hashable, Sendable {
    /// For people.
    var text: Bilingual
    var anyOf: [FindingID]
    /// Where it would be seen: while that is not known, its absence says nothing.
    var from: ClusterSnapshot.Part
  }

  var explains: [FindingID]
  var expects: [Expectation]

  init(explains: [FindingID], expects: Expectation...) { (self.explains, self.expects) = (explains, expects) }

  static let failing = Expectation(
    text: Bilingual("events of allocations that fail", "地址分配失败事件"), anyOf: [.ipAllocationFailing],
    from: .events)
  static let waiting = Expectation(
    text: Bilingual("pods without a network", "无网络的 Pod"), anyOf: [.podsWithoutNetwork], from: .pods)
  static let operations = Expectation(
    text: Bilingual("operations on ENIs that fail", "弹性网卡操作失败"), anyOf: [.eniOperationErrors, .eniStuck],
    from: .events)
  static let notReady = Expectation(
    text: Bilingual("a daemon that is not ready", "守护进程未就绪"), anyOf: [.daemonDown, .daemonCrashLooping],
    from: .terwayPods)
  static let looping = Expectation(
    text: Bilingual("restarts of the container", "容器重启"), anyOf: [.daemonCrashLooping], from: .terwayPods)
  static let unsynced = Expectation(
    text: Bilingual("nodes that are not compared with the cloud", "未与云端同步的节点"), anyOf: [.nodeNotSynced],
    from: .resources)
  static let absent = Expectation(
    text: Bilingual("series that are absent", "缺失的时间序列"), anyOf: [.metricsAbsent], from: .targets)

  /// What pods notice when a node can give them no address.
  private static let starved: [FindingID] = [.ipAllocationFailing, .podsWithoutNetwork, .logErrors]
  /// What stays undone when nobody does it.
  private static let undone: [FindingID] = [
    .nodeNotSynced, .ipsLeaked, .eniStuck, .podENIStuck, .podENILeaked, .configDrift, .nodeResourceMissing,
  ]
  private static let cloudCalls: [FindingID] = [.cloudAPIErrors, .eniOperationErrors]

  /// The rule of a finding that can be the cause of others; `nil` = it explains only itself.
  static func of(_ id: FindingID) -> CauseRule? {
    switch id {
    case .nodeNotReady:
      CauseRule(
        explains: [.daemonDown, .daemonStuck, .daemonCrashLooping, .targetDown] + undone + starved, expects: notReady)
    case .definitionMissing:
      CauseRule(
        explains: [.configError, .daemonCrashLooping, .daemonDown, .controlplaneUnavailable, .daemonStuck, .panic]
          + undone + cloudCalls + starved, expects: notReady, waiting)
    case .configMissing, .configMalformed:
      CauseRule(
        explains: [.configError, .daemonCrashLooping, .daemonDown, .controlplaneUnavailable, .panic] + undone
          + cloudCalls + starved, expects: notReady, waiting)
    case .credentialRejected:
      CauseRule(explains: undone + cloudCalls + starved, expects: operations, unsynced, failing)
    case .vSwitchGone:
      CauseRule(explains: [.eniOperationErrors, .cloudAPIErrors] + starved, expects: operations, failing)
    case .zoneWithoutVSwitch:
      CauseRule(explains: [.eniOperationErrors, .configError] + starved, expects: failing, waiting)
    case .poolBoundsInverted:
      CauseRule(
        explains: [.cloudThrottled, .configDrift, .eniStuck, .nodeNotSynced] + cloudCalls,
        expects: CauseRule.Expectation(
          text: Bilingual("calls that the cloud refuses for being too many", "云端 API 限流"),
          anyOf: [.cloudThrottled], from: .events))
    case .configUnknownKey:
      CauseRule(explains: [.configDrift])
    case .nodeConfigMissing:
      CauseRule(explains: [.configError, .configDrift, .daemonCrashLooping, .daemonDown] + starved, expects: failing)
    case .securityGroupRejected:
      CauseRule(explains: [.eniOperationErrors, .cloudAPIErrors] + starved, expects: operations, failing)
    case .controlplaneDegraded:
      CauseRule(explains: undone + starved, expects: unsynced)
    case .configNotLoaded:
      CauseRule(explains: [.configDrift, .securityGroupDrift])
    case .configError:
      CauseRule(explains: [.configDrift] + starved)
    case .imagePullFailing:
      CauseRule(
        explains: [.versionsMixed, .controlplaneUnavailable, .daemonDown, .targetDown] + undone + starved,
        expects: notReady)
    case .versionsMixed:
      CauseRule(explains: [.panic, .daemonCrashLooping])
    case .outOfMemory:
      CauseRule(
        explains: [.daemonThrottled, .daemonCrashLooping, .controlplaneUnavailable, .daemonDown, .daemonStuck] + undone
          + starved, expects: looping)
    case .panic:
      CauseRule(
        explains: [.daemonCrashLooping, .controlplaneUnavailable, .daemonDown] + undone + starved, expects: looping)
    case .daemonThrottled:
      CauseRule(explains: [.daemonStuck] + starved, expects: failing)
    case .daemonCrashLooping:
      CauseRule(
        explains: [.controlplaneUnavailable, .daemonDown, .daemonStuck, .targetDown] + undone + starved,
        expects: notReady, waiting)
    case .daemonDown:
      CauseRule(explains: [.daemonStuck, .targetDown] + undone + starved, expects: waiting)
    case .controlplaneUnavailable:
      CauseRule(explains: undone + [.eniOperationErrors, .targetDown] + starved, expects: unsynced, failing)
    case .daemonStuck:
      CauseRule(explains: [.configDrift, .ipsLeaked] + starved, expects: waiting)
    default: ofCloud(id) ?? ofMonitoring(id)
    }
  }

  private static func ofCloud(_ id: FindingID) -> CauseRule? {
    switch id {
    case .cloudThrottled:
      CauseRule(
        explains: cloudCalls + [.eniStuck, .nodeNotSynced, .podENIStuck, .ipsLeaked] + starved, expects: operations,
        unsynced, failing)
    case .podENILeaked:
      CauseRule(explains: [.vSwitchExhausted, .atMaximumENIs, .podENIStuck])
    case .vSwitchExhausted:
      // Terway stops collecting what is no longer used, too.
      CauseRule(
        explains: [.eniOperationErrors, .cloudAPIErrors, .ipsLeaked] + starved, expects: failing, waiting)
    case .atMaximumENIs:
      CauseRule(explains: [.eniOperationErrors] + starved, expects: failing, waiting)
    case .eniStuck:
      CauseRule(explains: [.eniOperationErrors] + starved, expects: waiting)
    case .eniGone:
      CauseRule(
        explains: [.podENIStuck, .cloudAPIErrors, .eniOperationErrors, .ipsInvalid] + starved, expects: operations)
    case .cloudAPIErrors:
      CauseRule(explains: [.nodeNotSynced, .eniOperationErrors] + starved, expects: unsynced)
    case .eniOperationErrors:
      CauseRule(explains: [.nodeNotSynced] + starved, expects: failing)
    case .nodeResourceMissing:
      CauseRule(explains: starved, expects: waiting)
    case .nodeNotSynced:
      CauseRule(explains: [.ipsInvalid, .ipsLeaked] + starved)
    case .ipsInvalid:
      CauseRule(explains: [.packetLoss])
    case .configDrift:
      CauseRule(explains: starved)
    case .ipAllocationFailing:
      CauseRule(explains: [.podsWithoutNetwork, .logErrors], expects: waiting)
    case .podsWithoutNetwork:
      CauseRule(explains: [.performanceTestFailed])
    case .packetLoss:
      CauseRule(explains: [.performanceTestFailed])
    default: nil
    }
  }

  private static func ofMonitoring(_ id: FindingID) -> CauseRule? {
    switch id {
    case .scrapeEndpointMissing, .scrapeObjectMissing, .scrapeObjectNotSelected:
      CauseRule(explains: [.metricsAbsent], expects: absent)
    case .targetDown: CauseRule(explains: [.metricsAbsent], expects: absent)
    default: nil
    }
  }
}
