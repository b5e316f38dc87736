import Foundation
import KubernetesClient
import Serialization
import TestSupport
import Testing

/// A kubeconfig that holds the token of the operator's ServiceAccount; it goes with its last holder.
final class OperatorKubeconfig: Sendable {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("kubeconfig-\(UUID().uuidString)").path

  /// - Parameter configuration: of the cluster; as whom it speaks to it is of no matter.
  convenience init(_ configuration: ClusterConfiguration, token: String, namespace: String) throws {
    let authority = Data(configuration.endpoint.tls.certificateAuthorities ?? []).base64EncodedString()
    let cluster: JSONValue = [
      "server": .string(configuration.server), "certificate-authority-data": .string(authority),
    ]
    try self.init([
      "current-context": "operator", "clusters": [["name": "operator", "cluster": cluster]],
      "users": [["name": "operator", "user": ["token": .string(token)]]],
      "contexts": [
        [
          "name": "operator",
          "context": ["cluster": "operator", "user": "operator", "namespace": .string(namespace)],
        ]
      ],
    ])
  }

  init(_ content: JSONValue) throws {
    try Data(content.jsonText(pretty: true).utf8).write(to: URL(fileURLWithPath: path))
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}

extension Cluster {
  static let operatorUser = "system:serviceaccount:terway-operator-system:terway-operator"

  /// Grants what is shipped, whatever was granted before, and waits until the server knows.
  func applyShippedPermissions() async throws -> OperatorKubeconfig {
    let directory = Repository.file("config/rbac")
    let files = try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
      .filter { $0.lastPathComponent != "kustomization.yaml" }
    for file in files {
      try await plane.kubectl("apply", "--server-side", "--force-conflicts", "-f", file.path)
    }
    try await eventually("the server knows the role") {
      let list = try await plane.kubectl("auth", "can-i", "list", "configmaps", "--as", Self.operatorUser)
      let patch = try await plane.kubectl(
        "auth", "can-i", "patch", "servicemonitors.monitoring.coreos.com", "--as", Self.operatorUser)
      return list.hasPrefix("yes") && patch.hasPrefix("yes")
    }
    let accounts = "/api/v1/namespaces/terway-operator-system/serviceaccounts"
    let answer = try await plane.kubectl(
      "create", "--raw", "\(accounts)/terway-operator/token", "-f", "-",
      input: #"{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{}}"#)
    let token = try #require(try JSONValue(jsonText: answer).at("status", "token")?.string)
    return try OperatorKubeconfig(client.configuration, token: token, namespace: "terway-operator-system")
  }
}
