import KubernetesClient
import KubernetesModel
import Locking
import Serialization

/// Events in the API server, as `events.k8s.io/v1`.
///
/// Events of cluster-scoped objects go to `default`; servers up to 1.20 want them in `kube-system`, and get them there once
/// they have said so. `kubectl describe` finds them in either.
public final class KubernetesEventStorage: EventStorage {
  static let resource = ResourceType("events.k8s.io/v1", "Event", plural: "events", namespaced: true)

  /// The most characters that the API server takes for an action, a reason and an instance.
  private static let longestWord = 128

  private let client: KubernetesClient
  /// Such as `ops.terway.io/terway-operator`.
  private let controller: String
  private let instance: String
  private let clusterNamespace = Lock("default")

  /// - Parameters:
  ///   - controller: the kind of program that reports, qualified by a domain.
  ///   - instance: this process; at most 128 characters.
  public init(client: KubernetesClient, controller: String, instance: String) {
    self.client = client
    self.controller = controller
    self.instance = String(instance.prefix(Self.longestWord))
  }

  public func write(_ write: EventAggregator.Write) async throws {
    switch write {
    case .create(let notice, let name, let time):
      do {
        try await create(notice, name, at: time)
      } catch let error as StatusError where error.isAboutNamespaceOfRegarded {
        clusterNamespace.withLock { $0 = "kube-system" }
        try await create(notice, name, at: time)
      }
    case .update(let notice, let name, let count, let lastObserved):
      let series: JSONValue = [
        "series": ["count": JSONValue(count), "lastObservedTime": .string(lastObserved.rfc3339Microseconds)]
      ]
      _ = try await client.patch(
        Self.resource, ObjectKey(namespace: namespace(of: notice), name: name), .merge, series, as: MetadataOnly.self)
    }
  }

  private func create(_ notice: EventNotice, _ name: String, at time: Timestamp) async throws {
    _ = try await client.create(
      Self.resource, namespace: namespace(of: notice), manifest(notice, name, at: time), as: MetadataOnly.self)
  }

  private func namespace(of notice: EventNotice) -> String {
    notice.regarding.key.namespace ?? clusterNamespace.withLock { $0 }
  }

  private func manifest(_ notice: EventNotice, _ name: String, at time: Timestamp) -> JSONValue {
    var regarding: JSONValue = [
      "apiVersion": .string(notice.regarding.kind.apiVersion), "kind": .string(notice.regarding.kind.kind),
      "name": .string(notice.regarding.key.name), "uid": .string(notice.regarding.uid),
    ]
    if let namespace = notice.regarding.key.namespace { regarding["namespace"] = .string(namespace) }
    return [
      "apiVersion": .string(Self.resource.kind.apiVersion), "kind": .string(Self.resource.kind.kind),
      "metadata": ["name": .string(name), "namespace": .string(namespace(of: notice))],
      "eventTime": .string(time.rfc3339Microseconds), "reportingController": .string(controller),
      "reportingInstance": .string(instance), "action": .string(String(notice.action.prefix(Self.longestWord))),
      "reason": .string(String(notice.reason.prefix(Self.longestWord))), "type": .string(notice.severity.rawValue),
      "note": .string(notice.shortNote), "regarding": regarding,
    ]
  }
}

extension EventNotice {
  /// The note, cut between characters at the 1024 bytes that the API server takes.
  fileprivate var shortNote: String {
    let limit = 1024
    if note.utf8.count <= limit { return note }
    var short = ""
    var size = "…".utf8.count
    for character in note {
      size += character.utf8.count
      if size > limit { break }
      short.append(character)
    }
    return short + "…"
  }
}

extension StatusError {
  fileprivate var isAboutNamespaceOfRegarded: Bool {
    reason == .invalid && causes.contains { $0.field == "involvedObject.namespace" }
  }
}
