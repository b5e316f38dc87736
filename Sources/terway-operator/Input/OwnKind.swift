import KubernetesModel
import Monitoring
import Serialization
import TerwayModel

/// A kind of resource that the commands work on.
struct OwnKind: Sendable {
  let type: ResourceType
  /// Everything that is wrong with an object of the kind.
  let validate: @Sendable (JSONValue) -> [Violation]

  static let all = [
    OwnKind(type: MonitoringProfile.resource) { MonitoringProfile.check($0) },
    OwnKind(type: EniAutoscalePolicy.resource) { EniAutoscalePolicy.validate($0) },
  ]

  static let apiVersion = MonitoringProfile.resource.kind.apiVersion
  static let group = MonitoringProfile.resource.kind.group
  static let names = all.map(\.type.kind.kind)
}
