import ControllerRuntime
import KubernetesClient
import KubernetesModel
import Monitoring
import Serialization
import TerwayModel

/// Brings single objects into the shape that their manifests state.
///
/// # Guarantees
/// - Nothing is sent to the API server for an object whose manifest and whose content are those of the last time.
/// - Objects that somebody else made or controls are left alone.
/// - Nothing is written or deleted for an owner that is no longer what our cache says.
///
/// # Caveats
/// What was settled is remembered in memory only: a new process reads each object once.
struct GeneratedObjects: Sendable {
  static let fieldManager = FieldManager("terway-operator")

  let client: KubernetesClient
  let caches: GeneratedCaches
  private let settled = SettledObjects()

  init(client: KubernetesClient, caches: GeneratedCaches) {
    self.client = client
    self.caches = caches
  }

  /// - Throws: `OutdatedOwner`, or when the task was cancelled; failures are part of the result.
  func synchronise(
    _ manifest: Manifest, ownedBy owner: OwnerReference, _ confirmation: OwnerConfirmation, _ context: ReconcileContext
  ) async throws -> Synchronisation {
    let reference = manifest.reference
    guard let store = caches.store(of: reference.resource) else {
      return .failed(reference, .crdMissing, "\(reference.resource.kind) is not served by this cluster")
    }
    var desired = manifest.content
    desired["metadata"]?["ownerReferences"] = [owner.json]
    let hash = desired.hashValue
    func entry(_ view: GeneratedObject) -> SettledObjects.Entry {
      SettledObjects.Entry(owner: owner.name, desired: hash, fingerprint: view.fingerprint)
    }
    if let seen = store[reference.key], settled[reference] == entry(seen) {
      return Synchronisation(reference: reference, state: .synced)
    }
    return try await outcome(for: reference) {
      let live = try await read(reference)
      if let obstacle = live.flatMap({ OwnershipClaim.obstacle(to: owner, on: $0) }) {
        return obstacle.synchronisation(of: reference)
      }
      let former = settled[reference]
      // What the server made of our last apply is as good as it gets, even where it still looks different.
      if let live, former == entry(live.view) || !differs(live, from: desired) {
        settled[reference] = entry(live.view)
        return Synchronisation(reference: reference, state: .synced)
      }
      try await confirmation.confirm()
      do {
        let written = try await client.apply(
          reference.resource, reference.key, desired, fieldManager: Self.fieldManager, as: LiveObject.self)
        context.wrote(reference.key, written.view.metadata.resourceVersion, seenBy: store)
        settled[reference] = entry(written.view)
        let isUnchanged = live?.view.metadata.resourceVersion == written.view.metadata.resourceVersion
        let isRestored = former?.desired == hash
        return Synchronisation(
          reference: reference, state: .synced,
          change: isUnchanged ? nil : isRestored ? .restored : live == nil ? .created : .updated)
      } catch let error as StatusError where error.reason == .invalid {
        guard let live, try await isAcceptedAnew(desired, as: reference) else { throw error }
        try await delete(live.view, reference, context, store)
        return .waiting(reference, "is deleted, because it has to be made anew: \(error.message)")
      }
    }
  }

  /// Deletes an object that is no longer wanted, if it is still the one that was seen.
  ///
  /// - Throws: as `synchronise`.
  func remove(
    _ object: GeneratedObject, of resource: ResourceType, _ confirmation: OwnerConfirmation, _ context: ReconcileContext
  ) async throws -> Synchronisation {
    let reference = ObjectReference(resource, object.key)
    guard let store = caches.store(of: resource) else { return Synchronisation(reference: reference, state: .synced) }
    return try await outcome(for: reference) {
      try await confirmation.confirm()
      let deleted = try await delete(object, reference, context, store)
      return Synchronisation(reference: reference, state: .synced, change: deleted ? .deleted : nil)
    }
  }

  /// Forgets the objects of a profile that is gone.
  func forget(owner name: String) { settled.forget(owner: name) }

  private func differs(_ live: LiveObject, from desired: JSONValue) -> Bool {
    ObjectDifference.isPresent(desired: desired, live: live.content, manager: Self.fieldManager)
  }

  /// Whether only what is there stands in the way of an object: a field that cannot be changed, or an element of a list
  /// that somebody renamed and that ours cannot stand beside.
  private func isAcceptedAnew(_ desired: JSONValue, as reference: ObjectReference) async throws -> Bool {
    do {
      let _: JSONValue = try await client.create(
        reference.resource, namespace: reference.key.namespace, desired, fieldManager: Self.fieldManager, dryRun: true)
      return true
    } catch let error as StatusError where error.reason == .alreadyExists {
      // The server validates before it looks whether the name is free.
      return true
    } catch let error as StatusError where error.reason == .invalid {
      return false
    }
  }

  private func read(_ reference: ObjectReference) async throws -> LiveObject? {
    do {
      return try await client.get(reference.resource, reference.key, as: LiveObject.self)
    } catch let error as StatusError where error.reason == .notFound {
      return nil
    }
  }

  @discardableResult
  private func delete(
    _ object: GeneratedObject, _ reference: ObjectReference, _ context: ReconcileContext,
    _ store: Store<GeneratedObject>
  ) async throws -> Bool {
    settled[reference] = nil
    let deleted = try await client.delete(
      reference.resource, reference.key, preconditions: Preconditions(uid: object.metadata.uid))
    if deleted { context.deleted(reference.key, uid: object.metadata.uid, seenBy: store) }
    return deleted
  }

  private func outcome(
    for reference: ObjectReference, _ work: () async throws -> Synchronisation
  ) async throws -> Synchronisation {
    do {
      return try await work()
    } catch let error as OutdatedOwner {
      throw error
    } catch {
      try Task.checkCancellation()
      settled[reference] = nil
      return .failed(reference, error)
    }
  }
}
