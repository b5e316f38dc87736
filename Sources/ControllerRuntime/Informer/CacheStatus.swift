import KubernetesModel

/// What a cache is able to tell its readers.
public struct CacheStatus: Sendable {
  /// What is cached, such as `configmaps in namespace monitoring`.
  public var name: String
  public var isRunning: Bool
  /// True once the first list is in.
  public var hasSynced: Bool
  /// What the list or the watch failed with last; `nil` since something arrived again.
  public var failure: (any Error)?

  /// Why readers cannot rely on the cache; `nil` when they can.
  ///
  /// A watch that is interrupted is no reason: what was cached is still the best there is. One that the server refuses is,
  /// because that does not pass by itself.
  public var complaint: String? {
    guard isRunning else { return nil }
    guard let failure else { return hasSynced ? nil : "\(name): waiting for the first list" }
    if hasSynced, !isRefusal(failure) { return nil }
    return "\(name): \(failure)"
  }

  private func isRefusal(_ failure: any Error) -> Bool {
    guard let failure = failure as? StatusError else { return false }
    return failure.reason == .forbidden || failure.reason == .unauthorized
  }
}

/// A cache of objects of any kind.
public protocol Cache: Sendable {
  var status: CacheStatus { get }
  /// Begins to follow the server; does nothing when it already does.
  func start()
  /// Gives the kind up: forgets all objects and tells the handlers that they are gone.
  func stop()
  /// Ends the watch, keeps what is cached, and returns once nothing runs any more.
  func shutDown() async
  /// Returns once the first list is in and the handlers have heard of it, or the task is cancelled.
  func synced() async
}
