import KubernetesClient
import KubernetesModel
import Locking
import Serialization

/// A Lease on an API server.
public final class KubernetesLeaseStorage: LeaseStorage {
  private static let resource = ResourceType("coordination.k8s.io/v1", "Lease", plural: "leases", namespaced: true)

  private let client: KubernetesClient
  private let key: ObjectKey
  /// The whole object as it was last, so that a write keeps what others put on it.
  private let last = Lock<JSONValue?>(nil)

  /// Refusals that say when to come back are thrown at once: the elector has other work meanwhile.
  ///
  /// - Parameter client: must not be fenced by the leadership that this Lease decides on.
  public init(client: KubernetesClient, key: ObjectKey) {
    self.client = client.handingOnRefusals
    self.key = key
  }

  public func read() async throws -> LeaseRecord? {
    do {
      return remember(try await client.get(Self.resource, key))
    } catch let error as StatusError where error.reason == .notFound {
      return nil
    }
  }

  public func write(_ record: LeaseRecord) async throws -> LeaseRecord? {
    let object = object(for: record)
    do {
      if record.resourceVersion == nil {
        return remember(try await client.create(Self.resource, namespace: key.namespace, object))
      }
      return remember(try await client.update(Self.resource, key, object))
    } catch let error as StatusError where [.alreadyExists, .conflict, .notFound].contains(error.reason) {
      return nil
    }
  }

  private func remember(_ object: JSONValue) -> LeaseRecord {
    last.withLock { $0 = object }
    return LeaseRecord(object)
  }

  private func object(for record: LeaseRecord) -> JSONValue {
    var object: JSONValue = ["apiVersion": "coordination.k8s.io/v1", "kind": "Lease"]
    var metadata: JSONValue = ["name": .string(key.name)]
    if let namespace = key.namespace { metadata["namespace"] = .string(namespace) }
    if let version = record.resourceVersion {
      let former = last.withLock { $0 }
      if let former, LeaseRecord(former).resourceVersion == version { metadata = former["metadata"] ?? metadata }
      metadata["resourceVersion"] = .string(version.text)
    }
    object["metadata"] = metadata
    object["spec"] = record.spec.json
    return object
  }
}

extension LeaseRecord {
  /// Reads a Lease; whatever it does not say is empty, as it is in a Lease that nobody has held.
  init(_ object: JSONValue) {
    let spec = object["spec"]
    self.init(
      Spec(
        holderIdentity: spec?["holderIdentity"]?.string ?? "",
        leaseDurationSeconds: Int(clamping: spec?["leaseDurationSeconds"]?.integer ?? 0),
        acquireTime: spec?["acquireTime"]?.string ?? "",
        renewTime: spec?["renewTime"]?.string ?? "",
        leaseTransitions: Int(clamping: spec?["leaseTransitions"]?.integer ?? 0)),
      resourceVersion: object.at("metadata", "resourceVersion")?.string.map(ResourceVersion.init))
  }
}

extension LeaseRecord.Spec {
  var json: JSONValue {
    var spec: JSONValue = [
      "holderIdentity": .string(holderIdentity), "leaseTransitions": .integer(Int64(leaseTransitions)),
    ]
    // The API server refuses a duration of 0 and times that are empty.
    if leaseDurationSeconds > 0 { spec["leaseDurationSeconds"] = .integer(Int64(leaseDurationSeconds)) }
    if !acquireTime.isEmpty { spec["acquireTime"] = .string(acquireTime) }
    if !renewTime.isEmpty { spec["renewTime"] = .string(renewTime) }
    return spec
  }
}
