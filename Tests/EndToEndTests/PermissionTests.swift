import Foundation
import KubernetesClient
import KubernetesModel
import Monitoring
import Serialization
import TerwayModel
import TestSupport
import Testing

extension EndToEnd {
  /// The operator under exactly what `config/rbac` grants, with the token of its ServiceAccount.
  struct `Permissions` {
    private static let user = Cluster.operatorUser
    private static let clusterRoles = ResourceType(
      "rbac.authorization.k8s.io/v1", "ClusterRole", plural: "clusterroles", namespaced: false)
    private static let roles = ResourceType(
      "rbac.authorization.k8s.io/v1", "Role", plural: "roles", namespaced: true)

    /// Permissions that no request of the long test shows, and why they are needed all the same.
    private static let rarelyUsed: [(use: Use, reason: String)] = [
      (Use("ops.terway.io", "terwaymonitoringprofiles/finalizers", "update"), "asked for by an admission plugin"),
      (Use("events.k8s.io", "events", "patch"), "counts an event that happens again after minutes"),
      (Use("coordination.k8s.io", "leases", "create"), "the first leader of a cluster"),
      (Use("ops.terway.io", "eniautoscalepolicies", "get"), "asked before a policy writes; AutoscaleTests does"),
      (Use("ops.terway.io", "eniautoscalepolicies", "patch"), "sets a finalizer; AutoscaleTests does"),
      (Use("ops.terway.io", "eniautoscalepolicies/status", "patch"), "there is no policy; AutoscaleTests has some"),
      (Use("network.alibabacloud.com", "nodes", "patch"), "makes Terway look at a node; AutoscaleTests does"),
      (Use("network.alibabacloud.com", "nodes/status", "patch"), "asks Terway for a resync; HealingTests does"),
      (Use("network.alibabacloud.com", "podenis", "delete"), "deletes one that leaked; HealingTests does"),
      (Use("", "pods", "delete"), "restarts a daemon; HealingTests does"),
      (Use("events.k8s.io", "events", "list"), "where Terway's resources are installed; HealingTests does"),
      (Use("events.k8s.io", "events", "watch"), "as above"),
      (Use("", "secrets", "get"), "proves to a Prometheus who asks; AutoscaleSignalTests does"),
      (Use("", "nodes", "patch"), "sizes pools; AutoscaleTests does"),
      (Use("", "pods/log", "get"), "reads what a performance test measured; PerformanceTestTests does"),
      (Use("network.alibabacloud.com", "nodes", "list"), "where Terway's resources are installed; ExporterTests does"),
      (Use("network.alibabacloud.com", "nodes", "watch"), "as above"),
      (Use("network.alibabacloud.com", "podenis", "list"), "as above"),
      (Use("network.alibabacloud.com", "podenis", "watch"), "as above"),
      (Use("", "nodes", "list"), "as above"),
      (Use("", "nodes", "watch"), "as above"),
    ]

    /// One verb on one resource.
    private struct Use: Hashable, CustomStringConvertible {
      var group: String
      var resource: String
      var verb: String

      init(_ group: String, _ resource: String, _ verb: String) {
        (self.group, self.resource, self.verb) = (group, resource, verb)
      }

      var description: String { "\(verb) \(resource).\(group)" }
    }

    // MARK: All that is shipped

    @Test func `suffice for the whole life of a profile, and none is without a use`() async throws {
      let cluster = try await Cluster.clean()
      let kubeconfig = try await cluster.applyShippedPermissions()
      let audit = try AuditLog(cluster.plane)
      let process = try OperatorProcess(
        kubeconfig: kubeconfig.path,
        arguments: ["--leader-elect", "--leader-election-namespace", "terway-operator-system"])
      try await process.waitUntilReady()

      try await cluster.apply("terway", Cluster.allSections)
      try await cluster.waitUntilReady("terway")
      #expect(
        try await Set(cluster.generated(by: "terway").keys) == cluster.expected("terway", Cluster.allSections))
      let edited = try await cluster.spoilConfigMap(of: "terway")
      try await eventually("the edit is undone") { try await !cluster.isSpoilt(edited) }

      // A test that recurs where the server knows such, and everything in another namespace: all kinds are deleted once.
      var elsewhere = Cluster.allSections
      elsewhere["namespace"] = "logging"
      elsewhere["performanceTest"] = ["enabled": true, "schedule": "0 3 * * *"]
      try await cluster.apply("terway", elsewhere)
      try await cluster.waitUntilReady("terway")
      try await cluster.apply("terway", [:])
      try await cluster.waitUntilReady("terway")
      // Kinds of which only some clusters need objects: they come and go with what Terway serves.
      try await cluster.installTerway()
      try await eventually("Terway is scraped") {
        try await Set(Cluster.terwayMonitors).isSubset(of: cluster.generated(by: "terway").keys)
      }
      try await cluster.removeTerway()
      try await eventually("Terway is no longer scraped") {
        try await Set(Cluster.terwayMonitors).isDisjoint(with: cluster.generated(by: "terway").keys)
      }
      try await cluster.delete("terway")
      try await eventually("everything is collected") { try await cluster.generated().isEmpty }
      #expect(try await process.stop() == 0)

      let granted = try await grantedUses(cluster)
      var unused = granted
      // The server may log a watch only once it has noticed that it ended.
      do {
        try await eventually("every permission was used", within: .seconds(20)) {
          unused = granted.subtracting(try uses(audit)).subtracting(Self.rarelyUsed.map(\.use))
          return unused.isEmpty
        }
      } catch is NeverHappened {}
      #expect(unused.isEmpty, "granted, never used, and not in the table: \(unused)")
      let refused = try uses(audit) { $0.code == 403 }
      #expect(refused.isEmpty, "\(refused)")
      let strange = Self.rarelyUsed.map(\.use).filter { !granted.contains($0) }
      #expect(strange.isEmpty, "in the table, but not granted: \(strange)")
    }

    /// What the operator asked for.
    private func uses(_ audit: AuditLog, where isMeant: (AuditLog.Entry) -> Bool = { _ in true }) throws -> Set<Use> {
      Set(
        try audit.entries().filter { $0.user == Self.user && isMeant($0) }
          .map { Use($0.group, $0.resource, $0.verb) })
    }

    // MARK: One that is missing

    @Test func `that lack a verb are named by the probe and the log, until it is granted`() async throws {
      let cluster = try await Cluster.clean()
      let kubeconfig = try await cluster.applyShippedPermissions()
      try await withdraw("patch", "servicemonitors", cluster)
      let process = try OperatorProcess(kubeconfig: kubeconfig.path)
      try await expectComplaint("patch servicemonitors.monitoring.coreos.com", of: process)

      try await cluster.apply("terway")
      try await eventually("the profile says what it lacks") {
        let resources = try await cluster.profile("terway").status?.resources ?? []
        return resources.contains { $0.kind == "ServiceMonitor" && $0.state == .forbidden }
          && resources.contains { $0.kind == "ConfigMap" && $0.state == .synced }
      }
      _ = try await cluster.applyShippedPermissions()
      try await process.waitUntilReady()
      try await cluster.waitUntilReady("terway")
      #expect(try await process.stop() == 0)
    }

    @Test func `that do not let it list are named by the probe and the log, until they do`() async throws {
      let cluster = try await Cluster.clean()
      let kubeconfig = try await cluster.applyShippedPermissions()
      try await withdraw("list", "configmaps", cluster)
      let process = try OperatorProcess(kubeconfig: kubeconfig.path)
      try await expectComplaint("list configmaps", of: process)
      try await eventually("the cache says so too") {
        try await process.get("/readyz").text.contains("cannot list resource \"configmaps\"")
      }
      _ = try await cluster.applyShippedPermissions()
      try await process.waitUntilReady()
      try await cluster.apply("terway")
      try await cluster.waitUntilReady("terway")
      #expect(try await process.stop() == 0)
    }

    private func expectComplaint(_ permission: String, of process: OperatorProcess) async throws {
      try await eventually("the probe names \(permission)") {
        let answer = try await process.get("/readyz")
        return answer.status == 503 && answer.text.contains("may not: \(permission)\n")
      }
      let line = process.logText.split(separator: "\n").first { $0.contains("a permission is missing") }
      #expect(line?.contains(permission) == true, "\(line ?? "no line in the log")")
      #expect(process.isRunning)
    }

    // MARK: Setting up

    /// Takes a verb out of the role, and waits until the server knows.
    private func withdraw(_ verb: String, _ resource: String, _ cluster: Cluster) async throws {
      let key = ObjectKey(name: "terway-operator")
      var role: JSONValue = try await cluster.client.get(Self.clusterRoles, key)
      let rules = (role["rules"]?.array ?? []).map { rule -> JSONValue in
        guard rule["resources"]?[0]?.string == resource else { return rule }
        var rule = rule
        rule["verbs"] = .array((rule["verbs"]?.array ?? []).filter { $0.string != verb })
        return rule
      }
      role["rules"] = .array(rules)
      let _: JSONValue = try await cluster.client.update(
        Self.clusterRoles, key, role, fieldManager: FieldManager("somebody"))
      try await eventually("the server knows that \(verb) \(resource) is withdrawn") {
        let answer = try await Command.run(
          cluster.plane.environment["TERWAY_KUBECTL"] ?? "kubectl",
          ["auth", "can-i", verb, resource, "--as", Self.user], environment: ["KUBECONFIG": cluster.plane.kubeconfig])
        return answer.standardOutput.hasPrefix("no")
      }
    }

    /// What the role and the cluster role allow, without kinds that this server does not have, and without `create`: that
    /// is asked for when an apply makes an object, and no request of its own.
    private func grantedUses(_ cluster: Cluster) async throws -> Set<Use> {
      let clusterRole: JSONValue = try await cluster.client.get(Self.clusterRoles, ObjectKey(name: "terway-operator"))
      let role: JSONValue = try await cluster.client.get(
        Self.roles, ObjectKey(namespace: "terway-operator-system", name: "terway-operator"))
      var unserved: Set<String> = []
      for kind in GeneratedResource.all {
        let offered = try await cluster.client.resources(inGroupVersion: kind.kind.apiVersion)
        if !offered.contains(kind) { unserved.insert(kind.plural) }
      }
      var uses: Set<Use> = []
      for rule in (clusterRole["rules"]?.array ?? []) + (role["rules"]?.array ?? []) {
        for group in rule["apiGroups"]?.array ?? [] {
          for resource in rule["resources"]?.array ?? [] where !unserved.contains(resource.string ?? "") {
            for verb in rule["verbs"]?.array ?? [] {
              uses.insert(Use(group.string ?? "", resource.string ?? "", verb.string ?? ""))
            }
          }
        }
      }
      let applied = Set(GeneratedResource.all.map(\.plural))
      return uses.filter { !(applied.contains($0.resource) && $0.verb == "create") }
    }
  }
}
