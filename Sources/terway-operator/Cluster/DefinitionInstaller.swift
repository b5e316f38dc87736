import HTTPTransport
import KubernetesClient
import KubernetesModel
import Serialization
import TerwayModel

/// Puts our CustomResourceDefinitions into a cluster, and brings those that are there up to date.
///
/// Those that are there keep what others added to their metadata, and their conversion. What an old API server does not know
/// of a schema it leaves out; a server-side apply it would refuse for that.
struct DefinitionInstaller: Sendable {
  static let resource = ResourceType(
    "apiextensions.k8s.io/v1", "CustomResourceDefinition", plural: "customresourcedefinitions", namespaced: false)
  static let fieldManager = FieldManager("terway-operator-crds")
  /// How often a new definition is asked whether it is served; once a second.
  private static let patience = 60

  let client: KubernetesClient
  var pause: @Sendable () async throws -> Void = { try await Task.sleep(for: .seconds(1)) }

  enum Outcome: String, Sendable {
    case created
    case upToDate = "up to date"
  }

  /// Returns when the API server serves what the definition defines.
  func install(_ definition: CustomResourceDefinition) async throws -> Outcome {
    do {
      let outcome = try await put(definition)
      try await waitUntilEstablished(definition.name)
      return outcome
    } catch let error as StatusError where error.reason != .unauthorized {
      throw DefinitionRefusal(name: definition.name, reason: "\(error)")
    }
  }

  private func put(_ definition: CustomResourceDefinition) async throws -> Outcome {
    let manifest = definition.manifest
    do {
      let _: JSONValue = try await client.patch(
        Self.resource, ObjectKey(name: definition.name), .merge, ["spec": manifest["spec"] ?? [:]],
        fieldManager: Self.fieldManager)
      return .upToDate
    } catch let error as StatusError where error.reason == .notFound {
      let _: JSONValue = try await client.create(Self.resource, manifest, fieldManager: Self.fieldManager)
      return .created
    }
  }

  private func waitUntilEstablished(_ name: String) async throws {
    for _ in 0..<Self.patience {
      let definition: JSONValue = try await client.get(Self.resource, ObjectKey(name: name))
      let conditions = definition.at("status", "conditions")?.array ?? []
      if conditions.contains(where: { $0["type"] == "Established" && $0["status"] == "True" }) { return }
      try await pause()
    }
    throw DefinitionRefusal(name: name, reason: "is there, but the API server does not serve it yet")
  }
}

/// A definition that the API server did not take.
struct DefinitionRefusal: ExitingError {
  var name: String
  var reason: String

  var exitCode: ExitCode { .findings }
  var message: String? { "CustomResourceDefinition \(name): \(reason)" }
}
