import KubernetesClient
import KubernetesModel
import Monitoring
import Serialization
import TerwayModel
import TestSupport

/// People, and a GitOps controller, that change profiles and their objects by chance. The same seed, the same deeds.
struct People {
  private enum Deed: CaseIterable {
    case change, delete, recreate, spoil, remove
  }

  private let cluster: Cluster
  private let names: [String]
  private var random: SeededGenerator
  /// What each profile asks for; those that are deleted are not in it.
  private var specs: [String: JSONValue] = [:]
  private var done: [Deed: Int] = [:]

  init(_ cluster: Cluster, count: Int, seed: UInt64) {
    self.cluster = cluster
    names = (0..<count).map { "soak-\($0)" }
    random = SeededGenerator(seed: seed)
  }

  var summary: String {
    "\(specs.count) profiles; "
      + Deed.allCases.map { "\(done[$0] ?? 0) × \($0)" }.joined(separator: ", ")
  }

  /// Of different sizes, and each of them few objects: it is about the changes.
  private static let choices: [JSONValue] = {
    let groups = ["performance", "qos", "security", "availability", "capacity"]
    return (0...3).map { count in
      let alerts = groups.enumerated().map { ($0.element, JSONValue.object(["enabled": .bool($0.offset < count)])) }
      return [
        "alerts": .object(Dictionary(uniqueKeysWithValues: alerts)), "labels": ["variant": .string("v\(count)")],
        "dashboards": ["enabled": .bool(count % 2 == 0)],
        "logging": ["fluentd": ["enabled": false], "loki": ["enabled": .bool(count == 3)]],
      ]
    }
  }()

  mutating func createAll() async throws {
    for name in names { try await apply(name) }
  }

  /// One deed; trouble with the server is part of the game and means that it is tried again.
  mutating func act() async throws {
    let cluster = cluster
    let (name, deed) = (
      names[Int.random(in: 0..<names.count, using: &random)], Deed.allCases.randomElement(using: &random)
    )
    guard let deed else { return }
    done[deed, default: 0] += 1
    switch deed {
    case .change,
      .recreate where specs[name] == nil:
      try await apply(name)
    case .recreate:
      try await Self.persist { try await cluster.delete(name) }
      try await apply(name)
    case .delete:
      try await Self.persist { try await cluster.delete(name) }
      specs[name] = nil
    case .spoil:
      try await touch(name) { reference in
        _ = try await cluster.client.patch(
          reference.resource, reference.key, .merge, ["metadata": ["labels": ["ops.terway.io/profile": "nobody"]]],
          fieldManager: Cluster.person, as: JSONValue.self)
      }
    case .remove: try await touch(name) { try await cluster.client.delete($0.resource, $0.key) }
    }
  }

  private mutating func apply(_ name: String) async throws {
    let cluster = cluster
    let spec = Self.choices[Int.random(in: 0..<Self.choices.count, using: &random)]
    try await Self.persist { try await cluster.apply(name, spec) }
    specs[name] = spec
  }

  /// Does something to one of a profile's objects, if it is there.
  private mutating func touch(_ name: String, _ deed: (ObjectReference) async throws -> Void) async throws {
    guard let spec = specs[name], let reference = try references(name, spec).randomElement(using: &random) else {
      return
    }
    try await Self.persist {
      do { try await deed(reference) } catch let error as StatusError where error.reason == .notFound {}
    }
  }

  private static func persist(_ deed: () async throws -> Void) async throws {
    try await eventually("the server answers") {
      try await deed()
      return true
    }
  }

  private func references(_ name: String, _ spec: JSONValue) throws -> [ObjectReference] {
    let profile = try MonitoringProfile(["metadata": ["name": .string(name)], "spec": spec])
    return MonitoringRenderer.manifests(for: name, spec: try profile.spec.get()).map(\.reference)
      .sorted { $0.description < $1.description }
  }

  /// Waits until there is exactly what the profiles ask for, and each of them says so.
  func waitUntilSettled() async throws {
    let wanted = try Set(specs.flatMap { try references($0.key, $0.value) })
    try await eventually("there is exactly what is wanted", within: .seconds(300)) {
      try await Set(cluster.generated().keys) == wanted
    }
    try await eventually("all profiles say so", within: .seconds(120)) {
      let profiles = try await cluster.profiles()
      return profiles.count == specs.count
        && profiles.allSatisfy {
          $0.status?.observedGeneration == $0.metadata.generation && $0.status?.conditions["Ready"]?.status == .yes
        }
    }
  }
}
