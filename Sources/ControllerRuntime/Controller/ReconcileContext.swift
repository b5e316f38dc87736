import KubernetesModel

/// What a reconcile is given besides its key.
public struct ReconcileContext: Sendable {
  /// Puts controller and key on every record.
  public let logger: Logger
  /// How often in a row reconciles of this key have failed before.
  public let failures: Int
  public let time: TimeSource
  private let expect: @Sendable (CacheExpectation) -> Void

  /// For tests of reconcilers, outside of any controller.
  public init(logger: Logger, failures: Int = 0, time: TimeSource = .system) {
    self.init(logger: logger, failures: failures, time: time, expect: { _ in })
  }

  init(
    logger: Logger, failures: Int, time: TimeSource, expect: @escaping @Sendable (CacheExpectation) -> Void
  ) {
    self.logger = logger
    self.failures = failures
    self.time = time
    self.expect = expect
  }

  /// Notes a write, so that the next reconcile of this key does not read what was there before it.
  ///
  /// - Parameter version: of the object, as the API server answered.
  public func wrote<Object>(_ key: ObjectKey, _ version: ResourceVersion, seenBy store: Store<Object>) {
    expect(CacheExpectation(ObjectWrite(key, .stored(version)), store))
  }

  /// Notes a deletion.
  public func deleted<Object>(_ key: ObjectKey, uid: String, seenBy store: Store<Object>) {
    expect(CacheExpectation(ObjectWrite(key, .deleted(uid: uid)), store))
  }
}
