import KubernetesClient
import KubernetesModel

/// Asks the API server, before the first write of a reconcile, whether the owner still is what our cache says.
///
/// A cache can be behind by as long as its connection is broken. Written from such a one, the objects of a deleted owner
/// would come back as often as they are collected, and an older spec would overwrite what a newer one made. Reads are
/// cheap where writes are rare, so that this costs one request for a reconcile that changes something, and none for others.
actor OwnerConfirmation {
  private let client: KubernetesClient
  private let resource: ResourceType
  private let owner: ObjectMeta
  private var isConfirmed = false

  init(_ owner: ObjectMeta, of resource: ResourceType, client: KubernetesClient) {
    (self.owner, self.resource, self.client) = (owner, resource, client)
  }

  /// - Throws: `OutdatedOwner` when the owner is gone, was made anew, is being deleted, or has another spec.
  func confirm() async throws {
    guard !isConfirmed else { return }
    let live: ObjectMeta
    do {
      live = try await client.get(resource, owner.key, as: MetadataOnly.self).metadata
    } catch let error as StatusError where error.reason == .notFound {
      throw OutdatedOwner()
    }
    guard live.uid == owner.uid, live.generation == owner.generation, !live.isBeingDeleted else {
      throw OutdatedOwner()
    }
    isConfirmed = true
  }
}

/// The owner is no longer what our cache says. Nothing was written; what the cache hears next leads to a new reconcile.
struct OutdatedOwner: Error {}
