import KubernetesModel
import TestSupport
import Testing

@testable import KubernetesClient

struct `Watch protocol` {
  typealias Action = WatchProtocol.Action

  /// No jitter: pauses are at half their full length, time-outs at their shortest.
  private func run(_ protocolState: inout WatchProtocol, _ events: WatchProtocol.Event...) -> [Action] {
    var actions: [Action] = []
    for event in events { actions = protocolState.handle(event, jitter: 0) }
    return actions
  }

  private func pages(_ version: String = "", _ token: String? = nil) -> Action {
    .list(WatchProtocol.ListRequest(notOlderThan: version, continueToken: token))
  }

  /// In one piece, from the server's cache.
  private func list(_ version: String = "0") -> Action {
    .list(WatchProtocol.ListRequest(notOlderThan: version, continueToken: nil, isPaged: false))
  }

  private func watch(_ version: String) -> Action {
    .watch(
      WatchProtocol.WatchRequest(
        resourceVersion: version, sendsInitialEvents: false, timeout: .seconds(300), headLimit: .seconds(60),
        silenceLimit: .seconds(130), deadline: nil))
  }

  private func initialEvents(_ version: String) -> Action {
    .watch(
      WatchProtocol.WatchRequest(
        resourceVersion: version, sendsInitialEvents: true, timeout: .seconds(300), headLimit: .seconds(60),
        silenceLimit: .seconds(10), deadline: .seconds(120)))
  }

  private func page(_ version: String, _ token: String? = nil) -> WatchProtocol.Event {
    .page(resourceVersion: ResourceVersion(version), continueToken: token)
  }

  private func change(_ version: String) -> WatchProtocol.Event { .change(ResourceVersion(version)) }

  private func commit(_ version: String, _ cause: WatchProtocol.RelistCause) -> Action {
    .commit(ResourceVersion(version), cause)
  }

  @Test func `drains all pages, commits them at once and watches from the list's version`() {
    var state = WatchProtocol(startsWithInitialEvents: false)
    #expect(run(&state, .started) == [.discard, list()])
    #expect(run(&state, page("7", "more")) == [pages("", "more")])
    #expect(run(&state, page("7")) == [commit("7", .initial), watch("7")])
  }

  @Test func `applies each change and goes on from the last one when the server ends the stream`() {
    var state = WatchProtocol(startsWithInitialEvents: false)
    #expect(run(&state, .started, page("7"), change("9")) == [.apply])
    #expect(run(&state, .closed(early: true)) == [watch("9")])
  }

  @Test func `goes on from a bookmark`() {
    var state = WatchProtocol(startsWithInitialEvents: false)
    let bookmark = WatchProtocol.Event.bookmark(ResourceVersion("20"), endsInitialEvents: false)
    #expect(run(&state, .started, page("7"), bookmark) == [.advance(ResourceVersion("20"))])
    #expect(run(&state, .closed(early: true)) == [watch("20")])
  }

  @Test func `an expired version leads to a list that is no older than what was seen`() {
    var state = WatchProtocol(startsWithInitialEvents: false)
    #expect(run(&state, .started, page("7"), change("9"), .failed(.expired)) == [.discard, list("9")])
    #expect(run(&state, page("30")) == [commit("30", .expired), watch("30")])
  }

  @Test(arguments: [WatchProtocol.Failure.expired, .tooNew, .rejected])
  func `a list that cannot be that new takes what there is`(failure: WatchProtocol.Failure) {
    var state = WatchProtocol(startsWithInitialEvents: false)
    #expect(run(&state, .started, page("7"), change("8"), .failed(.expired), .failed(failure)) == [.discard, pages()])
  }

  @Test func `a list in one piece that is refused gives way to pages at once`() {
    var state = WatchProtocol(startsWithInitialEvents: false)
    #expect(run(&state, .started) == [.discard, list("0")])
    #expect(run(&state, .failed(.rejected)) == [.discard, pages()])
    #expect(run(&state, page("7"), change("8"), .failed(.expired)) == [.discard, pages("8")])
  }

  @Test func `lists in one piece that break off again and again give way to pages`() {
    var state = WatchProtocol(startsWithInitialEvents: false)
    _ = run(&state, .started, .failed(.other(retryAfter: nil)))
    #expect(run(&state, .rested) == [.discard, list("0")])
    // One that arrives shows that it can be done.
    _ = run(&state, page("7"), change("8"), .failed(.expired), .failed(.other(retryAfter: nil)))
    #expect(run(&state, .rested) == [.discard, list("8")])
    _ = run(&state, .failed(.other(retryAfter: nil)))
    #expect(run(&state, .rested) == [.discard, pages("8")])
  }

  @Test func `a server that is busy is asked for the list in one piece again`() {
    var state = WatchProtocol(startsWithInitialEvents: false)
    _ = run(&state, .started)
    for _ in 1...5 {
      _ = run(&state, .failed(.other(retryAfter: .seconds(1))))
      #expect(run(&state, .rested) == [.discard, list("0")])
    }
  }

  @Test func `a continue token that expired starts the list over after a pause`() {
    var state = WatchProtocol(startsWithInitialEvents: false)
    #expect(run(&state, .started, page("7", "more"), .failed(.expired)) == [.rest(.milliseconds(400))])
    #expect(run(&state, .rested) == [.discard, pages()])
  }

  @Test func `stages initial events and commits at the end mark`() {
    var state = WatchProtocol(startsWithInitialEvents: true)
    #expect(run(&state, .started) == [.discard, initialEvents("")])
    #expect(run(&state, change("3")) == [.stage])
    let end = WatchProtocol.Event.bookmark(ResourceVersion("8"), endsInitialEvents: true)
    #expect(run(&state, end) == [commit("8", .initial)])
    #expect(run(&state, change("9")) == [.apply])
    #expect(run(&state, .closed(early: true)) == [watch("9")])
  }

  @Test func `a bookmark that is no end mark does not end the initial events`() {
    var state = WatchProtocol(startsWithInitialEvents: true)
    let bookmark = WatchProtocol.Event.bookmark(ResourceVersion("8"), endsInitialEvents: false)
    #expect(run(&state, .started, change("3"), bookmark) == [])
    #expect(run(&state, change("4")) == [.stage])
  }

  @Test(arguments: [
    [WatchProtocol.Event.failed(.rejected)], [.opened, .failed(.silent)],
    [.opened, .change(ResourceVersion("3")), .failed(.silent)],
    [.opened, .change(ResourceVersion("3")), .closed(early: false)],
  ])
  func `a server that knows no initial events is asked for pages from then on`(events: [WatchProtocol.Event]) {
    var state = WatchProtocol(startsWithInitialEvents: true)
    _ = run(&state, .started)
    var actions: [Action] = []
    for event in events { actions = run(&state, event) }
    #expect(actions == [.discard, list()])
    #expect(state.lacksInitialEvents)
    #expect(run(&state, page("7"), change("8"), .failed(.expired)) == [.discard, list("8")])
  }

  @Test func `a server that is slow to begin is asked again, and not taken for one that knows no initial events`() {
    var state = WatchProtocol(startsWithInitialEvents: true)
    #expect(run(&state, .started, .failed(.silent)) == [.rest(.milliseconds(400))])
    #expect(run(&state, .rested) == [.discard, initialEvents("")])
    #expect(run(&state, .failed(.other(retryAfter: .seconds(2)))) == [.rest(.seconds(2))])
    #expect(!state.lacksInitialEvents)
  }

  @Test func `streams that break off again and again give way to pages, which says nothing about the server`() {
    var state = WatchProtocol(startsWithInitialEvents: true)
    for _ in 1...2 {
      _ = run(&state, .started, .opened, change("3"), .failed(.other(retryAfter: nil)))
      #expect(run(&state, .rested) == [.discard, initialEvents("")])
    }
    _ = run(&state, .opened, change("3"), .closed(early: true))
    #expect(run(&state, .rested) == [.discard, list()])
    #expect(!state.lacksInitialEvents)
  }

  @Test(arguments: [WatchProtocol.Failure.expired, .tooNew])
  func `a stream that cannot be that new takes what there is, and is not asked for in a loop`(
    failure: WatchProtocol.Failure
  ) {
    var state = WatchProtocol(startsWithInitialEvents: true)
    let end = WatchProtocol.Event.bookmark(ResourceVersion("8"), endsInitialEvents: true)
    #expect(run(&state, .started, .opened, end, .failed(.expired)) == [.discard, initialEvents("8")])
    #expect(run(&state, .failed(failure)) == [.discard, initialEvents("")])
    #expect(run(&state, .failed(failure)) == [.rest(.milliseconds(400))])
  }

  @Test func `pauses double up to half a minute and start anew once something came`() {
    var state = WatchProtocol(startsWithInitialEvents: false)
    _ = run(&state, .started)
    var pauses: [Action] = []
    for _ in 0..<8 {
      pauses += run(&state, .failed(.other(retryAfter: nil)))
      _ = run(&state, .rested)
    }
    let expected = [400, 800, 1_600, 3_200, 6_400, 12_800, 15_000, 15_000].map { Action.rest(.milliseconds($0)) }
    #expect(pauses == expected)
    #expect(run(&state, page("7"), change("8"), .failed(.other(retryAfter: nil))) == [.rest(.milliseconds(400))])
  }

  @Test func `lists that succeed while every watch expires are repeated ever more slowly`() {
    var state = WatchProtocol(startsWithInitialEvents: false)
    _ = run(&state, .started)
    var pauses: [Action] = []
    for _ in 0..<6 {
      pauses += run(&state, page("7"), .opened, .failed(.expired))
      #expect(run(&state, .rested) == [.discard, list("7")])
    }
    #expect(pauses == [400, 800, 1_600, 3_200, 6_400, 12_800].map { Action.rest(.milliseconds($0)) })
  }

  @Test func `a position that stays ahead of the server is given up: its history was replaced`() {
    var state = WatchProtocol(startsWithInitialEvents: false)
    _ = run(&state, .started, page("900"))
    for _ in 1...2 {
      _ = run(&state, .failed(.tooNew))
      #expect(run(&state, .rested) == [watch("900")])
    }
    _ = run(&state, .failed(.tooNew))
    #expect(run(&state, .rested) == [.discard, pages()])
    #expect(run(&state, page("5")) == [commit("5", .rejected), watch("5")])
  }

  @Test func `watches that never bring anything lead to a list`() {
    var state = WatchProtocol(startsWithInitialEvents: false)
    _ = run(&state, .started, page("7"), .opened, .failed(.silent))
    #expect(run(&state, .rested) == [watch("7")])
    _ = run(&state, .opened, .failed(.silent))
    #expect(run(&state, .rested) == [.discard, list("7")])
    #expect(run(&state, page("9")) == [commit("9", .silent), watch("9")])
  }

  @Test func `a server that does not answer at all keeps its position, however long that takes`() {
    var state = WatchProtocol(startsWithInitialEvents: false)
    _ = run(&state, .started, page("7"))
    for _ in 1...9 {
      _ = run(&state, .failed(.silent))
      #expect(run(&state, .rested) == [watch("7")])
    }
  }

  @Test func `an event without a version does not move the position`() {
    var state = WatchProtocol(startsWithInitialEvents: false)
    #expect(run(&state, .started, page("7"), change("")) == [.apply])
    #expect(run(&state, .closed(early: true)) == [watch("7")])
  }

  @Test func `stays away for as long as the server asks`() {
    var state = WatchProtocol(startsWithInitialEvents: false)
    #expect(run(&state, .started, .failed(.other(retryAfter: .seconds(9)))) == [.rest(.seconds(9))])
  }

  @Test func `a stream that ends without having carried anything is not opened again at once`() {
    var state = WatchProtocol(startsWithInitialEvents: false)
    #expect(run(&state, .started, page("7"), .closed(early: true)) == [.rest(.milliseconds(400))])
    #expect(run(&state, .rested) == [watch("7")])
  }

  @Test func `a quiet stream that lasted its time is opened again at once`() {
    var state = WatchProtocol(startsWithInitialEvents: false)
    #expect(run(&state, .started, page("7"), .closed(early: false)) == [watch("7")])
    #expect(run(&state, .closed(early: false)) == [watch("7")])
  }

  @Test func `a watch that fell silent is opened again from where it was`() {
    var state = WatchProtocol(startsWithInitialEvents: false)
    #expect(run(&state, .started, page("7"), change("9"), .failed(.silent)) == [watch("9")])
    #expect(run(&state, .failed(.silent)) == [.rest(.milliseconds(400))])
    #expect(run(&state, .rested) == [watch("9")])
  }

  @Test func `a version that the server does not take is given up`() {
    var state = WatchProtocol(startsWithInitialEvents: false)
    _ = run(&state, .started, page("7"), .failed(.rejected))
    #expect(run(&state, .rested) == [.discard, pages()])
    #expect(run(&state, page("2")) == [commit("2", .rejected), watch("2")])
  }

  @Test(arguments: 0..<200)
  func `under any sequence of events readers see whole states only, and every request is answered`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var state = WatchProtocol(startsWithInitialEvents: seed.isMultiple(of: 2))
    var actions = state.handle(.started, jitter: 0.5)
    var hasCommitted = false
    var version = 1
    for _ in 0..<300 {
      for action in actions {
        switch action {
        case .commit: hasCommitted = true
        case .apply, .advance: #expect(hasCommitted, "a change was applied before any whole state")
        default: break
        }
      }
      version += 1
      let now = ResourceVersion(String(version))
      let events: [WatchProtocol.Event]
      switch actions.last {
      case .list:
        events = [
          .page(resourceVersion: now, continueToken: nil), .page(resourceVersion: now, continueToken: "c"),
          .failed(.expired), .failed(.tooNew), .failed(.other(retryAfter: nil)),
        ]
      case .rest(let pause):
        #expect(pause > .zero && pause <= .seconds(30))
        events = [.rested]
      default:
        // A stream is open.
        events = [
          .change(now), .change(now), .bookmark(now, endsInitialEvents: true), .bookmark(now, endsInitialEvents: false),
          .closed(early: true), .failed(.expired), .failed(.silent), .failed(.rejected), .failed(.tooNew), .opened,
        ]
      }
      let event = events[Int(random.next() % UInt64(events.count))]
      actions = state.handle(event, jitter: 0.5)
      switch event {
      case .opened: #expect(actions.isEmpty)
      case .started, .rested, .closed, .failed, .page:
        #expect(!actions.isEmpty, "nothing is under way after \(event)")
      default: break
      }
    }
  }
}
