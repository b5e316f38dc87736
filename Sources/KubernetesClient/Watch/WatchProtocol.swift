import KubernetesModel

/// The list-and-watch protocol of the Kubernetes API, as one state machine. It knows nothing of objects and does no I/O.
///
/// Feed it what happened; carry out the actions that it returns, in order; feed back what came of the last one.
///
/// # Guarantees
/// - Readers see a complete state first and then every change of it in order: objects of a list are staged, and replace
///   what was known all at once.
/// - The first list may come from the server's cache, as that of other clients does: it answers at once and in one piece,
///   where a list of the newest state is read from its database page by page. What comes later is never older than what was
///   seen. Where such an answer is refused or breaks off, pages are asked for.
/// - Expiry (`410`, as an HTTP status or as an ERROR event) leads to a new list that is no older than what was seen, so
///   that time does not run backwards; only when the server cannot serve that does it take what there is.
/// - A position that the server refuses again and again, or answers with silence, is given up for a new list: history was
///   replaced under us (a restored backup), or something in between swallows what comes.
/// - Pauses between failures grow to 30 s and start anew after an event was received: lists that succeed while every watch
///   fails are what must not be repeated quickly.
///
/// # Caveats
/// A server that ignores `sendInitialEvents` sends no end mark. Silence or the deadline then ends the attempt, and from
/// there on this watch lists. A server that is slow to begin to answer is not taken for one that ignores it.
public struct WatchProtocol: Sendable {
  public struct Timing: Sendable, Hashable {
    /// How long the server keeps a watch open; the actual value is between one and two times this, by chance.
    public var watchTimeout: Duration = .seconds(300)
    /// A watch that is silent for longer is dead. Servers send a bookmark about every minute.
    public var silenceLimit: Duration = .seconds(130)
    /// How long the server may take to begin to answer: it may have many others to serve first.
    public var headLimit: Duration = .seconds(60)
    /// How long it may be silent between two initial events, and before the first.
    public var initialSilenceLimit: Duration = .seconds(10)
    /// The most that initial events may take altogether.
    public var initialDeadline: Duration = .seconds(120)

    public init() {}
  }

  public enum Event: Sendable, Hashable {
    case started
    /// The server agreed to a watch; events follow.
    case opened
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
    /// Empty: the newest state. Else: no older than this; `0` is whatever the server has.
    public var notOlderThan: String
    public var continueToken: String?
    /// Whether it is asked for in pages.
    public var isPaged = true
  }

  public struct WatchRequest: Sendable, Hashable {
    public var resourceVersion: String
    public var sendsInitialEvents: Bool
    public var timeout: Duration
    public var headLimit: Duration
    public var silenceLimit: Duration
    public var deadline: Duration?
  }

  /// Why a whole state was fetched.
  public enum RelistCause: String, Sendable, Hashable, CaseIterable {
    /// The first; because history was compacted; because the server did not take our version; because nothing came.
    case initial, expired, rejected, silent
  }

  private enum Phase: Sendable, Hashable {
    case idle
    case listing(notOlderThan: String, isPaged: Bool)
    case initialEvents(Progress)
    /// `received`: something came since the stream was opened.
    case watching(received: Bool)
    case resting
  }

  private enum Progress: Sendable, Hashable, Comparable { case asked, opened, received }

  /// How often in a row a position may be refused for being too new. A server that lags behind another catches up within
  /// seconds.
  private static let refusalLimit = 3
  /// How many watches in a row may bring nothing, not even a bookmark.
  private static let silenceLimit = 2
  /// How many streamed lists in a row may break off.
  private static let breakLimit = 3
  /// How many lists in one piece may break off.
  private static let wholeListLimit = 2

  private let timing: Timing
  /// Whether whole states are asked for as a stream.
  private(set) var startsWithInitialEvents: Bool
  /// True once the server showed that it does not serve such streams.
  private(set) var lacksInitialEvents = false
  private var phase = Phase.idle
  private var backoff = Backoff()
  private var cause = RelistCause.initial
  /// The version up to which everything was seen; `nil` before the first commit and when it expired.
  private var position: ResourceVersion?
  /// The newest version that was ever seen.
  private var newest: ResourceVersion?
  /// The server took the request of this watch.
  private var isOpened = false
  private var refusals = 0
  private var silences = 0
  private var breaks = 0
  private var wholeListsLeft = Self.wholeListLimit

  public init(startsWithInitialEvents: Bool, timing: Timing = Timing()) {
    self.startsWithInitialEvents = startsWithInitialEvents
    self.timing = timing
  }

  /// Asks for pages from now on.
  mutating func stopStartingWithInitialEvents() { startsWithInitialEvents = false }

  /// - Parameter jitter: uniformly random in 0..<1.
  public mutating func handle(_ event: Event, jitter: Double) -> [Action] {
    switch event {
    case .started, .rested: return proceed(jitter)
    case .opened:
      isOpened = true
      if case .initialEvents = phase { phase = .initialEvents(.opened) }
      return []
    case .page(let version, let token): return handlePage(version, token, jitter)
    case .change(let version): return handleChange(version)
    case .bookmark(let version, let endsInitialEvents): return handleBookmark(version, endsInitialEvents)
    case .closed(let early): return handleClosed(early: early, jitter)
    case .failed(let failure): return handle(failure, jitter)
    }
  }

  /// Opens whatever the known position calls for.
  private mutating func proceed(_ jitter: Double) -> [Action] {
    isOpened = false
    if let position {
      phase = .watching(received: false)
      return [
        .watch(
          WatchRequest(
            resourceVersion: position.text, sendsInitialEvents: false, timeout: timing.watchTimeout * (1 + jitter),
            headLimit: timing.headLimit, silenceLimit: timing.silenceLimit, deadline: nil))
      ]
    }
    if startsWithInitialEvents {
      phase = .initialEvents(.asked)
      return [
        .discard,
        .watch(
          WatchRequest(
            resourceVersion: newest?.text ?? "", sendsInitialEvents: true, timeout: timing.watchTimeout * (1 + jitter),
            headLimit: timing.headLimit, silenceLimit: timing.initialSilenceLimit, deadline: timing.initialDeadline)),
      ]
    }
    guard wholeListsLeft > 0 else { return list(notOlderThan: newest?.text ?? "") }
    // Nothing was seen: nothing can be older. After a position that the server did not take, only the newest will do.
    return list(notOlderThan: newest?.text ?? (cause == .initial ? "0" : ""), isPaged: false)
  }

  /// The newest state is always asked for in pages: it comes from the server's database.
  private mutating func list(notOlderThan version: String, isPaged: Bool = true) -> [Action] {
    let isPaged = isPaged || version.isEmpty
    phase = .listing(notOlderThan: version, isPaged: isPaged)
    return [.discard, .list(ListRequest(notOlderThan: version, continueToken: nil, isPaged: isPaged))]
  }

  private mutating func handlePage(_ version: ResourceVersion, _ token: String?, _ jitter: Double) -> [Action] {
    guard case .listing = phase else { return [] }
    if let token {
      // From here on it is a list in pages, whatever was asked for.
      phase = .listing(notOlderThan: "", isPaged: true)
      return [.list(ListRequest(notOlderThan: "", continueToken: token))]
    }
    return commit(version) + proceed(jitter)
  }

  private mutating func commit(_ version: ResourceVersion) -> [Action] {
    (position, newest) = (version, version)
    (refusals, breaks) = (0, 0)
    if wholeListsLeft > 0 { wholeListsLeft = Self.wholeListLimit }
    return [.commit(version, cause)]
  }

  /// Something came: the server works, and knows the position.
  private mutating func noteReceived() {
    backoff.reset()
    (refusals, silences) = (0, 0)
  }

  /// Everything up to a version was seen. One that is empty would ask for everything anew.
  private mutating func move(to version: ResourceVersion) {
    phase = .watching(received: true)
    if !version.text.isEmpty { (position, newest) = (version, version) }
  }

  private mutating func handleChange(_ version: ResourceVersion) -> [Action] {
    noteReceived()
    switch phase {
    case .initialEvents:
      phase = .initialEvents(.received)
      return [.stage]
    case .watching:
      move(to: version)
      return [.apply]
    default: return []
    }
  }

  private mutating func handleBookmark(_ version: ResourceVersion, _ endsInitialEvents: Bool) -> [Action] {
    noteReceived()
    switch phase {
    case .initialEvents where endsInitialEvents:
      phase = .watching(received: true)
      return commit(version)
    case .watching:
      move(to: version)
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
    case .initialEvents where !early:
      noteLackOfInitialEvents()
      return proceed(jitter)
    case .initialEvents(let progress): return breakOff(progress, jitter)
    default: return rest(jitter)
    }
  }

  private mutating func handle(_ failure: Failure, _ jitter: Double) -> [Action] {
    noteFailureOfWholeList(failure)
    switch (failure, phase) {
    case (.expired, .listing(let version, _)) where !version.isEmpty,
      (.tooNew, .listing(let version, _)) where !version.isEmpty,
      (.rejected, .listing(let version, _)) where !version.isEmpty:
      // Not even "no older than" can be served: take the newest there is.
      newest = nil
      return list(notOlderThan: "")
    case (.expired, .initialEvents), (.tooNew, .initialEvents):
      let hadVersion = newest != nil
      newest = nil
      return hadVersion ? proceed(jitter) : rest(jitter)
    case (.expired, .watching(let received)):
      giveUpPosition(.expired)
      // Whole lists that expire before they bring a single event are not repeated at once.
      return received ? proceed(jitter) : rest(jitter)
    case (.expired, .listing):
      // A continue token that expired between pages: the list starts over.
      giveUpPosition(.expired)
      return rest(jitter)
    case (.rejected, .initialEvents), (.silent, .initialEvents(.opened)),
      (.silent, .initialEvents(.received)):
      noteLackOfInitialEvents()
      return proceed(jitter)
    case (.rejected, .watching):
      giveUpPosition(.rejected)
      newest = nil
      return rest(jitter)
    case (.tooNew, .watching):
      refusals += 1
      if refusals >= Self.refusalLimit {
        giveUpPosition(.rejected)
        newest = nil
      }
      return rest(jitter)
    case (.silent, .watching(received: true)):
      return proceed(jitter)
    case (.silent, .watching(received: false)):
      // One that does not even answer says nothing about the position: all caches would list at once when it is back.
      if isOpened { silences += 1 }
      if silences >= Self.silenceLimit { giveUpPosition(.silent) }
      return rest(jitter)
    case (.other(let retryAfter), .initialEvents(let progress)):
      return breakOff(progress, jitter, atLeast: retryAfter ?? .zero)
    case (.other(let retryAfter), _):
      return rest(jitter, atLeast: retryAfter ?? .zero)
    default:
      return rest(jitter)
    }
  }

  private mutating func noteFailureOfWholeList(_ failure: Failure) {
    guard case .listing(_, isPaged: false) = phase else { return }
    switch failure {
    case .rejected, .silent: wholeListsLeft = 0
    case .other(retryAfter: nil): wholeListsLeft -= 1
    // Busy, or a matter of the version.
    case .other, .expired, .tooNew: break
    }
  }

  /// The next state is fetched whole.
  private mutating func giveUpPosition(_ cause: RelistCause) {
    self.cause = cause
    position = nil
    (refusals, silences) = (0, 0)
  }

  private mutating func noteLackOfInitialEvents() {
    startsWithInitialEvents = false
    lacksInitialEvents = true
  }

  /// A streamed list ended before its end mark. That happens; where it happens always, pages are smaller steps.
  private mutating func breakOff(_ progress: Progress, _ jitter: Double, atLeast minimum: Duration = .zero) -> [Action]
  {
    if progress != .asked { breaks += 1 }
    if breaks >= Self.breakLimit { startsWithInitialEvents = false }
    return rest(jitter, atLeast: minimum)
  }

  /// Pauses that the server asked for are stretched a little, so that not all come back at once.
  private mutating func rest(_ jitter: Double, atLeast minimum: Duration = .zero) -> [Action] {
    phase = .resting
    return [.rest(max(backoff.next(jitter: jitter), minimum * (1 + jitter / 10)))]
  }
}
