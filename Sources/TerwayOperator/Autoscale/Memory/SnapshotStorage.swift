import ControllerRuntime
import EniScaling
import KubernetesClient
import KubernetesModel
import Serialization
import TerwayModel

/// Keeps what was learned for a policy in a ConfigMap in our own namespace, which goes with the policy.
///
/// It may be lost: labels and notes on the nodes are what matters. It is written only when something new was learned, and
/// at most every ten minutes.
struct SnapshotStorage: Sendable {
  /// In seconds.
  static let period = 600.0
  /// The most bytes that are written; a ConfigMap holds a mebibyte. What was learned of single nodes is left out first.
  static let sizeLimit = 900_000
  private static let key = "snapshot"

  let client: KubernetesClient
  /// Our own.
  let namespace: String

  /// What was learned before; `nil` when there is nothing that can be gone on with.
  func load(_ policy: EniAutoscalePolicy, _ scaling: ScalingPolicy, _ logger: Logger) async throws -> NodeGroupScaler? {
    do {
      let map = try await client.get(TerwayConfigMap.resource, objectKey(policy), as: JSONValue.self)
      guard let text = map.at("data", Self.key)?.string else { return nil }
      return try NodeGroupScaler(policy: scaling, snapshot: JSONValue(jsonText: text))
    } catch let error as StatusError where error.reason == .notFound {
      return nil
    } catch let error as StatusError {
      throw error
    } catch let error as NodeGroupScaler.SnapshotError {
      logger.warning("what was learned before cannot be gone on with, and is learned anew", ["error": "\(error)"])
    } catch let error as JSONError {
      logger.warning("what was learned before is damaged, and is learned anew", ["error": "\(error)"])
    }
    return nil
  }

  /// - Returns: whether it was written.
  func save(_ policy: EniAutoscalePolicy, _ memory: inout PolicyMemory, now: Double) async throws -> Bool {
    guard memory.snapshot.isDue(at: now) else { return false }
    var snapshot = try memory.scaler.snapshot()
    guard memory.snapshot.isNews(snapshot, at: now) else { return false }
    if snapshot.jsonBytes().count > Self.sizeLimit { snapshot["nodes"] = [:] }
    let owner = OwnerReference(
      apiVersion: EniAutoscalePolicy.resource.kind.apiVersion, kind: EniAutoscalePolicy.resource.kind.kind,
      name: policy.metadata.name, uid: policy.metadata.uid, blockOwnerDeletion: false)
    let key = objectKey(policy)
    _ = try await client.apply(
      TerwayConfigMap.resource, key,
      [
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": [
          "name": .string(key.name), "namespace": .string(namespace), "ownerReferences": [owner.json],
          "labels": [PoolClass.policyLabel: .string(policy.metadata.name)],
        ],
        "data": [Self.key: .string(snapshot.jsonText())],
      ], fieldManager: PoolWriter.fieldManager, as: MetadataOnly.self)
    return true
  }

  private func objectKey(_ policy: EniAutoscalePolicy) -> ObjectKey {
    ObjectKey(namespace: namespace, name: "eniap-\(policy.metadata.name)-state")
  }
}

/// When what was learned is worth a write.
struct SnapshotMemory: Sendable {
  private var lastLook: Double?
  private var digest: Int?

  func isDue(at now: Double) -> Bool { lastLook.map { abs(now - $0) >= SnapshotStorage.period } ?? true }

  /// Whether it holds other knowledge than the last one. Times and budgets are none.
  mutating func isNews(_ snapshot: JSONValue, at now: Double) -> Bool {
    let isFirst = lastLook == nil
    lastLook = now
    let knowledge = ["arrivals", "leadTimes", "calibration", "seasonal"].map { snapshot[$0] ?? .null }
    let former = digest
    digest = knowledge.hashValue
    return !isFirst && former != digest
  }
}
