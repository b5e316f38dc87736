import Foundation
import Monitoring
import Serialization
import TerwayOperator
import TestSupport
import Testing

/// What `config` installs, compared with what the operator relies on.
struct `Install manifests` {
  @Test func `grant in the cluster what the operator asks for, and no more`() throws {
    let role = try Self.object("rbac/cluster-role.yaml")
    #expect(role["rules"]?.array == Permission.clusterWide.map(\.rule))
  }

  @Test func `grant in the operator's namespace what it asks for there, and no more`() throws {
    let role = try Self.object("rbac/role.yaml")
    #expect(role["rules"]?.array == Permission.ownNamespace.map(\.rule))
    #expect(role.at("metadata", "namespace")?.string == OperatorEndpoint().namespace)
  }

  @Test(arguments: [
    ("rbac/cluster-role-binding.yaml", "rbac/cluster-role.yaml"), ("rbac/role-binding.yaml", "rbac/role.yaml"),
  ])
  func `bind each role to the account that the pods run under`(binding: String, role: String) throws {
    let (account, binding, role) = try (
      Self.object("rbac/service-account.yaml"), Self.object(binding), Self.object(role)
    )
    #expect(binding.at("roleRef", "kind") == role["kind"])
    #expect(binding.at("roleRef", "name") == role.at("metadata", "name"))
    let subject: JSONValue = [
      "kind": "ServiceAccount", "name": account.at("metadata", "name") ?? .null,
      "namespace": account.at("metadata", "namespace") ?? .null,
    ]
    #expect(binding["subjects"] == .array([subject]))
    let pod = try Self.object("manager/deployment.yaml").at("spec", "template", "spec")
    #expect(pod?["serviceAccountName"] == account.at("metadata", "name"))
    #expect(pod?["automountServiceAccountToken"] == true)
  }

  @Test func `offer the metrics where the generated ServiceMonitor looks for them`() throws {
    let service = try Self.object("manager/service.yaml")
    let endpoint = OperatorEndpoint()
    #expect(service.at("metadata", "namespace")?.string == endpoint.namespace)
    for (name, value) in endpoint.labels {
      #expect(service.at("metadata", "labels")?[name]?.string == value)
    }
    #expect(service.at("spec", "ports")?.array?.map { $0["name"]?.string } == [endpoint.port])
  }

  @Test(arguments: ["manager/service.yaml", "manager/pod-disruption-budget.yaml", "manager/deployment.yaml"])
  func `select the operator's pods`(file: String) throws {
    let object = try Self.object(file)
    let selector = object.at("spec", "selector")
    let labels = try Self.object("manager/deployment.yaml").at("spec", "template", "metadata", "labels")
    #expect((selector?["matchLabels"] ?? selector) == labels)
  }

  @Test func `send traffic and probes to ports that the container opens`() throws {
    let container = try Self.container()
    let ports = Dictionary(
      uniqueKeysWithValues: (container["ports"]?.array ?? []).map { ($0["name"]?.string, $0["containerPort"]) })
    let arguments = (container["args"]?.array ?? []).compactMap(\.string)
    #expect(arguments.contains("--metrics-bind-address=:\(ports["metrics"]??.integer ?? 0)"))
    #expect(arguments.contains("--health-probe-bind-address=:\(ports["health"]??.integer ?? 0)"))
    #expect(arguments.contains("--leader-elect"))

    let target = try Self.object("manager/service.yaml").at("spec", "ports")?.array?.first?["targetPort"]?.string
    #expect(target == "metrics")
    for (probe, path) in [("startupProbe", "/healthz"), ("livenessProbe", "/healthz"), ("readinessProbe", "/readyz")] {
      #expect(container.at(probe, "httpGet") == ["path": .string(path), "port": "health"], "\(probe)")
    }
  }

  @Test func `meet the restricted pod security standard, which their namespace enforces`() throws {
    let namespace = try Self.object("manager/namespace.yaml")
    #expect(namespace.at("metadata", "labels")?["pod-security.kubernetes.io/enforce"] == "restricted")
    let pod = try #require(Self.object("manager/deployment.yaml").at("spec", "template", "spec"))
    #expect(pod.at("securityContext", "runAsNonRoot") == true)
    #expect(pod.at("securityContext", "seccompProfile", "type") == "RuntimeDefault")
    let container = try Self.container()
    #expect(
      container["securityContext"] == [
        "allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": ["drop": ["ALL"]],
      ])
  }

  private static func container() throws -> JSONValue {
    let containers = try object("manager/deployment.yaml").at("spec", "template", "spec", "containers")?.array
    return try #require(containers?.first)
  }

  /// The only object in a file below `config`.
  private static func object(_ path: String) throws -> JSONValue {
    let file = Repository.file("config/\(path)")
    let documents = try YAML.documents(in: Array(Data(contentsOf: file)), file: path)
    try #require(documents.count == 1)
    return documents[0].value
  }
}
