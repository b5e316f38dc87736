import KubernetesModel
import Testing

@testable import ControllerRuntime

@Suite(.timeLimit(.minutes(10)))
struct `Shared store` {
  let clock = VirtualClock()
  let store: Store<Thing>

  init() { store = Store(indexes: [Thing.byColor], time: clock.source) }

  @Test func `finds objects by key and by index, sorted`() {
    store.replace(
      with: [Thing("b", version: 1, color: "red"), Thing("a", version: 2, color: "red"), Thing("c", version: 3)],
      at: .init("3"))
    #expect(store[Thing.key("c")]?.metadata.resourceVersion == ResourceVersion("3"))
    #expect(store.objects.map(\.metadata.name) == ["a", "b", "c"])
    #expect(store.objects(Thing.byColor, "red").map(\.metadata.name) == ["a", "b"])
  }

  @Test func `a wait ends when the write arrives`() async {
    store.apply(Thing("a", version: 1))
    async let seen = store.waitUntilSeen(key: Thing.key("a"), resourceVersion: .init("3"), timeout: .seconds(5))
    await clock.sleeper(at: .seconds(5))
    store.apply(Thing("a", version: 2))
    store.apply(Thing("a", version: 3))
    #expect(await seen)
  }

  @Test func `a wait ends when a bookmark passes the write`() async {
    async let seen = store.waitUntilSeen(key: Thing.key("a"), resourceVersion: .init("3"), timeout: .seconds(5))
    await clock.sleeper(at: .seconds(5))
    store.advance(to: .init("4"))
    #expect(await seen)
  }

  @Test func `a wait for a deletion ends when the object is gone`() async {
    store.apply(Thing("a", version: 1, uid: "u"))
    async let seen = store.waitUntilSeen(ObjectWrite(Thing.key("a"), .deleted(uid: "u")), timeout: .seconds(5))
    await clock.sleeper(at: .seconds(5))
    store.remove(Thing.key("a"), at: .init("2"))
    #expect(await seen)
  }

  @Test func `a wait gives up at its time-out`() async {
    async let seen = store.waitUntilSeen(key: Thing.key("a"), resourceVersion: .init("3"), timeout: .seconds(5))
    await clock.sleeper(at: .seconds(5))
    clock.advance(by: .seconds(5))
    #expect(await !seen)
  }

  @Test func `a wait gives up when its task is cancelled`() async {
    let task = Task { [store] in
      await store.waitUntilSeen(key: Thing.key("a"), resourceVersion: .init("3"), timeout: .seconds(5))
    }
    await clock.sleeper(at: .seconds(5))
    task.cancel()
    #expect(await !task.value)
  }
}
