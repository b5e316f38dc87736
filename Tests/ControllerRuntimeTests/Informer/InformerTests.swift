import KubernetesClient
import KubernetesModel
import Prometheus
import Serialization
import Testing

@testable import ControllerRuntime

/// A watch whose updates a test makes up.
private final class ScriptedWatch: Sendable {
  private typealias Script = AsyncStream<(WatchUpdate<Thing>, Completion)>
  private let script = Script.makeStream()
  let runs = Recorded<Int>()

  func follow(_ report: @Sendable (WatchUpdate<Thing>) async -> Void) async {
    runs.add(1)
    for await (update, isTaken) in script.stream {
      await report(update)
      isTaken.complete()
    }
  }

  /// Returns once the informer has dealt with it.
  func send(_ update: WatchUpdate<Thing>) async {
    let isTaken = Completion()
    script.continuation.yield((update, isTaken))
    await isTaken.wait()
  }
}

@Suite(.timeLimit(.minutes(10)))
struct `Running informer` {
  private let watch = ScriptedWatch()
  let clock = VirtualClock()
  let registry = MetricRegistry()
  let lines = Recorded<String>()
  let changes = Recorded<String>()
  let informer: Informer<Thing>

  init() {
    informer = Informer(
      name: "things", registry: registry, logger: .recording(lines), time: clock.source
    ) { [watch] report in await watch.follow(report) }
    informer.onChange { [changes] change, origin in changes.add("\(change.text) \(origin)") }
    informer.start()
  }

  static let refusal = StatusError(code: 403, reason: .forbidden, message: "cannot list resource \"things\"")
  static let interruption = StatusError(code: 503, reason: .serviceUnavailable, message: "later")

  @Test func `fills its store and tells what changed, and how it became known`() async {
    #expect(!informer.status.hasSynced)
    await watch.send(.replaced([Thing("a", version: 1), Thing("b", version: 2)], .init("2"), .initial))
    await watch.send(.changed(Thing("a", version: 3)))
    await watch.send(.changed(Thing("c", version: 4)))
    await watch.send(.deleted(Thing.key("b"), .init("5")))
    await watch.send(.progress(.init("9")))
    await watch.send(.replaced([Thing("a", version: 3)], .init("12"), .expired))
    #expect(changes.all == ["+a1 list", "+b2 list", "~a1>3 watch", "+c4 watch", "-b2 watch", "-c4 list"])
    #expect(informer.status.hasSynced)
    #expect(informer.store.objects.map(\.metadata.name) == ["a"])
    #expect(informer.store.resourceVersion == ResourceVersion("12"))
  }

  @Test func `a handler that comes late is told what there is`() async {
    await watch.send(.replaced([Thing("a", version: 1)], .init("2"), .initial))
    let late = Recorded<String>()
    informer.onChange { change, origin in late.add("\(change.text) \(origin)") }
    #expect(late.all == ["+a1 list"])
  }

  @Test func `until the first list it says why it is not ready`() async {
    #expect(informer.status.complaint == "things: waiting for the first list")
    await watch.send(.failed(Self.refusal, retryIn: .seconds(1)))
    #expect(informer.status.complaint == #"things: Forbidden: cannot list resource "things""#)
    await watch.send(.replaced([], .init("2"), .initial))
    #expect(informer.status.complaint == nil)
  }

  @Test func `an interruption leaves it ready, a refusal does not`() async {
    await watch.send(.replaced([], .init("2"), .initial))
    await watch.send(.failed(Self.interruption, retryIn: .seconds(1)))
    #expect(informer.status.complaint == nil)
    #expect(informer.status.failure != nil)
    await watch.send(.failed(Self.refusal, retryIn: .seconds(1)))
    #expect(informer.status.complaint == #"things: Forbidden: cannot list resource "things""#)
    await watch.send(.opened)
    #expect(informer.status.complaint == nil, "a watch that was opened tells that the permission is back")
    #expect(lines.all.contains { $0.contains("watching again") })
  }

  @Test func `the same failure is one warning, however often it comes`() async {
    for _ in 0..<3 { await watch.send(.failed(Self.refusal, retryIn: .seconds(1))) }
    await watch.send(.failed(Self.interruption, retryIn: .seconds(1)))
    #expect(lines.all.count { $0.contains("level=warning") } == 2)
    #expect(lines.all.count { $0.contains("cannot list resource") } == 3)
  }

  @Test func `stopping forgets the objects, tells that they are gone, and starting begins anew`() async {
    await watch.send(.replaced([Thing("a", version: 1)], .init("2"), .initial))
    informer.stop()
    informer.stop()
    #expect(changes.all == ["+a1 list", "-a1 watch"])
    #expect(!informer.store.hasSynced)
    #expect(informer.status.complaint == nil)
    informer.start()
    informer.start()
    #expect(await watch.runs.first(2).count == 2)
    #expect(informer.status.complaint == "things: waiting for the first list")
  }

  @Test func `shutting down keeps what is cached`() async {
    await watch.send(.replaced([Thing("a", version: 1)], .init("2"), .initial))
    await informer.shutDown()
    #expect(informer.store.count == 1)
    #expect(changes.all == ["+a1 list"])
  }

  @Test func `exports its age, its size and why it listed`() async {
    await watch.send(.replaced([Thing("a", version: 1), Thing("b", version: 1)], .init("2"), .initial))
    clock.advance(by: .seconds(10))
    await watch.send(.changed(Thing("a", version: 4)))
    clock.advance(by: .seconds(20))
    await watch.send(.progress(.init("9")))
    clock.advance(by: .seconds(1))
    let exposition = registry.exposition()
    for line in [
      #"terway_operator_cache_synced{cache="things"} 1"#, #"terway_operator_cache_objects{cache="things"} 2"#,
      #"terway_operator_cache_watch_age_seconds{cache="things"} 31"#,
      #"terway_operator_cache_last_update_age_seconds{cache="things"} 1"#,
      #"terway_operator_cache_last_event_age_seconds{cache="things"} 21"#,
      #"terway_operator_cache_relists_total{cache="things",cause="initial"} 1"#,
      #"terway_operator_cache_relists_total{cache="things",cause="expired"} 0"#,
      #"terway_operator_cache_failures_total{cache="things"} 0"#,
    ] { #expect(exposition.contains(line + "\n"), "\(line)") }
    informer.stop()
    #expect(!registry.exposition().contains("terway_operator_cache_objects"))
  }

  @Test func `an object that cannot be read is logged, counted, and no longer taken for what it was`() async throws {
    let error = try #require(throws: JSONError.self) { try JSONValue(jsonBytes: Array("{".utf8)) }
    await watch.send(.replaced([Thing("bad", version: 1), Thing("b", version: 1)], .init("2"), .initial))
    await watch.send(.undecodable(Thing.key("bad"), error))
    await watch.send(.undecodable(nil, error))
    #expect(informer.store.objects.map(\.metadata.name) == ["b"])
    #expect(changes.all.last == "-bad1 watch")
    #expect(registry.exposition().contains(#"terway_operator_cache_unreadable_objects{cache="things"} 1"#))
    #expect(lines.all.contains { $0.contains("object=here/bad") })
    #expect(
      registry.exposition().contains(#"terway_operator_cache_undecodable_objects_total{cache="things"} 2"#))
    await watch.send(.changed(Thing("bad", version: 7)))
    #expect(registry.exposition().contains(#"terway_operator_cache_unreadable_objects{cache="things"} 0"#))
  }
}

@Suite(.timeLimit(.minutes(10)))
struct `Caches` {
  private let watch = ScriptedWatch()
  private let optionalWatch = ScriptedWatch()
  let caches = CacheSet()
  let required: Informer<Thing>
  let optional: Informer<Thing>

  init() {
    let make = { (name: String, watch: ScriptedWatch) in
      Informer<Thing>(name: name, registry: MetricRegistry(), logger: .silent) { report in
        await watch.follow(report)
      }
    }
    required = make("required", watch)
    optional = make("optional", optionalWatch)
    caches.add(required)
    caches.addOptional(optional)
  }

  @Test func `is ready once the required caches are in step, and ends all of them`() async {
    let isReady = Completion()
    let task = Task { [caches] in await caches.run { isReady.complete() } }
    _ = await watch.runs.first(1)
    #expect(caches.complaints == ["required: waiting for the first list"])
    optional.start()
    #expect(
      caches.complaints == ["required: waiting for the first list", "optional: waiting for the first list"])
    #expect(!isReady.isComplete)
    await watch.send(.replaced([], .init("1"), .initial))
    await isReady.wait()
    optional.stop()
    #expect(caches.complaints == [])
    task.cancel()
    await task.value
    #expect(!required.status.isRunning)
  }

  @Test func `stops without ever having been ready`() async {
    let isReady = Completion()
    let task = Task { [caches] in await caches.run { isReady.complete() } }
    _ = await watch.runs.first(1)
    task.cancel()
    await task.value
    #expect(!isReady.isComplete)
  }
}
