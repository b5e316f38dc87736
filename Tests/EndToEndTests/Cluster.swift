import Foundation
import KubernetesClient
import KubernetesModel
import Monitoring
import Serialization
import TerwayModel
import TestSupport

/// A control plane with our CustomResourceDefinitions and those of others, and the namespaces that profiles name.
struct Cluster: Sendable {
  let plane: ControlPlane
  var client: KubernetesClient { plane.client }

  static let ownDefinitions = [
    "crds/ops.terway.io_terwaymonitoringprofiles.yaml", "crds/ops.terway.io_eniautoscalepolicies.yaml",
  ].map(Repository.file)

  /// Stand-ins for what prometheus-operator and grafana-operator install.
  static var foreignDefinitions: [URL] {
    get throws {
      try FileManager.default.contentsOfDirectory(
        at: Repository.file("hack/control-plane/crds"), includingPropertiesForKeys: nil
      ).filter { $0.pathExtension == "yaml" }
    }
  }

  /// Its name; another one for each of several runs at the same time.
  private static let planeName = ProcessInfo.processInfo.environment["TERWAY_TEST_PLANE"] ?? "end-to-end"

  /// The one that all tests use, one after another, as a new cluster: without profiles and with all definitions.
  static func clean() async throws -> Cluster {
    let cluster = Cluster(plane: try await ControlPlane(name: planeName))
    try await cluster.plane.apply(crds: ownDefinitions + foreignDefinitions)
    for namespace in ["monitoring", "logging", "terway-operator-system"] { try await cluster.makeNamespace(namespace) }
    for profile in try await cluster.profiles() { try await cluster.delete(profile.metadata.name) }
    try await cluster.clearAutoscale()
    try await eventually("nothing of earlier tests is left") { try await cluster.generated().isEmpty }
    return cluster
  }

  /// Starts the operator with all rights, and waits until it is ready.
  func startOperator(_ arguments: String...) async throws -> OperatorProcess {
    let process = try OperatorProcess(kubeconfig: plane.kubeconfig, arguments: arguments)
    try await process.waitUntilReady()
    return process
  }

  func makeNamespace(_ name: String) async throws {
    let namespaces = ResourceType("v1", "Namespace", plural: "namespaces", namespaced: false)
    let manifest: JSONValue = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]
    _ = try await client.apply(
      namespaces, ObjectKey(name: name), manifest, fieldManager: FieldManager("tests"))
  }
}

// MARK: Profiles

extension Cluster {
  static let allSections: JSONValue = [
    "dashboards": ["delivery": ["ConfigMap", "GrafanaDashboard"]],
    "alerts": ["inhibition": ["enabled": true]],
    "logging": ["fluentBit": ["enabled": true]],
    "performanceTest": ["enabled": true],
  ]

  func profiles() async throws -> [MonitoringProfile] {
    try await client.list(ResourceSelection(MonitoringProfile.resource), as: MonitoringProfile.self)
  }

  func profile(_ name: String) async throws -> MonitoringProfile {
    try await client.get(MonitoringProfile.self, ObjectKey(name: name))
  }

  /// Creates or changes a profile, as `kubectl apply` would.
  func apply(_ name: String, _ spec: JSONValue = [:]) async throws {
    let manifest: JSONValue = [
      "apiVersion": "ops.terway.io/v1alpha1", "kind": "TerwayMonitoringProfile", "metadata": ["name": .string(name)],
      "spec": spec,
    ]
    _ = try await client.apply(
      MonitoringProfile.resource, ObjectKey(name: name), manifest, fieldManager: FieldManager("tests"))
  }

  func delete(_ name: String) async throws {
    try await client.delete(MonitoringProfile.resource, ObjectKey(name: name))
  }

  /// Waits until the profile's status speaks of its newest generation and says that it is ready.
  @discardableResult
  func waitUntilReady(_ name: String) async throws -> MonitoringProfile {
    try await eventually("profile \(name) is ready") {
      let profile = try await profile(name)
      return profile.status?.observedGeneration == profile.metadata.generation
        && profile.status?.conditions["Ready"]?.status == .yes
    }
    return try await profile(name)
  }
}

// MARK: Generated objects

extension Cluster {
  /// Every generated object, of all kinds that are served.
  func generated(by profile: String? = nil) async throws -> [ObjectReference: JSONValue] {
    var found: [ObjectReference: JSONValue] = [:]
    for kind in GeneratedResource.all {
      let selection = ResourceSelection(
        kind, labels: LabelSelector(matchLabels: ["app.kubernetes.io/managed-by": "terway-operator"]))
      do {
        for object in try await client.list(selection, as: JSONValue.self) {
          let labels = object.at("metadata", "labels")
          if let profile, labels?["ops.terway.io/profile"]?.string != profile { continue }
          let key = ObjectKey(
            namespace: object.at("metadata", "namespace")?.string, name: object.at("metadata", "name")?.string ?? "")
          found[ObjectReference(kind, key)] = object
        }
      } catch let error as StatusError where error.reason == .notFound {
        continue
      }
    }
    return found
  }

  /// What a profile with this spec is to have, as far as the server knows the kinds.
  func expected(_ name: String, _ spec: JSONValue) async throws -> Set<ObjectReference> {
    let profile = try MonitoringProfile(["metadata": ["name": .string(name)], "spec": spec])
    let manifests = MonitoringRenderer.manifests(for: name, spec: try profile.spec.get())
    var references: Set<ObjectReference> = []
    for reference in manifests.map(\.reference) {
      let offered = try await client.resources(inGroupVersion: reference.resource.kind.apiVersion)
      if offered.contains(reference.resource) { references.insert(reference) }
    }
    return references
  }

  /// What changes with each write that the operator can make. The status of an object is for others to write, such as
  /// the controller of Jobs, and gives it a new `resourceVersion` whenever they get to it.
  func versions(of profile: String) async throws -> [ObjectReference: String] {
    try await generated(by: profile).mapValues { object in
      guard object["status"] != nil else { return object.at("metadata", "resourceVersion")?.string ?? "" }
      let writers = object.at("metadata", "managedFields")?.array ?? []
      let ours = writers.filter { $0["manager"]?.string == "terway-operator" }
      var rest = object
      rest["status"] = nil
      rest["metadata"]?["resourceVersion"] = nil
      rest["metadata"]?["managedFields"] = .array(ours)
      return rest.jsonText()
    }
  }
}
