import KubernetesModel
import TerwayModel

/// Why nothing is done for a profile until a person has changed something.
enum ProfileObstacle: Hashable {
  case spec(InvalidSpec)
  /// Another profile was there first.
  case olderProfile([Violation])
  /// The list of custom metrics that somebody keeps in the place of ours.
  case customMetrics(InvalidSpec, ObjectKey)

  /// Of the conditions and of the event.
  var reason: String {
    switch self {
    case .spec, .olderProfile: "InvalidSpec"
    case .customMetrics: "InvalidCustomMetrics"
    }
  }

  var message: String {
    switch self {
    case .spec(let invalid): "\(invalid); nothing was changed. Correct the spec"
    case .olderProfile(let violations): "\(InvalidSpec(violations: violations)); nothing was changed"
    case .customMetrics(let invalid, let key):
      "ConfigMap \(key): \(invalid); nothing was changed. Correct the ConfigMap, or delete it to have it generated"
    }
  }
}
