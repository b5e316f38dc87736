import KubernetesModel

/// The list-and-watch protocol of the Kubernetes API, as one state machine. It knows nothing of objects and does no I/O.
///
/// Feed it what happened; carry out the actions that it returns, in order; feed back what came of the last one.
///
/// # Guarantees
/// - Readers see a complete state first and then every change of it in order: objects of a list are staged, and replace
///   what was known all at once.
/// - Expiry (`410`, as an HTTP status or as an ERROR event) leads to a new list that is no older than what was seen, so
///   that time does not run backwards; only when the server cannot serve that does it take what there is.
/// - Pauses between failures grow to 30 s and start anew after anything was received.
///
/// # Caveats
/// A server that ignores `sendInitialEvents` sends no end mark. Silence or the deadline then ends the attempt, and from
/// there on this watch lists.
public struct WatchProtocol: Sendable {
  public struct Timing: Sendable, Hashable {
    /// How long the server keeps a watch open; the actual value is between one and two times this, by chance.
    public var watchTimeout: Duration = .seconds(300)
    /// A watch that is silent for longer is dead. Servers send a bookmark about every minute.
    public var silenceLimit: Duration = .seconds(130)
    /// The same while initial events stream.
    public var initialSilenceLimit: Duration = .seconds(5)
    /// The most that initial events may take altogether.
    public var initialDeadline: Duration = .seconds(120)

    public init() {}
  }

  public enum Event: Sendable, Hashable {
    case started
    /// A page arrived whole and its objects were staged.
    case page(resourceVersion: ResourceVersion, continueToken: String?)
    /// An object was added, changed or deleted.
    case change(ResourceVersion)
    case bookmark(ResourceVersion, endsInitialEvents: Bool)
    /// The server ended the stream in an orderly way; `early` when that was long before the time that it was asked for.
    case closed(early: Bool)
    case failed(Failure)
    /// The pause is over.
    case rested
  }

  public enum Failure: Sendable, Hashable {
    /// The resourceVersion, or the continue token, is no longer kept.
    case expired
    /// The server has not caught up with the resourceVersion that we know.
    case tooNew
    /// The request is one that the server does not understand.
    case rejected
    /// Nothing came for too long.
    case silent
    /// Anything else: not reachable, not allowed, busy.
    case other(retryAfter: Duration?)
  }

  public enum Action: Sendable, Hashable {
    case list(ListRequest)
    case watch(WatchRequest)
    /// Forget what was staged.
    case discard
    /// Keep the object of this event with the staged ones.
    case stage
    /// Put the staged objects in the place of all that is known.
    case commit(ResourceVersion, RelistCause)
    /// Apply the object of this event to what is known.
    case apply
    /// What is known is the state at this version.
    case advance(ResourceVersion)
    case rest(Duration)
  }

  public struct ListRequest: Sendable, Hashable {
    /// Empty: the newest state. Else: no older than this.
    public var notOlderThan: String
    public var continueToken: String?
  }

  public struct WatchRequest: Sendable, Hashable {
    public var resourceVersion: String
    public var sendsInitialEvents: Bool
    public var timeout: Duration
    public var silenceLimit: Duration
    public var deadline: Duration?
  }

  /// Why a whole state was fetched.
  public enum RelistCause: String, Sendable, Hashable, CaseIterable {
    case initial, expired, rejected
  }

  private enum Phase: Sendable, Hashable {
    case idle
    case listing(notOlderThan: String)
    /// `received`: something came since the stream was opened.
    case initialEvents(received: Bool)
    case watching(received: Bool)
    case resting
  }

  private let timing: Timing
  private var startsWithInitialEvents: Bool
  private var phase = Phase.idle
  private var backoff = Backoff()
  private var cause = RelistCause.initial
  /// The version up to which everything was seen; `nil` before the first commit and when it expired.
  private var position: ResourceVersion?
  /// The newest version that was ever seen.
  private var newest: ResourceVersion?

  public init(startsWithInitialEvents: Bool, timing: Timing = Timing()) {
    self.startsWithInitialEvents = startsWithInitialEvents
    self.timing = timing
  }

  /// - Parameter jitter: uniformly random in 0..<1.
  public mutating func handle(_ event: Event, jitter: Double) -> [Action] {
    switch event {
    case .started, .rested: return proceed(jitter)
    case .page(let version, let token): return handlePage(version, token, jitter)
    case .change(let version): return handleChange(version)
    case .bookmark(let version, let endsInitialEvents): return handleBookmark(version, endsInitialEvents)
    case .closed(let early): return handleClosed(early: early, jitter)
    case .failed(let failure): return handle(failure, jitter)
    }
  }

  /// Opens whatever the known position calls for.
  private mutating func proceed(_ jitter: Double) -> [Action] {
    if let position {
      phase = .watching(received: false)
      return [
        .watch(
          WatchRequest(
            resourceVersion: position.text, sendsInitialEvents: false, timeout: timing.watchTimeout * (1 + jitter),
            silenceLimit: timing.silenceLimit, deadline: nil))
      ]
    }
    if startsWithInitialEvents {
      phase = .initialEvents(received: false)
      return [
        .discard,
        .watch(
          WatchRequest(
            resourceVersion: newest?.text ?? "", sendsInitialEvents: true, timeout: timing.watchTimeout * (1 + jitter),
            silenceLimit: timing.initialSilenceLimit, deadline: timing.initialDeadline)),
      ]
    }
    return list(notOlderThan: newest?.text ?? "")
  }

  private mutating func list(notOlderThan version: String) -> [Action] {
    phase = .listing(notOlderThan: version)
    return [.discard, .list(ListRequest(notOlderThan: version, continueToken: nil))]
  }

  private mutating func handlePage(_ version: ResourceVersion, _ token: String?, _ jitter: Double) -> [Action] {
    guard case .listing = phase else { return [] }
    backoff.reset()
    if let token { return [.list(ListRequest(notOlderThan: "", continueToken: token))] }
    return commit(version) + proceed(jitter)
  }

  private mutating func commit(_ version: ResourceVersion) -> [Action] {
    (position, newest) = (version, version)
    return [.commit(version, cause)]
  }

  private mutating func handleChange(_ version: ResourceVersion) -> [Action] {
    backoff.reset()
    switch phase {
    case .initialEvents:
      phase = .initialEvents(received: true)
      return [.stage]
    case .watching:
      phase = .watching(received: true)
      (position, newest) = (version, version)
      return [.apply]
    default: return []
    }
  }

  private mutating func handleBookmark(_ version: ResourceVersion, _ endsInitialEvents: Bool) -> [Action] {
    backoff.reset()
    switch phase {
    case .initialEvents where endsInitialEvents:
      phase = .watching(received: true)
      return commit(version)
    case .watching:
      phase = .watching(received: true)
      (position, newest) = (version, version)
      return [.advance(version)]
    default: return []
    }
  }

  /// A stream that ends early without having carried anything counts as a failure, or a broken server is asked in a loop.
  private mutating func handleClosed(early: Bool, _ jitter: Double) -> [Action] {
    switch phase {
    case .watching(let received) where received || !early:
      backoff.reset()
      return proceed(jitter)
    case .initialEvents(let received):
      if received { startsWithInitialEvents = false }
      return rest(jitter)
    default: return rest(jitter)
    }
  }

  private mutating func handle(_ failure: Failure, _ jitter: Double) -> [Action] {
    switch (failure, phase) {
    case (.expired, .listing(let version)) where !version.isEmpty,
      (.tooNew, .listing(let version)) where !version.isEmpty,
      (.rejected, .listing(let version)) where !version.isEmpty:
      // Not even "no older than" can be served: take the newest there is.
      newest = nil
      return list(notOlderThan: "")
    case (.expired, _):
      // Also a continue token that expired between pages: the list starts over.
      cause = .expired
      position = nil
      return isListing ? rest(jitter) : proceed(jitter)
    case (.rejected, .initialEvents), (.silent, .initialEvents), (.tooNew, .initialEvents):
      startsWithInitialEvents = false
      return proceed(jitter)
    case (.rejected, .watching):
      cause = .rejected
      position = nil
      newest = nil
      return rest(jitter)
    case (.silent, .watching(received: true)):
      return proceed(jitter)
    case (.other(let retryAfter), _):
      return rest(jitter, atLeast: retryAfter ?? .zero)
    default:
      return rest(jitter)
    }
  }

  private var isListing: Bool { if case .listing = phase { true } else { false } }

  private mutating func rest(_ jitter: Double, atLeast minimum: Duration = .zero) -> [Action] {
    phase = .resting
    return [.rest(max(backoff.next(jitter: jitter), minimum))]
  }
}
