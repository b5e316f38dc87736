import KubernetesModel
import TestSupport
import Testing

@testable import ControllerRuntime

struct `Store state` {
  var store = StoreState<Thing>(indexes: [Thing.byColor])

  @Test mutating func `a list replaces everything and tells what became different`() {
    _ = store.replace(with: [Thing("a", version: 1), Thing("b", version: 2), Thing("c", version: 3)], at: .init("5"))
    let changes = store.replace(
      with: [Thing("b", version: 2), Thing("c", version: 7), Thing("d", version: 8)], at: .init("9"))
    #expect(changes.map(\.text) == ["-a1", "~c3>7", "+d8"])
    #expect(store.objects.keys.sorted() == [Thing.key("b"), Thing.key("c"), Thing.key("d")])
    #expect(store.seen == ResourceVersion("9"))
  }

  @Test mutating func `an object that was deleted and made anew is a change even at the same version`() {
    _ = store.apply(Thing("a", version: 1, uid: "x"))
    #expect(store.apply(Thing("a", version: 1, uid: "x")) == nil)
    #expect(store.apply(Thing("a", version: 1, uid: "y"))?.text == "~a1>1")
  }

  @Test mutating func `deleting what is not there is no change`() {
    #expect(store.remove(Thing.key("a"), at: .init("4")) == nil)
    #expect(store.seen == ResourceVersion("4"))
  }

  @Test mutating func `follows the server back in time`() {
    _ = store.apply(Thing("a", version: 9))
    #expect(store.replace(with: [Thing("a", version: 3)], at: .init("4")).map(\.text) == ["~a9>3"])
    #expect(store.seen == ResourceVersion("4"))
  }

  @Test mutating func `clearing tells the deletions and forgets that it was in step`() {
    _ = store.replace(with: [Thing("a", version: 1, color: "red")], at: .init("1"))
    #expect(store.clear().map(\.text) == ["-a1"])
    #expect(store.seen == nil)
    #expect(store.keys(Thing.byColor, "red") == [])
  }

  static let writes: [(write: ObjectWrite.Outcome, held: Thing?, seen: String, expected: Bool)] = [
    (.stored(.init("7")), Thing("a", version: 6), "6", false),
    (.stored(.init("7")), Thing("a", version: 7), "6", true),
    (.stored(.init("7")), Thing("a", version: 8), "6", true),
    (.stored(.init("7")), nil, "6", false),
    // Deleted by somebody else since.
    (.stored(.init("7")), nil, "8", true),
    // A bookmark proves that everything before it was seen.
    (.stored(.init("7")), Thing("a", version: 6), "9", true),
    // Versions that cannot be ordered are not waited for.
    (.stored(.init("x")), Thing("a", version: 6), "9", true),
    (.deleted(uid: "u"), Thing("a", version: 6, uid: "u"), "9", false),
    (.deleted(uid: "u"), Thing("a", version: 6, uid: "v"), "9", true),
    (.deleted(uid: "u"), nil, "1", true),
  ]

  @Test(arguments: writes)
  mutating func `knows whether it has seen a write`(
    write: ObjectWrite.Outcome, held: Thing?, seen: String, expected: Bool
  ) {
    _ = store.replace(with: held.map { [$0] } ?? [], at: .init(seen))
    #expect(store.hasSeen(ObjectWrite(Thing.key("a"), write)) == expected)
  }

  @Test mutating func `an object that waits for its finalizers counts as deleted`() {
    var thing = Thing("a", version: 6, uid: "u")
    thing.metadata.deletionTimestamp = "2024-01-01T00:00:00Z"
    _ = store.apply(thing)
    #expect(store.hasSeen(ObjectWrite(thing.key, .deleted(uid: "u"))))
  }

  @Test(arguments: [("", false), ("a-9f", true), ("7", true)])
  mutating func `versions without an order are not waited for`(seen: String, expected: Bool) {
    if !seen.isEmpty { _ = store.replace(with: [Thing("a", version: 6)], at: .init(seen)) }
    #expect(store.hasSeen(ObjectWrite(Thing.key("a"), .stored(.init("b-31")))) == expected)
  }

  @Test mutating func `an object that cannot be read is gone until it can, or a list says otherwise`() {
    _ = store.replace(with: [Thing("a", version: 1)], at: .init("1"))
    guard case .deleted(let lost) = store.lose(Thing.key("a")) else {
      Issue.record("nothing was told")
      return
    }
    #expect(lost == Thing("a", version: 1))
    #expect(store.lose(Thing.key("b")) == nil)
    #expect(store.unreadable == [Thing.key("a"), Thing.key("b")])
    _ = store.apply(Thing("a", version: 3))
    _ = store.remove(Thing.key("b"), at: .init("4"))
    #expect(store.unreadable == [])
    _ = store.lose(Thing.key("a"))
    _ = store.replace(with: [], at: .init("9"))
    #expect(store.unreadable == [])
  }

  @Test(arguments: UInt64(1)...10)
  func `objects and indexes agree with a plain dictionary, whatever happens`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var store = StoreState<Thing>(indexes: [Thing.byColor])
    var naive: [ObjectKey: Thing] = [:]
    let names = (0..<12).map { "n\($0)" }
    let colors = ["", "red", "green", "blue"]
    func thing(_ name: String, version: Int, _ random: inout SeededGenerator) -> Thing {
      Thing(name, version: version, color: colors.randomElement(using: &random) ?? "")
    }
    for version in 1...1_000 {
      let name = names.randomElement(using: &random) ?? ""
      var replayed = naive
      switch Int.random(in: 0..<20, using: &random) {
      case 0:
        let list = names.filter { _ in random.oneIn(2) }.map { name in
          random.oneIn(2)
            ? naive[Thing.key(name)] ?? thing(name, version: version, &random) : thing(name, version: version, &random)
        }
        let changes = store.replace(with: list, at: .init("\(version)"))
        for change in changes { replay(change, on: &replayed) }
        naive = Dictionary(uniqueKeysWithValues: list.map { ($0.key, $0) })
      case 1...12:
        let object = thing(name, version: version, &random)
        store.apply(object).map { replay($0, on: &replayed) }
        naive[object.key] = object
      default:
        store.remove(Thing.key(name), at: .init("\(version)")).map { replay($0, on: &replayed) }
        naive[Thing.key(name)] = nil
      }
      #expect(store.objects == naive)
      #expect(replayed == naive, "the changes that were told do not lead to what is held")
      for color in colors.dropFirst() {
        #expect(store.keys(Thing.byColor, color) == Set(naive.values.filter { $0.color == color }.map(\.key)))
      }
    }
  }

  private func replay(_ change: StoreChange<Thing>, on objects: inout [ObjectKey: Thing]) {
    switch change {
    case .added(let thing):
      #expect(objects[thing.key] == nil)
      objects[thing.key] = thing
    case .updated(let former, let thing):
      #expect(objects[thing.key] == former)
      objects[thing.key] = thing
    case .deleted(let thing):
      #expect(objects[thing.key] == thing)
      objects[thing.key] = nil
    }
  }
}
