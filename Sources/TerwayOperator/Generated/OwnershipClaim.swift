import KubernetesModel
import Monitoring
import Serialization

/// Whether an object that is there already may be taken for the one that a profile asks for.
enum OwnershipClaim {
  enum Obstacle: Hashable {
    /// It goes by itself; ours can be made then.
    case going(String)
    /// It is somebody else's.
    case taken(String)
  }

  /// - Returns: `nil` when the object is the owner's, or nobody's and was made by us or handed over to us.
  static func obstacle(to owner: OwnerReference, on live: LiveObject) -> Obstacle? {
    let metadata = live.view.metadata
    if metadata.isBeingDeleted { return .going("is being deleted") }
    guard let controller = metadata.ownerReferences.first(where: \.isController) else {
      if isMarked(live) { return nil }
      return .taken(
        """
        exists already and was not made by terway-operator; delete it, or hand it over with the label \
        \(ManagedLabel.managedBy)=\(ManagedLabel.operatorName)
        """)
    }
    if controller.uid == owner.uid { return nil }
    if controller.kind == owner.kind, controller.name == owner.name {
      return .going("belongs to a deleted profile of the same name and is being collected")
    }
    return .taken("is controlled by \(controller.kind) \(controller.name)")
  }

  /// Whether it is a person's: no controller's, not made by us, nor handed over to us.
  static func isUnowned(_ live: LiveObject) -> Bool {
    let metadata = live.view.metadata
    return !metadata.isBeingDeleted && !metadata.ownerReferences.contains(where: \.isController) && !isMarked(live)
  }

  /// Our applies leave a trace even where a person removed both labels and owner.
  private static func isMarked(_ live: LiveObject) -> Bool {
    live.view.metadata.labels[ManagedLabel.managedBy] == ManagedLabel.operatorName
      || ObjectDifference.ownedFields(of: live.content, manager: GeneratedObjects.fieldManager) != nil
  }
}

extension OwnershipClaim.Obstacle {
  func synchronisation(of reference: ObjectReference) -> Synchronisation {
    switch self {
    case .going(let message): .waiting(reference, message)
    case .taken(let message): .failed(reference, .conflict, message)
    }
  }
}
