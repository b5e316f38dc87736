/// Runs the parts of a process: the shell around `LifecycleState`.
public struct Lifecycle: Sendable {
  private let parts: [LifecyclePart]
  private let grace: Duration
  private let signals: @Sendable (@escaping @Sendable (String) -> Void) -> any Sendable
  private let logger: Logger
  private let time: TimeSource

  /// - Parameters:
  ///   - parts: in the order in which they start; what serves others comes first.
  ///   - grace: how long all parts together may take to stop.
  ///   - signals: calls its argument whenever the process is told to stop, with who told it, for as long as what it
  ///     returns is kept.
  public init(
    parts: [LifecyclePart], grace: Duration = .seconds(30),
    signals: @escaping @Sendable (@escaping @Sendable (String) -> Void) -> any Sendable = TerminationSignals.listen,
    logger: Logger, time: TimeSource = .system
  ) {
    self.parts = parts
    self.grace = grace
    self.signals = signals
    self.logger = logger
    self.time = time
  }

  /// Runs until told to stop, by a signal or by cancelling the task, or until a part fails.
  ///
  /// Where parts do not stop in time they are left running: exit the process after this returns.
  public func run() async -> ExitReason {
    let (events, feed) = AsyncStream.makeStream(of: LifecycleState.Event.self)
    let listener = signals { feed.yield(.toldToStop(by: $0)) }
    // Cancelling this task is a way to stop in order, not a way to skip that.
    let loop = Task { await carryOut(events, feed) }
    let reason = await withTaskCancellationHandler {
      await loop.value
    } onCancel: {
      feed.yield(.toldToStop(by: "cancellation"))
    }
    return withExtendedLifetime(listener) { reason }
  }

  private func carryOut(
    _ events: AsyncStream<LifecycleState.Event>, _ feed: AsyncStream<LifecycleState.Event>.Continuation
  ) async -> ExitReason {
    var state = LifecycleState(names: parts.map(\.name))
    var tasks: [Int: Task<Void, Never>] = [:]
    feed.yield(.began)
    for await event in events {
      log(event)
      for action in state.handle(event) {
        switch action {
        case .start(let part): tasks[part] = start(part, feed)
        case .cancel(let part): tasks[part]?.cancel()
        case .armGrace: armGrace(feed)
        case .exit(let reason):
          feed.finish()
          logger.info("exiting", ["reason": "\(reason)"])
          return reason
        }
      }
    }
    return .stopped(by: "nobody")
  }

  private func start(_ index: Int, _ feed: AsyncStream<LifecycleState.Event>.Continuation) -> Task<Void, Never> {
    let part = parts[index]
    logger.debug("starting", ["part": part.name])
    return Task {
      do {
        try await part.run { feed.yield(.ready(part: index)) }
        feed.yield(.ended(part: index, error: nil))
      } catch {
        feed.yield(.ended(part: index, error: "\(error)"))
      }
    }
  }

  private func armGrace(_ feed: AsyncStream<LifecycleState.Event>.Continuation) {
    let deadline = time.now() + grace
    Task {
      do { try await time.sleepUntil(deadline) } catch { return }
      feed.yield(.graceEnded)
    }
  }

  private func log(_ event: LifecycleState.Event) {
    switch event {
    case .began, .graceEnded: break
    case .ready(let part): logger.debug("ready", ["part": parts[part].name])
    case .ended(let part, nil): logger.debug("ended", ["part": parts[part].name])
    case .ended(let part, let error?): logger.error("failed", ["part": parts[part].name, "error": error])
    case .toldToStop(let signal): logger.info("stopping", ["by": signal])
    }
  }
}
