import KubernetesClient
import KubernetesModel
import Serialization

/// A Lease in the API server.
public struct KubernetesLeaseStorage: LeaseStorage {
  static let resource = ResourceType("coordination.k8s.io/v1", "Lease", plural: "leases", namespaced: true)

  private let client: KubernetesClient
  private let key: ObjectKey

  /// - Parameter client: not one that lets writes through only while leading.
  public init(client: KubernetesClient, key: ObjectKey) {
    self.client = client
    self.key = key
  }

  public func read() async throws -> LeaseRecord? {
    do {
      return try await client.get(Self.resource, key, as: LeaseRecord.self)
    } catch let error as StatusError where error.reason == .notFound {
      return nil
    }
  }

  public func write(_ record: LeaseRecord) async throws -> LeaseRecord? {
    do {
      let object = record.manifest(key)
      return record.resourceVersion == nil
        ? try await client.create(Self.resource, namespace: key.namespace, object, as: LeaseRecord.self)
        : try await client.update(Self.resource, key, object, as: LeaseRecord.self)
    } catch let error as StatusError where error.reason == .conflict || error.reason == .alreadyExists {
      return nil
    }
  }
}

extension LeaseRecord: JSONDecodable {
  public init(json reader: inout JSONReader) throws(JSONError) {
    self.init(
      Spec(holderIdentity: "", leaseDurationSeconds: 0, acquireTime: "", renewTime: "", leaseTransitions: 0),
      resourceVersion: nil)
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "metadata": resourceVersion = try ObjectMeta(json: &reader).resourceVersion
      case "spec": try readSpec(&reader)
      default: break
      }
    }
  }

  private mutating func readSpec(_ reader: inout JSONReader) throws(JSONError) {
    try reader.readObject { (key, reader) throws(JSONError) in
      switch key {
      case "holderIdentity": spec.holderIdentity = try String?(json: &reader) ?? ""
      case "leaseDurationSeconds": spec.leaseDurationSeconds = try Int?(json: &reader) ?? 0
      case "acquireTime": spec.acquireTime = try String?(json: &reader) ?? ""
      case "renewTime": spec.renewTime = try String?(json: &reader) ?? ""
      case "leaseTransitions": spec.leaseTransitions = try Int?(json: &reader) ?? 0
      default: break
      }
    }
  }

  func manifest(_ key: ObjectKey) -> JSONValue {
    var metadata: JSONValue = ["name": .string(key.name)]
    if let namespace = key.namespace { metadata["namespace"] = .string(namespace) }
    if let resourceVersion { metadata["resourceVersion"] = .string(resourceVersion.text) }
    var content: JSONValue = [
      "holderIdentity": .string(spec.holderIdentity), "leaseTransitions": JSONValue(spec.leaseTransitions),
    ]
    // Servers refuse a duration of 0 and times that are empty.
    if spec.leaseDurationSeconds > 0 { content["leaseDurationSeconds"] = JSONValue(spec.leaseDurationSeconds) }
    if !spec.acquireTime.isEmpty { content["acquireTime"] = .string(spec.acquireTime) }
    if !spec.renewTime.isEmpty { content["renewTime"] = .string(spec.renewTime) }
    return [
      "apiVersion": .string(KubernetesLeaseStorage.resource.kind.apiVersion),
      "kind": .string(KubernetesLeaseStorage.resource.kind.kind), "metadata": metadata, "spec": content,
    ]
  }
}
