import KubernetesModel
import TerwayModel
import Testing

@testable import EniScaling

struct `The change of a node's pool` {
  private static let start = 1_767_323_045.0
  private static let startText = "2026-01-02T03:04:05Z"
  private let actuation = NodeActuation()
  private let band = PoolBand(min: 4, max: 12)
  private let wider = PoolBand(min: 16, max: 32)

  /// A node and Terway, as far as they matter here, to which steps are done.
  private struct World {
    var state = NodeActuation.State()
    var memory = NodeActuation.Memory()
    var now = start
    /// What each ConfigMap makes of the pool.
    var bands: [String: PoolBand] = ["a": PoolBand(min: 4, max: 12), "b": PoolBand(min: 16, max: 32)]
    var followsPool = true
    var followsStatus = true
    var writes: [NodeActuation.Step] = []
    var restarts = 0
    /// Whether a daemon that is restarted gets ready.
    var comesBack = true

    /// A node whose daemon owns the pool, and started a while ago.
    static func legacy(label: String = "") -> World {
      var world = World(label: label)
      var daemon = NodeActuation.State.Daemon()
      (daemon.pod, daemon.isReady, daemon.start, daemon.sampled) = ("pod-0", true, start - 3600, start - 1)
      daemon.band = PoolBand(min: 0, max: 5)
      (world.state.resource, world.state.daemon) = (nil, daemon)
      return world
    }

    init(label: String = "") {
      state.label = label
      state.resource = .init(band: PoolBand(min: 0, max: 5))
      state.room = 100
    }

    mutating func perform(_ step: NodeActuation.Step, _ label: String) {
      func note(_ label: String, _ former: String, _ failures: Int) -> PoolChange {
        let band = bands[label]
        return PoolChange(
          policy: "p", label: label, minimum: band?.min ?? -1, maximum: band?.max ?? -1, former: former, time: text,
          failures: failures, daemon: state.daemon?.pod)
      }
      switch step {
      case .assign(let former, let failures):
        state.original = state.original ?? state.label
        (state.label, state.change) = (label, note(label, former, failures))
      case .rollBack(let former, let failures, _):
        (state.label, state.change) = (former, note(former, former, failures))
      case .touch:
        state.resource?.touch = Touch(policy: "p", label: state.label, time: now)
        listen()
      case .restore: (state.label, state.original, state.change) = (state.original ?? "", nil, nil)
      case .letGo: (state.original, state.change) = (nil, nil)
      case .untouch:
        state.resource?.touch = nil
        listen()
      case .restart:
        restarts += 1
        state.daemon?.pod = comesBack ? "pod-\(restarts)" : ""
        state.daemon?.isReady = comesBack
        state.daemon?.start = now + 2
      case .settled, .wait, .backOff, .taken: return
      }
      writes.append(step)
    }

    mutating func listen() {
      if followsPool { state.resource?.band = bands[state.label] ?? PoolBand(min: 0, max: 5) }
      if followsStatus, let band = state.resource?.band { state.idle = max(state.idle, band.min) }
    }

    var text: String {
      let second = Int(now - start)
      return
        "2026-01-02T\(pad(3 + (245 + second) / 3600)):\(pad((245 + second) / 60 % 60)):\(pad((245 + second) % 60))Z"
    }

    private func pad(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
  }

  /// Takes steps until one writes nothing.
  private func run(_ world: inout World, _ goal: NodeActuation.Goal, most: Int = 10) -> NodeActuation.Step {
    for _ in 0..<most {
      let step = actuation.step(world.state, to: goal, &world.memory, at: world.now)
      let before = world.writes.count
      world.perform(step, goal.label)
      if world.writes.count == before { return step }
    }
    Issue.record("never ends")
    return .settled
  }

  @Test(arguments: ["", "mine"]) func `is a label and a touch, and back again the same`(label: String) {
    var world = World(label: label)
    #expect(run(&world, .pool("a", band)) == .settled)
    #expect(world.writes == [.assign(former: label, failures: 0), .touch])
    #expect(world.state.original == label && world.state.resource?.band == band)
    #expect(run(&world, .pool("b", wider)) == .settled)
    #expect(world.writes.count == 4 && world.state.change?.former == "a")
    #expect(run(&world, .keep) == .settled && world.writes.count == 4)

    #expect(run(&world, .original) == .settled)
    #expect(world.writes.suffix(2) == [.restore, .untouch])
    #expect(
      world.state.label == label && world.state.original == nil && world.state.resource?.band == .init(min: 0, max: 5))
  }

  @Test func `is none where the node has the band already`() {
    var world = World(label: "mine")
    world.state.resource?.band = band
    #expect(run(&world, .pool("a", band)) == .settled && world.writes.isEmpty)
  }

  @Test func `ends the same wherever a process stops between two writes`() {
    for goals in [
      [NodeActuation.Goal.pool("a", band)], [.pool("a", band), .pool("b", wider)], [.pool("a", band), .original],
    ] {
      var undisturbed = World(label: "mine")
      for goal in goals { _ = run(&undisturbed, goal) }
      for crash in 0..<undisturbed.writes.count {
        var world = World(label: "mine")
        for goal in goals {
          for _ in 0..<10 {
            if world.writes.count == crash { world.memory = NodeActuation.Memory() }
            world.perform(actuation.step(world.state, to: goal, &world.memory, at: world.now), goal.label)
          }
        }
        #expect(world.state == undisturbed.state && world.writes == undisturbed.writes, "after write \(crash)")
      }
    }
  }

  @Test func `is taken back when the daemon does not follow, and tried again later and later`() {
    var world = World(label: "mine")
    _ = run(&world, .pool("a", band))
    world.followsPool = false
    world.now += 1000
    #expect(run(&world, .pool("b", wider)) == .wait(.pool))
    world.now += 29
    #expect(run(&world, .pool("b", wider)) == .wait(.pool) && world.writes.count == 4)
    world.now += 1
    #expect(run(&world, .pool("b", wider)) == .wait(.pool) && world.writes.last == .touch && world.writes.count == 5)
    world.now += 60
    let began = world.now
    var ends: [Double] = []
    for failure in 1...6 {
      let step = run(&world, .pool("b", wider))
      #expect(world.state.label == "a" && world.state.change?.failures == failure)
      #expect(world.writes.contains(.rollBack(to: "a", failures: failure, phase: .pool)))
      guard case .backOff(let end) = step else {
        Issue.record("\(step)")
        return
      }
      ends.append(end - world.now)
      world.now = end
      #expect(run(&world, .pool("b", wider)) == .wait(.pool) && world.state.label == "b")
      world.now += 90
    }
    #expect(ends == [300, 600, 1200, 2400, 3600, 3600] && began > Self.start)
    // It follows again: the next change begins with a clean record.
    world.followsPool = true
    world.now += 3600
    _ = run(&world, .pool("b", wider))
    world.now += 3600
    _ = run(&world, .pool("b", wider))
    #expect(run(&world, .pool("a", band)) == .settled && world.state.change?.failures == 0)
  }

  @Test func `is taken back when the addresses do not come, except where there is no room for them`() {
    var world = World()
    world.followsStatus = false
    world.state.idle = 3
    #expect(run(&world, .pool("b", wider)) == .wait(.status))
    world.now += 299
    #expect(run(&world, .pool("b", wider)) == .wait(.status))
    world.now += 1
    guard case .backOff = run(&world, .pool("b", wider)) else {
      Issue.record("not taken back")
      return
    }
    #expect(world.writes.contains(.rollBack(to: "", failures: 1, phase: .status)))
    #expect(world.state.label == "" && world.state.original == "" && world.state.resource?.touch?.label == "")

    var full = World()
    full.followsStatus = false
    (full.state.idle, full.state.room) = (3, 3)
    #expect(run(&full, .pool("b", wider)) == .settled)
  }

  @Test func `is verified once and for all: later use of the addresses is none of its business`() {
    var world = World()
    #expect(run(&world, .pool("b", wider)) == .settled)
    world.state.idle = 0
    world.now += 10_000
    #expect(run(&world, .pool("b", wider)) == .settled)
    // Another process gives it time of its own.
    world.memory = NodeActuation.Memory()
    #expect(run(&world, .pool("b", wider)) == .wait(.status))
    #expect(actuation.isInFlight(world.state, &world.memory, at: world.now))
    world.state.idle = 16
    #expect(run(&world, .pool("b", wider)) == .settled)
    #expect(!actuation.isInFlight(world.state, &world.memory, at: world.now))
  }

  @Test func `gives way to another one while it is under way, and remembers where it came from`() {
    var world = World(label: "mine")
    world.followsStatus = false
    #expect(run(&world, .pool("a", band)) == .wait(.status))
    #expect(run(&world, .pool("b", wider)) == .wait(.status))
    #expect(world.state.change?.former == "mine" && world.state.original == "mine")
    // One that should have ended is taken back first, so that a daemon that hangs is noticed.
    world.now += 300
    _ = run(&world, .pool("a", band))
    #expect(world.writes.contains(.rollBack(to: "mine", failures: 1, phase: .status)))
  }

  @Test func `leaves a label that somebody else has changed, also when the node is given back`() {
    var world = World(label: "mine")
    _ = run(&world, .pool("a", band))
    world.state.label = "theirs"
    #expect(run(&world, .pool("b", wider)) == .taken && world.writes.count == 2)
    #expect(!actuation.isInFlight(world.state, &world.memory, at: world.now))
    #expect(run(&world, .original) == .settled)
    #expect(world.state.label == "theirs" && world.state.original == nil && world.state.resource?.touch == nil)
  }

  // MARK: Daemons that own their pool

  @Test(arguments: ["", "mine"])
  func `restarts a daemon that owns the pool, and waits for it, and for news of its addresses`(label: String) {
    var world = World.legacy(label: label)
    #expect(run(&world, .pool("a", band)) == .wait(.status))
    #expect(world.writes == [.assign(former: label, failures: 0), .restart])
    #expect(actuation.isRestartOpen(world.state, &world.memory, at: world.now))
    // What was told before the daemon started says nothing of it.
    world.state.idle = 99
    #expect(run(&world, .pool("a", band)) == .wait(.status))
    world.state.idle = 3
    world.state.daemon?.sampled = world.now + 4
    #expect(run(&world, .pool("a", band)) == .wait(.status))
    world.state.idle = 4
    #expect(run(&world, .pool("a", band)) == .settled)
    #expect(!actuation.isRestartOpen(world.state, &world.memory, at: world.now))
    // Given back, the daemon goes on with what it has until it starts next.
    #expect(run(&world, .original) == .settled)
    #expect(world.writes.count == 3 && world.writes.last == .restore && world.restarts == 1)
    #expect(world.state.label == label)
  }

  @Test func `takes back what a daemon does not come back from, and restarts it no more`() {
    var world = World.legacy(label: "mine")
    world.comesBack = false
    #expect(run(&world, .pool("a", band)) == .wait(.daemon))
    world.now += 179
    #expect(run(&world, .pool("a", band)) == .wait(.daemon))
    world.now += 1
    _ = run(&world, .pool("a", band))
    #expect(world.writes.last == .rollBack(to: "mine", failures: 1, phase: .daemon))
    #expect(world.restarts == 1 && actuation.isRestartOpen(world.state, &world.memory, at: world.now))
    // One that comes by itself has read what was taken back.
    world.state.daemon?.pod = "pod-9"
    world.state.daemon?.isReady = true
    world.state.daemon?.start = world.now
    world.state.daemon?.sampled = world.now + 2
    #expect(!actuation.isRestartOpen(world.state, &world.memory, at: world.now))
    #expect(world.restarts == 1)
  }

  @Test func `takes back what the addresses of a new daemon do not follow, and restarts it once more`() {
    var world = World.legacy()
    #expect(run(&world, .pool("a", band)) == .wait(.status))
    world.now += 300
    guard case .backOff = run(&world, .pool("a", band)) else {
      Issue.record("goes on")
      return
    }
    #expect(world.writes.suffix(2) == [.rollBack(to: "", failures: 1, phase: .status), .restart])
  }

  @Test func `leaves a daemon alone whose configuration says already what is wanted`() {
    var world = World.legacy(label: "mine")
    #expect(run(&world, .pool("a", PoolBand(min: 0, max: 5))) == .settled && world.writes.isEmpty)
  }

  @Test func `is put in order where its note was spoilt`() {
    var world = World(label: "mine")
    _ = run(&world, .pool("a", band))
    world.state.change = nil
    #expect(run(&world, .keep) == .settled)
    #expect(run(&world, .pool("b", wider)) == .settled && world.state.change?.former == "mine")
    world.state.change = nil
    world.state.label = "eniap-p-1-2"
    #expect(run(&world, .original) == .settled && world.state.label == "mine")
  }
}

extension NodeActuation.Goal {
  fileprivate var label: String { if case .pool(let label, _) = self { label } else { "" } }
}

struct `The restart of a daemon` {
  @Test(
    arguments: [
      ([], true, "p", 100, nil), (["a"], true, "p", 100, nil), (["b"], true, "p", 100, .otherRestart),
      ([], false, "p", 100, .daemonNotReady), ([], true, "", 100, .daemonNotReady),
      ([], true, "p", nil, .daemonNotReady), ([], true, "p", 99, .restartedLately),
      // Clocks differ.
      ([], true, "p", -5, .restartedLately),
    ] as [(Set<String>, Bool, String, Double?, Preflight?)])
  func `is one at a time, of one that is ready, and not soon after its start`(
    open: Set<String>, isReady: Bool, pod: String, age: Double?, obstacle: Preflight?
  ) {
    var daemon = NodeActuation.State.Daemon()
    (daemon.isReady, daemon.pod, daemon.start) = (isReady, pod, age.map { 1_000 - $0 })
    let gate = RestartGate(interval: 100, open: open)
    #expect(gate.obstacle(toRestart: daemon, of: "a", at: 1_000) == obstacle)
  }
}

struct `The mark on a Node resource` {
  @Test func `is read as it was written, and others are none`() {
    let touch = Touch(policy: "p", label: "", time: 1.7)
    #expect(touch.text == "p//1" && Touch(text: touch.text) == touch)
    for text in ["", "7", "a/b", "/b/1", "a/b/c", "a/b/1/2"] { #expect(Touch(text: text) == nil) }
  }
}
