/// In which order the parts of a process start and stop. A pure state machine: it reads no clock and does no I/O.
///
/// Parts start in order, each after the one before it is ready. They stop in reverse, each after the one above it has
/// ended, all within one grace period. One part that ends by itself stops the whole.
///
/// # Guarantees
/// Whatever happens, and in whatever order, `exit` is returned exactly once: when all parts have ended, when the grace
/// period is over, or when the process is told to stop a second time.
struct LifecycleState: Sendable {
  enum Event: Hashable, Sendable {
    case began
    case ready(part: Int)
    /// `error` is `nil` when the part returned normally.
    case ended(part: Int, error: String?)
    case toldToStop(by: String)
    case graceEnded
  }

  enum Action: Hashable, Sendable {
    case start(part: Int)
    /// Tell it to stop.
    case cancel(part: Int)
    /// Report `graceEnded` after the grace period.
    case armGrace
    case exit(ExitReason)
  }

  private enum Phase: Hashable {
    case running
    case stopping(ExitReason)
    case exited
  }

  private let names: [String]
  private var phase = Phase.running
  /// Parts that were started and have not ended.
  private var alive: Set<Int> = []
  private var cancelled: Set<Int> = []
  private var lastStarted = -1

  init(names: [String]) { self.names = names }

  mutating func handle(_ event: Event) -> [Action] {
    switch (event, phase) {
    case (_, .exited): []
    case (.began, .running): startNext(after: -1)
    case (.ready(let part), .running): startNext(after: part)
    case (.ended(let part, let error), .running): ended(part, error)
    case (.ended(let part, _), .stopping(let reason)): stopNext(reason, ended: part)
    case (.toldToStop(let signal), .running): stop(.stopped(by: signal))
    case (.toldToStop(let signal), .stopping): exit(.forced(by: signal))
    case (.graceEnded, .stopping): exit(.graceExceeded(parts: alive.sorted().map { names[$0] }))
    case (.began, .stopping), (.ready, .stopping), (.graceEnded, .running): []
    }
  }

  private mutating func startNext(after part: Int) -> [Action] {
    guard part == lastStarted, part + 1 < names.count else { return [] }
    lastStarted += 1
    alive.insert(lastStarted)
    return [.start(part: lastStarted)]
  }

  private mutating func ended(_ part: Int, _ error: String?) -> [Action] {
    guard alive.remove(part) != nil else { return [] }
    return stop(.failed(part: names[part], error: error ?? "it ended by itself"))
  }

  private mutating func stop(_ reason: ExitReason) -> [Action] {
    phase = .stopping(reason)
    let actions = stopNext(reason, ended: nil)
    return phase == .exited ? actions : [.armGrace] + actions
  }

  private mutating func stopNext(_ reason: ExitReason, ended part: Int?) -> [Action] {
    if let part { alive.remove(part) }
    guard let next = alive.max() else { return exit(reason) }
    return cancelled.insert(next).inserted ? [.cancel(part: next)] : []
  }

  private mutating func exit(_ reason: ExitReason) -> [Action] {
    phase = .exited
    return [.exit(reason)]
  }
}
