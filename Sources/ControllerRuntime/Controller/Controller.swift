import KubernetesModel
import Prometheus

/// Works a queue of keys off with a bounded number of workers.
///
/// # Guarantees
/// - A key is never reconciled twice at a time.
/// - A reconcile that takes longer than `ControllerConfiguration.timeout` is cancelled and tried again after a back-off.
/// - A reconcile starts only after the stores have seen what the one before it wrote, or `cacheTimeout` has passed.
/// - Keys may be added at any time. `run` may be called again after it was cancelled, as leadership comes and goes;
///   keys whose reconcile was cut short are then due again.
public final class Controller<Key: Hashable & Sendable & CustomStringConvertible>: Sendable {
  /// Brings the world that belongs to a key into the desired state. Must stop soon after its task is cancelled.
  public typealias Reconcile = @Sendable (Key, ReconcileContext) async throws -> Outcome

  public let name: String
  public let queue: WorkQueue<Key>
  private let configuration: ControllerConfiguration
  private let reconcile: Reconcile
  private let expectations = Expectations<Key>()
  private let metrics: ControllerMetrics
  private let logger: Logger
  private let time: TimeSource

  /// - Parameters:
  ///   - name: for logs and for the `controller` label of metrics.
  ///   - random: uniformly in 0..<1, for the jitter of retries.
  public init(
    name: String, configuration: ControllerConfiguration = .init(), registry: MetricRegistry, logger: Logger,
    time: TimeSource = .system, random: @escaping @Sendable () -> Double = { .random(in: 0..<1) },
    reconcile: @escaping Reconcile
  ) {
    precondition(configuration.workers > 0, "controller \(name) needs at least one worker")
    self.name = name
    self.configuration = configuration
    self.reconcile = reconcile
    self.logger = logger.with(["controller": name])
    self.time = time
    queue = WorkQueue(
      name: name, configuration: configuration.queue, registry: registry, time: time, random: random)
    metrics = ControllerMetrics(name: name, workers: configuration.workers, registry: registry)
  }

  /// Makes a key due at once.
  public func enqueue(_ key: Key, _ priority: WorkPriority = .interactive) { queue.add(key, priority) }

  /// Reconciles until the task is cancelled, which cancels what is under way and waits for it to end.
  public func run() async {
    await withDiscardingTaskGroup { group in
      for _ in 0..<configuration.workers {
        group.addTask { await self.work() }
      }
    }
  }

  private func work() async {
    while let key = await queue.next() {
      metrics.activeWorkers.increment()
      let followUp = await handle(key)
      metrics.activeWorkers.decrement()
      queue.finish(key, then: followUp)
    }
  }

  private func handle(_ key: Key) async -> WorkFollowUp {
    let start = time.now()
    let logger = logger.with(["key": "\(key)"])
    let context = ReconcileContext(logger: logger, failures: queue.failures(of: key), time: time) {
      [expectations] expectation in expectations.note(expectation, for: key)
    }
    let missing = await expectations.settle(key, deadline: start + configuration.cacheTimeout, time)
    if !missing.isEmpty, !Task.isCancelled {
      metrics.cacheTimeouts.increment()
      logger.warning(
        "the cache has not seen our own writes in time; going on with what it has",
        ["objects": missing.map { "\($0.key)" }.joined(separator: ","), "timeout": "\(configuration.cacheTimeout)"])
    }
    let result = await attempt(key, context)
    expectations.prune(key)
    metrics.reconcileTime.observe(start.duration(to: time.now()))
    return settle(result, logger)
  }

  private func attempt(_ key: Key, _ context: ReconcileContext) async -> ReconcileResult {
    if Task.isCancelled { return .interrupted }
    let reconcile = reconcile
    do {
      let outcome = try await withDeadline(time.now() + configuration.timeout, time) {
        try await reconcile(key, context)
      }
      return outcome.map(ReconcileResult.finished) ?? .timedOut
    } catch {
      return Task.isCancelled ? .interrupted : .failed(error)
    }
  }

  private func settle(_ result: ReconcileResult, _ logger: Logger) -> WorkFollowUp {
    metrics.count(result)
    switch result {
    case .finished(.done):
      return .rest
    case .finished(.after(let delay)):
      return .revisit(after: delay)
    case .finished(.terminal(let error)):
      logger.error("cannot be reconciled until it changes", ["error": "\(error)"])
      return .rest
    case .failed(let error):
      logger.error("reconcile failed, trying again", ["error": "\(error)"])
      return .retry(noSoonerThan: (error as? StatusError)?.retryAfter ?? .zero)
    case .timedOut:
      logger.error("reconcile took too long, trying again", ["timeout": "\(configuration.timeout)"])
      return .retry()
    case .interrupted:
      logger.debug("reconcile was interrupted")
      return .revisit(after: .zero)
    }
  }
}

/// How one reconcile ended.
enum ReconcileResult {
  case finished(Outcome)
  case failed(any Error)
  case timedOut
  /// The controller was told to stop.
  case interrupted
}
