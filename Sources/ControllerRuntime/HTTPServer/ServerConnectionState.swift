import HTTPTransport

/// The life of one connection. Pure: it is told what happened and when, and returns what to do.
struct ServerConnectionState {
  typealias Instant = ContinuousClock.Instant

  enum Action: Equatable {
    case read
    case handle(HTTPServer.Request)
    case waitForHandler
    case write
    /// Say that nothing more comes, and read on only to throw it away.
    ///
    /// Closing with bytes unread would reset the connection, and the client might lose the answer.
    case drain
    case close
  }

  private enum Phase {
    case reading
    case handling(isHead: Bool, keepsAlive: Bool)
    case writing(keepsAlive: Bool)
    case draining
  }

  /// How long a client that was told to go is listened to.
  private static let drainTimeout = Duration.seconds(1)

  private let limits: HTTPServer.Limits
  private var parser: RequestParser
  private var phase = Phase.reading
  private var phaseStart: Instant
  private(set) var output: ArraySlice<UInt8> = []
  /// When the phase is over by force.
  private(set) var deadline: Instant

  init(limits: HTTPServer.Limits, at now: Instant) {
    self.limits = limits
    parser = RequestParser(sizeLimit: limits.requestSize)
    phaseStart = now
    deadline = now + limits.requestTimeout
  }

  /// Since when it has kept us waiting; `nil` while it waits for a handler of ours. A byte now and then is no progress.
  var waitingSince: Instant? { if case .handling = phase { nil } else { phaseStart } }

  mutating func received(_ bytes: some Collection<UInt8>, at now: Instant) -> Action {
    switch phase {
    case .reading:
      let wasInRequest = parser.isInRequest
      parser.feed(bytes)
      let action = proceed(at: now)
      if action == .read, !wasInRequest, parser.isInRequest { deadline = now + limits.requestTimeout }
      return action
    case .draining: return .drain
    case .handling: return .waitForHandler
    case .writing: return .write
    }
  }

  /// The client sends nothing more.
  mutating func inputEnded() -> Action { .close }

  mutating func answered(_ response: HTTPServer.Response, at now: Instant) -> Action {
    guard case .handling(let isHead, let keepsAlive) = phase else { return .close }
    return write(response, includesBody: !isHead, keepsAlive: keepsAlive, at: now)
  }

  mutating func wrote(_ count: Int, at now: Instant) -> Action {
    output = output.dropFirst(count)
    guard output.isEmpty, case .writing(let keepsAlive) = phase else { return .write }
    guard keepsAlive else {
      enter(.draining, for: Self.drainTimeout, at: now)
      return .drain
    }
    enter(.reading, for: parser.isInRequest ? limits.requestTimeout : limits.idleTimeout, at: now)
    return proceed(at: now)
  }

  /// The deadline has passed.
  mutating func timedOut(at now: Instant) -> Action {
    switch phase {
    case .reading where parser.isInRequest: write(.plain(408), keepsAlive: false, at: now)
    case .handling(let isHead, _): write(.plain(503), includesBody: !isHead, keepsAlive: false, at: now)
    case .reading, .writing, .draining: .close
    }
  }

  /// No request may follow the one in hand.
  mutating func stopping() -> Action? {
    switch phase {
    case .reading, .draining: return .close
    case .handling(let isHead, _): phase = .handling(isHead: isHead, keepsAlive: false)
    case .writing: phase = .writing(keepsAlive: false)
    }
    return nil
  }

  private mutating func proceed(at now: Instant) -> Action {
    switch parser.next() {
    case nil: return .read
    case .request(let request, let keepsAlive):
      enter(
        .handling(isHead: request.method == "HEAD", keepsAlive: keepsAlive), for: limits.handlerTimeout, at: now)
      return .handle(request)
    case .refusal(let status): return write(.plain(status), keepsAlive: false, at: now)
    }
  }

  private mutating func write(
    _ response: HTTPServer.Response, includesBody: Bool = true, keepsAlive: Bool, at now: Instant
  ) -> Action {
    output = response.encoded(includesBody: includesBody, closes: !keepsAlive)[...]
    enter(.writing(keepsAlive: keepsAlive), for: limits.responseTimeout, at: now)
    return .write
  }

  private mutating func enter(_ phase: Phase, for limit: Duration, at now: Instant) {
    (self.phase, phaseStart, deadline) = (phase, now, now + limit)
  }
}
