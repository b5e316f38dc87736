import KubernetesClient
import KubernetesModel
import Serialization

/// `events.k8s.io/v1` on an API server.
public struct KubernetesEvents: EventStorage {
  private static let resource = ResourceType("events.k8s.io/v1", "Event", plural: "events", namespaced: true)

  private let client: KubernetesClient
  private let controller: String
  private let instance: String

  /// - Parameters:
  ///   - controller: who reports, such as `ops.terway.io/terway-operator`.
  ///   - instance: which of its processes, such as the pod's name.
  public init(client: KubernetesClient, controller: String, instance: String) {
    self.client = client
    self.controller = controller
    self.instance = instance
  }

  public func write(_ write: EventAggregator.Write) async throws {
    switch write {
    case .create(let notice, let name, let time):
      let event = notice.json(name: name, at: time, controller: controller, instance: instance)
      let _: JSONValue = try await client.create(Self.resource, namespace: notice.namespace, event)
    case .update(let notice, let name, let count, let time):
      let series: JSONValue = [
        "series": ["count": .integer(Int64(count)), "lastObservedTime": .string(time.rfc3339Microseconds)]
      ]
      let key = ObjectKey(namespace: notice.namespace, name: name)
      let _: JSONValue = try await client.patch(Self.resource, key, .merge, series)
    }
  }
}

extension EventNotice {
  /// The most that the API server takes, in bytes.
  private static let longestNote = 1024

  func json(name: String, at time: Timestamp, controller: String, instance: String) -> JSONValue {
    [
      "apiVersion": "events.k8s.io/v1", "kind": "Event",
      "metadata": ["name": .string(name), "namespace": .string(namespace)],
      "eventTime": .string(time.rfc3339Microseconds),
      "reportingController": .string(controller), "reportingInstance": .string(String(instance.prefix(128))),
      "type": .string(severity.rawValue), "reason": .string(String(reason.prefix(128))),
      "action": .string(String(action.prefix(128))), "note": .string(shortNote),
      "regarding": regarding.json,
    ]
  }

  private var shortNote: String {
    if note.utf8.count <= Self.longestNote { return note }
    var short = ""
    var size = 0
    for character in note {
      size += character.utf8.count
      if size > Self.longestNote - "…".utf8.count { break }
      short.append(character)
    }
    return short + "…"
  }
}

extension EventNotice.Subject {
  fileprivate var json: JSONValue {
    var json: JSONValue = [
      "apiVersion": .string(kind.apiVersion), "kind": .string(kind.kind), "name": .string(key.name),
      "uid": .string(uid),
    ]
    if let namespace = key.namespace { json["namespace"] = .string(namespace) }
    return json
  }
}
