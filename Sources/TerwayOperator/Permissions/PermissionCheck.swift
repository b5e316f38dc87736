import ControllerRuntime
import KubernetesClient
import KubernetesModel
import Locking
import Serialization

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
  private let findings = Lock(Findings())

  private struct Findings: Equatable {
    /// What the last answer lacked; `nil` before the first. A server that does not answer takes no permission away.
    var missing: [Permission]?
    /// Why the last question got no answer; `nil` when it did.
    var failure: String?
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
    let findings = findings.withLock { $0 }
    guard let missing = findings.missing else {
      return findings.failure.map { "permissions cannot be checked: \($0)" } ?? "permissions have not been checked yet"
    }
    return missing.isEmpty
      ? nil : "the service account may not: \(missing.map(\.description).joined(separator: "; "))"
  }

  /// Runs until the task is cancelled.
  func run() async {
    while !Task.isCancelled {
      let former = findings.withLock { $0 }
      let latest = await look(after: former)
      guard !Task.isCancelled else { return }
      findings.withLock { $0 = latest }
      if latest != former { report(latest) }
      let isFine = latest == Findings(missing: [], failure: nil)
      try? await Task.sleep(for: isFine ? Self.period : .seconds(5))
    }
  }

  private func look(after former: Findings) async -> Findings {
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
      return Findings(missing: try await granted.isIncomplete ? confirmed(missing) : missing, failure: nil)
    } catch {
      return Findings(missing: former.missing, failure: "\(error)")
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

  private func report(_ findings: Findings) {
    if let failure = findings.failure {
      return logger.warning("permissions cannot be checked", ["error": failure])
    }
    let missing = findings.missing ?? []
    if missing.isEmpty { logger.info("all permissions are granted") }
    for permission in missing {
      logger.error("a permission is missing", ["permission": permission.description, "hint": "apply config/rbac"])
    }
  }
}
