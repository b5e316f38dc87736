/// What the reasons of events and the codes of the cloud mean. Terway has renamed some reasons since 1.16; both count.
enum KnownCode {
  /// Of events, by their reason.
  static let reasons: [String: FindingID] = [
    "AllocIPFailed": .ipAllocationFailing, "PodCreateFailed": .ipAllocationFailing,
    "CniPodCreateError": .ipAllocationFailing,
    "CreateENIFailed": .eniOperationErrors, "CniCreateENIError": .eniOperationErrors,
    "AttachENIFailed": .eniOperationErrors, "DetachENIFailed": .eniOperationErrors,
    "DeleteENIFailed": .eniOperationErrors,
    "DeletePodENIFailed": .podENIStuck, "CniPodENIDeleteErr": .podENIStuck,
    "SyncOpenAPIFailed": .cloudAPIErrors, "SyncPodNetworkingFailed": .cloudAPIErrors,
    "ConfigError": .configError, "ResourceInvalid": .ipsInvalid,
    "PrefixModeImmutable": .configChangeRefused, "VirtualModeChanged": .configChangeRefused,
  ]

  /// Of events that the kubelet writes: evidence for pods that get no network, or that something else keeps.
  static let kubeletReasons: Set<String> = ["FailedCreatePodSandBox", "FailedMount", "FailedAttachVolume"]

  /// Whether an event of this reason is of any use.
  static func isKnown(_ reason: String) -> Bool { reasons[reason] != nil || kubeletReasons.contains(reason) }

  /// Of the cloud, as they stand in messages. The first that a message holds counts.
  static let errorCodes: [(code: String, meaning: FindingID)] = [
    ("InvalidVSwitchId.IpNotEnough", .vSwitchExhausted), ("QuotaExceeded.PrivateIpAddress", .vSwitchExhausted),
    ("InvalidVSwitchId.NotFound", .vSwitchGone), ("InvalidVSwitchID.NotFound", .vSwitchGone),
    ("EniPerInstanceLimitExceeded", .atMaximumENIs), ("InvalidOperation.Ipv4CountExceeded", .atMaximumENIs),
    ("Throttling", .cloudThrottled),
    ("InvalidAccessKeyId", .credentialRejected), ("SignatureDoesNotMatch", .credentialRejected),
    ("InvalidSecurityToken", .credentialRejected), ("Forbidden.RAM", .credentialRejected),
    ("NoPermission", .credentialRejected), ("Forbidden.SubUser", .credentialRejected),
    ("InvalidSecurityGroupId", .securityGroupRejected), ("SecurityGroupInstanceLimitExceed", .securityGroupRejected),
    ("InvalidEniId.NotFound", .eniGone), ("InvalidEcsId.NotFound", .eniGone),
    ("Operation.Conflict", .eniOperationErrors),
  ]

  static func errorCode(in message: String) -> String? { errorCodes.first { message.contains($0.code) }?.code }

  static func meaning(ofCode code: String) -> FindingID? { errorCodes.first { $0.code == code }?.meaning }
}
