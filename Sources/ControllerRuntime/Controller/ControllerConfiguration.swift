/// How a controller works.
public struct ControllerConfiguration: Hashable, Sendable {
  /// How many keys are reconciled at once.
  public var workers = 4
  /// How long one reconcile may take.
  public var timeout: Duration = .seconds(60)
  /// How long a reconcile waits for the caches to see what the one before it wrote.
  public var cacheTimeout: Duration = .seconds(5)
  public var queue = WorkQueueConfiguration()

  public init() {}
}
