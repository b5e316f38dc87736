import ControllerRuntime
import KubernetesClient
import KubernetesModel
import Serialization
import Synchronization

/// Asks the API server again and again whether we still may do what we are here for.
///
/// A list that is forbidden shows in the caches; a write that is forbidden would show only when it is needed. This makes
/// both visible at once: in `/readyz` and in the log.
final class PermissionCheck: Sendable {
  /// How often the question is asked.
  static let period: Duration = .seconds(30)

  private let client: KubernetesClient
  private let namespace: String
  private let required: [Permission]
  private let logger: Logger
  private let outcome = Mutex<Outcome>(.unknown)

  private enum Outcome: Equatable {
    case unknown
    case missing([Permission])
    case failed(String)
  }

  /// - Parameter namespace: our own, where leases live.
  init(client: KubernetesClient, namespace: String, required: [Permission], logger: Logger) {
    self.client = client
    self.namespace = namespace
    self.required = required
    self.logger = logger
  }

  /// What `/readyz` says; `nil` when all is granted.
  var complaint: String? {
    switch outcome.withLock({ $0 }) {
    case .unknown: "permissions have not been checked yet"
    case .missing(let missing):
      missing.isEmpty ? nil : "the service account may not: \(missing.map(\.description).joined(separator: "; "))"
    case .failed(let reason): "permissions cannot be checked: \(reason)"
    }
  }

  /// Runs until the task is cancelled.
  func run() async {
    while !Task.isCancelled {
      let latest = await check()
      guard !Task.isCancelled else { return }
      let former = outcome.withLock { current in
        defer {
          // A server that does not answer takes no permission away: what was known stays.
          if case .failed = latest, case .missing = current {} else { current = latest }
        }
        return current
      }
      if latest != former { report(latest) }
      try? await Task.sleep(for: latest == .missing([]) ? Self.period : .seconds(5))
    }
  }

  private func check() async -> Outcome {
    let review = ResourceType(
      "authorization.k8s.io/v1", "SelfSubjectRulesReview", plural: "selfsubjectrulesreviews", namespaced: false)
    do {
      let granted = try await client.create(
        review,
        [
          "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview",
          "spec": ["namespace": .string(namespace)],
        ], as: GrantedRules.self)
      let missing = granted.missing(of: required)
      return .missing(try await granted.isIncomplete ? confirmed(missing) : missing)
    } catch {
      return .failed("\(error)")
    }
  }

  /// An authorizer that cannot list its rules may still allow what the list lacks: each verb is asked for.
  private func confirmed(_ missing: [Permission]) async throws -> [Permission] {
    var confirmed: [Permission] = []
    for permission in missing {
      let parts = permission.resource.split(separator: "/").map(String.init)
      let resource = ResourceType(
        permission.group.isEmpty ? "v1" : "\(permission.group)/v1", "", plural: parts[0], namespaced: true)
      var denied = permission
      denied.verbs = []
      for verb in permission.verbs {
        let review = try await client.mayI(verb, resource, subresource: parts.count > 1 ? parts[1] : nil)
        if !review.isAllowed { denied.verbs.append(verb) }
      }
      if !denied.verbs.isEmpty { confirmed.append(denied) }
    }
    return confirmed
  }

  private func report(_ outcome: Outcome) {
    switch outcome {
    case .missing([]): logger.info("all permissions are granted")
    case .missing(let missing):
      for permission in missing {
        logger.error("a permission is missing", ["permission": permission.description, "hint": "apply config/rbac"])
      }
    case .failed(let reason): logger.warning("permissions cannot be checked", ["error": reason])
    case .unknown: break
    }
  }
}
