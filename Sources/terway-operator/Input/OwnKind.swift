import EniScaling
import KubernetesModel
import Monitoring
import Serialization
import TerwayModel
import TerwayOperator

/// A kind of resource that the commands work on.
struct OwnKind: Sendable {
  let type: ResourceType
  /// Everything that is wrong with an object of the kind.
  let validate: @Sendable (JSONValue) -> [Violation]

  static let all = [
    OwnKind(type: MonitoringProfile.resource) { MonitoringProfile.check($0) },
    OwnKind(type: EniAutoscalePolicy.resource) { EniAutoscalePolicy.check($0, zone: zone) },
  ]

  /// Where no time zone is installed, as in slim images, each may be one that the operator knows.
  private static func zone(_ name: String) -> ZoneRules? { ZoneRules.areInstalled ? ZoneRules.installed(name) : .utc }

  static let apiVersion = MonitoringProfile.resource.kind.apiVersion
  static let group = MonitoringProfile.resource.kind.group
  static let names = all.map(\.type.kind.kind)
}
