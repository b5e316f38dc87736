import KubernetesModel

/// What happened to one object of a store.
public enum StoreChange<Object: KubernetesObject>: Sendable {
  case added(Object)
  case updated(from: Object, to: Object)
  /// The last state that was seen.
  case deleted(Object)

  /// The object as it is now, or was last.
  public var object: Object {
    switch self {
    case .added(let object), .updated(_, let object), .deleted(let object): object
    }
  }

  public var key: ObjectKey { object.key }
}

/// How a change became known, which tells how urgent it is.
public enum ChangeOrigin: Sendable {
  /// By listing everything: at start, and after a gap in the watch.
  case list
  /// By an event.
  case watch

  /// The priority of the work that follows.
  public var priority: WorkPriority { self == .watch ? .interactive : .background }
}
