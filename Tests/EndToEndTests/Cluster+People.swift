import KubernetesClient
import KubernetesModel
import Monitoring
import Serialization
import TerwayModel
import TestSupport

/// What people and other programs do to the objects of a cluster, and what they see of them.
extension Cluster {
  /// The field manager of everything that is done by hand.
  static let person = FieldManager("somebody")

  static let definitions = ResourceType(
    "apiextensions.k8s.io/v1", "CustomResourceDefinition", plural: "customresourcedefinitions", namespaced: false)

  /// Changes an object by hand, as `kubectl edit` does.
  func edit(_ reference: ObjectReference, _ patch: [JSONValue]) async throws {
    let _: JSONValue = try await client.patch(
      reference.resource, reference.key, .json, .array(patch), fieldManager: Self.person)
  }

  /// The object; `nil` when there is none.
  func object(_ reference: ObjectReference) async throws -> JSONValue? {
    do {
      return try await client.get(reference.resource, reference.key, as: JSONValue.self)
    } catch let error as StatusError where error.reason == .notFound {
      return nil
    }
  }

  /// The content of every object of a profile, without what the server notes for itself.
  func content(of profile: String) async throws -> [ObjectReference: JSONValue] {
    try await generated(by: profile).mapValues(Self.content)
  }

  static func content(_ object: JSONValue) -> JSONValue {
    var content = object
    content["status"] = nil
    let metadata = object["metadata"]?.object ?? [:]
    let kept = ["name", "namespace", "labels", "annotations", "ownerReferences", "finalizers"]
    content["metadata"] = .object(metadata.filter { kept.contains($0.key) })
    // The server ties a Job to its Pods by the Job's own uid.
    if object["kind"] == "Job" || object.at("spec", "completions") != nil {
      content["spec"]?["selector"] = nil
      content["spec"]?["template"]?["metadata"]?["labels"] = nil
    }
    return content
  }

  /// The notes of the events about a profile that have this reason.
  func events(_ reason: String, about profile: MonitoringProfile) async throws -> [String] {
    let events = ResourceType("events.k8s.io/v1", "Event", plural: "events", namespaced: true)
    return try await client.list(ResourceSelection(events), as: JSONValue.self).filter {
      $0.at("regarding", "uid")?.string == profile.metadata.uid && $0["reason"]?.string == reason
    }.compactMap { $0["note"]?.string }
  }

  /// Waits until a profile's status says something.
  @discardableResult
  func waitUntil(
    _ what: String, _ name: String, within timeout: Duration = .seconds(60),
    _ holds: (MonitoringProfileStatus) -> Bool
  ) async throws -> MonitoringProfile {
    do {
      try await eventually("\(what) in the status of profile \(name)", within: timeout) {
        try await profile(name).status.map(holds) ?? false
      }
    } catch {
      throw NeverHappened(
        description: "\(error); it says \(try await profile(name).status?.json().jsonText() ?? "nothing")")
    }
    return try await profile(name)
  }
}

// MARK: Quiet

extension OperatorProcess {
  /// Reconciles of profiles so far, whatever came of them.
  func reconciles() async throws -> Double {
    try await get("/metrics").text.split(separator: "\n")
      .filter { $0.hasPrefix("controller_runtime_reconcile_total{") }
      .compactMap { $0.split(separator: " ").last.flatMap { Double($0) } }.reduce(0, +)
  }

  /// Waits until a while has passed without a reconcile.
  func waitUntilQuiet(for period: Duration = .seconds(1)) async throws {
    try await eventually("the operator has nothing left to do") { try await isQuiet(for: period) }
  }

  /// Whether a while passes without a reconcile.
  func isQuiet(for period: Duration) async throws -> Bool {
    let before = try await reconciles()
    try await Task.sleep(for: period)
    return try await reconciles() == before
  }
}

extension AuditLog {
  /// What the operator wrote, without the questions whether it may and without Leases.
  func operatorWrites() throws -> [Entry] {
    try entries().filter {
      $0.isWrite && $0.userAgent.hasPrefix("terway-operator/") && !$0.resource.hasPrefix("selfsubject")
        && $0.resource != "leases"
    }
  }
}

extension AuditLog.Entry: CustomStringConvertible {
  public var description: String { "\(verb) \(resource) \(name) \(code)" }
}
