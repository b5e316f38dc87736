import Insights
import KubernetesClient
import KubernetesModel
import Monitoring
import TerwayModel

/// Reads what a report tells besides what a diagnosis looks at.
struct AuditCollector: Sendable {
  let client: KubernetesClient
  let progress: Progress

  /// - Throws: `CancellationError` only.
  func collect() async throws -> AuditFacts {
    var facts = AuditFacts(cluster: client.configuration.server)
    facts.serverVersion = try await part("version") { try await client.version().gitVersion }
    facts.access = try await part("roles") { try await access() }
    facts.alerts = try await part("alert rules") {
      let rules = try await client.list(
        ResourceSelection(GeneratedResource.prometheusRule), as: AlertRuleView.self)
      return rules.filter(\.metadata.isAboutTerway).sorted { $0.metadata.key < $1.metadata.key }
    }
    facts.policies = try await part("policies") {
      try await client.list(ResourceSelection(EniAutoscalePolicy.resource), as: EniAutoscalePolicy.self)
    }
    return facts
  }

  private func access() async throws -> AccessRights {
    func list<Object: KubernetesObject>(
      _ kind: String, _ plural: String, namespace: String? = nil
    ) async throws -> [Object] {
      let type = ResourceType(
        "rbac.authorization.k8s.io/v1", kind, plural: plural, namespaced: !plural.hasPrefix("cluster"))
      return try await client.list(ResourceSelection(type, namespace: namespace), as: Object.self)
    }
    let namespace = TerwayConfigMap.namespace
    return AccessRights(
      clusterRoles: try await list("ClusterRole", "clusterroles"),
      roles: try await list("Role", "roles", namespace: namespace),
      clusterBindings: try await list("ClusterRoleBinding", "clusterrolebindings"),
      bindings: try await list("RoleBinding", "rolebindings", namespace: namespace))
  }

  private func part<Value: Sendable>(
    _ name: String, _ read: @escaping @Sendable () async throws -> Value
  ) async throws -> Collected<Value> {
    try await BoundedReading.part(name, progress, read)
  }
}
