/// When one exchange has taken too long. Pure: it is told the time.
struct ExchangeTimer {
  typealias Instant = ContinuousClock.Instant

  private let connectTimeout: Duration
  private let idleTimeout: Duration?
  private let headTimeout: Duration?
  private let deadline: (limit: Duration, at: Instant)?
  private let start: Instant
  private var lastActivity: Instant
  private var connectStart: Instant?
  private var isConnected = false
  private var hasHead = false
  private var isReaderBehind = false

  init(_ request: HTTPRequest, start: Instant) {
    connectTimeout = request.connectTimeout
    idleTimeout = request.idleTimeout
    headTimeout = request.headTimeout
    let limits = [request.deadline, request.notAfter.map { max(.zero, start.duration(to: $0)) }]
    deadline = limits.compactMap(\.self).min().map { ($0, start + $0) }
    self.start = start
    lastActivity = start
  }

  /// When this exchange began.
  var startedAt: Instant { start }

  /// It waits for its turn no longer.
  mutating func admitted(at now: Instant) { connectStart = now }

  mutating func connected(at now: Instant) {
    isConnected = true
    lastActivity = now
  }

  mutating func received(at now: Instant) { lastActivity = now }

  mutating func headCompleted() { hasHead = true }

  /// The reader has enough for now: that nothing arrives is not the server's doing.
  mutating func paused() { isReaderBehind = true }

  mutating func resumed(at now: Instant) {
    isReaderBehind = false
    lastActivity = now
  }

  /// The limit that ends this exchange next, and when, if nothing happens before.
  var next: (limit: HTTPTransportError.TimeLimit, at: Instant)? {
    var limits: [(limit: HTTPTransportError.TimeLimit, at: Instant)] = []
    if let connectStart, !isConnected { limits.append((.connect(connectTimeout), connectStart + connectTimeout)) }
    if let silence = hasHead ? idleTimeout : headTimeout ?? idleTimeout, isConnected, !isReaderBehind {
      limits.append((.idle(silence), lastActivity + silence))
    }
    if let deadline { limits.append((.deadline(deadline.limit), deadline.at)) }
    return limits.min { $0.at < $1.at }
  }
}
