/// Why a node that a policy selects is not sized. The words are those of status and metrics.
public enum SkipReason: String, Hashable, Sendable, CaseIterable {
  case noNodeResource = "NoNodeResource"
  case unmanaged = "Unmanaged"
  case legacyIPAM = "LegacyIPAM"
  case prefixMode = "PrefixMode"
  case exclusiveENI = "ExclusiveENI"
  case lingJun = "LingJun"
  /// The instance type has no ENI but the primary one.
  case singleAdapter = "SingleAdapter"
  /// What the instance type allows is not known yet.
  case unknownLimits = "UnknownLimits"
  case beingDeleted = "BeingDeleted"
  /// Another policy has the higher priority.
  case otherPolicy = "OtherPolicy"
  /// Another policy has the same priority.
  case conflict = "Conflict"
  case missingNodeConfig = "MissingNodeConfig"
  case malformedNodeConfig = "MalformedNodeConfig"
  /// Its configuration holds credentials, which are never copied.
  case credentialsInNodeConfig = "CredentialsInNodeConfig"
  /// Somebody else has changed the label since we did.
  case labelTaken = "LabelTaken"

  /// For people, after "the node" or a name.
  public var sentence: String {
    switch self {
    case .noNodeResource: "has no Node resource of Terway"
    case .unmanaged: "is not managed by Terway"
    case .legacyIPAM: "has a pool that the daemon owns, which is sized only by restarting it"
    case .prefixMode: "gets prefixes instead of addresses: its pool has no bounds"
    case .exclusiveENI: "gives each pod an ENI: it has no pool"
    case .lingJun: "is a Lingjun node"
    case .singleAdapter: "has an instance type without ENIs for pods"
    case .unknownLimits: "has an instance type whose limits are not known yet"
    case .beingDeleted: "is being deleted"
    case .otherPolicy: "belongs to a policy of higher priority"
    case .conflict: "is selected by another policy of the same priority"
    case .missingNodeConfig: "names by the label terway-config a ConfigMap that does not exist in kube-system"
    case .malformedNodeConfig: "names by the label terway-config a ConfigMap whose eni_conf is no JSON object"
    case .credentialsInNodeConfig: "has credentials in its own ConfigMap, which are not copied; move them to eni-config"
    case .labelTaken:
      """
      has a label terway-config that somebody changed after us; remove the annotation \
      \(PoolChange.originalAnnotation) to hand the node back
      """
    }
  }
}
