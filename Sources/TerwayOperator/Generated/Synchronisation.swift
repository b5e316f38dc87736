import KubernetesModel
import TerwayModel

/// What became of one object that should exist, or should not.
struct Synchronisation: Sendable {
  typealias State = MonitoringProfileStatus.Resource.State

  /// What was done to get there.
  enum Change: String, Sendable {
    case created, updated, deleted
    /// Brought back after somebody else edited or deleted it.
    case restored
  }

  var reference: ObjectReference
  var state: State
  /// For people; empty when in sync.
  var message = ""
  var change: Change?
  /// The failure, where trying again may help.
  var retryable: (any Error)?
  /// True when another object has to go first.
  var isWaiting = false

  /// As it stands in the status of the profile.
  var resource: MonitoringProfileStatus.Resource {
    MonitoringProfileStatus.Resource(
      apiVersion: reference.resource.kind.apiVersion, kind: reference.resource.kind.kind,
      namespace: reference.key.namespace ?? "", name: reference.key.name, state: state,
      message: message.truncated(to: 4_096))
  }
}

extension Synchronisation {
  static func failed(_ reference: ObjectReference, _ state: State, _ message: String) -> Synchronisation {
    Synchronisation(reference: reference, state: state, message: message)
  }

  static func waiting(_ reference: ObjectReference, _ message: String) -> Synchronisation {
    Synchronisation(reference: reference, state: .failed, message: message, isWaiting: true)
  }

  /// Tells failures that need a person from those that pass.
  static func failed(_ reference: ObjectReference, _ error: any Error) -> Synchronisation {
    guard let error = error as? StatusError else {
      return Synchronisation(reference: reference, state: .failed, message: "\(error)", retryable: error)
    }
    let isTerminatingNamespace = error.causes.contains { $0.reason == "NamespaceTerminating" }
    switch error.reason {
    case .notFound where error.message.contains("namespaces"), .forbidden where isTerminatingNamespace:
      return failed(reference, .namespaceMissing, "namespace \(reference.key.namespace ?? "") does not exist")
    case .forbidden: return failed(reference, .forbidden, error.message)
    case .invalid, .badRequest, .requestEntityTooLarge: return failed(reference, .rejected, error.message)
    default: return Synchronisation(reference: reference, state: .failed, message: "\(error)", retryable: error)
    }
  }
}

extension MonitoringProfileStatus.Resource.State {
  /// States that stay until a person does something.
  var needsAPerson: Bool { self == .conflict || self == .forbidden || self == .rejected }
}
