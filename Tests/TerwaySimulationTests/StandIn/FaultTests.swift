import KubernetesModel
import Serialization
import Testing

@testable import TerwaySimulation

struct `A fault on command` {
  struct Case: Sendable, CustomTestStringConvertible {
    var fault: StandIn.Fault
    /// Whether it shows.
    var shows: @Sendable (inout PlayedWorld) -> Bool
    /// What heals it besides the annotation.
    var remedy: (@Sendable (inout PlayedWorld) -> Void)?
    var testDescription: String { fault.rawValue }
  }

  @Sendable private static func resync(_ world: inout PlayedWorld) {
    world.patchResource(["status": ["nextSyncOpenAPITime": "2020-01-01T00:00:00Z"]])
    world.advance(by: 5)
  }

  @Sendable private static func canGrow(_ world: inout PlayedWorld) -> Bool {
    let before = world.running
    world.createPods(12)
    world.advance(by: 65)
    return world.running == before + 12
  }

  static let cases: [Case] = [
    Case(fault: .wedgedDaemon) {
      !canGrow(&$0)
    } remedy: {
      $0.deleteDaemon()
    },
    Case(fault: .stuckAttach) { world in
      world.advance(by: 3600)
      return world.interfaces().contains { $0["status"] == "Attaching" }
    } remedy: {
      resync(&$0)
    },
    Case(fault: .leakedIP) { world in
      world.advance(by: 3600)
      return world.used() == world.running + 1
    } remedy: {
      resync(&$0)
    },
    Case(fault: .stuckPodENI) {
      $0.podENIs == ["node-0000"]
    } remedy: {
      $0.deletePodENI()
    },
    Case(fault: .vSwitchExhausted) { world in
      let grows = canGrow(&world)
      return !grows && world.notices.contains { $0.note.contains("IpNotEnough") }
    },
    Case(fault: .securityGroupDrift) { $0.interfaces().contains { $0["securityGroupIDs"] == ["sg-of-yesterday"] } },
    Case(fault: .throttling) { world in
      let grows = canGrow(&world)
      return !grows && world.notices.contains { $0.note.contains("Throttling") }
    },
    Case(fault: .frozen) { world in
      let before = world.resources
      let grows = canGrow(&world)
      return !grows && world.resources == before
    },
  ]

  private static func world() -> PlayedWorld {
    var world = PlayedWorld()
    world.createPods(3)
    world.advance(by: 60)
    return world
  }

  @Test func `is in the table`() { #expect(Set(Self.cases.map(\.fault)) == Set(StandIn.Fault.allCases)) }

  @Test(arguments: cases) func `shows, and is over when it is taken out of the annotation`(_ example: Case) {
    var world = Self.world()
    var copy = world
    #expect(!example.shows(&copy), "without the fault")
    world.edit { $0.faults = example.fault.rawValue }
    world.advance(by: 3)
    copy = world
    #expect(example.shows(&copy), "with it")
    world.edit { $0.faults = "" }
    world.advance(by: 100)
    #expect(!example.shows(&world), "after it")
  }

  @Test(arguments: cases.filter { $0.remedy != nil })
  func `leaves the annotation when its remedy heals it, and can be repeated`(_ example: Case) {
    var world = Self.world()
    for _ in 0..<2 {
      world.edit { $0.faults = "frobnicated, \(example.fault.rawValue)" }
      world.advance(by: 3)
      var copy = world
      #expect(example.shows(&copy), "with it")
      example.remedy?(&world)
      world.advance(by: 100)
      #expect(world.nodes["node-0000"]?.faults == "")
      copy = world
      #expect(!example.shows(&copy), "after its remedy")
      #expect(example.fault.remedy != nil)
    }
  }

  @Test func `that is unknown is told and ignored`() {
    var world = Self.world()
    world.edit { $0.faults = "frobnicated" }
    #expect(world.reasons("UnknownFault").count == 1)
    #expect(world.nodes["node-0000"]?.faults == "frobnicated")
  }

  @Test func `of one node's vSwitch or account is felt by the others`() {
    for (fault, isFelt) in [(StandIn.Fault.vSwitchExhausted, [true, false]), (.throttling, [true, true])] {
      var world = PlayedWorld(nodes: 4)
      world.advance(by: 10)
      world.edit { $0.faults = fault.rawValue }
      // Three zones: the fourth node shares the first one's vSwitch.
      for (node, isFelt) in zip(["node-0003", "node-0001"], isFelt) {
        world.createPods(2, on: node)
        world.advance(by: 60)
        #expect((world.used(node) == 0) == isFelt, "\(fault) on \(node)")
      }
    }
  }

  @Test func `keeps pods from going while the daemon is wedged, until a new one comes`() {
    var world = Self.world()
    world.edit { $0.faults = "wedged-daemon" }
    let names = world.pods.values.filter { !$0.isDaemon }.map(\.key.name)
    for name in names { world.deletePod(name) }
    world.advance(by: 600)
    #expect(world.pods.count == 4)
    #expect(world.used() == 3)
    world.deleteDaemon()
    world.advance(by: 10)
    #expect(world.pods.count == 1)
    #expect(world.used() == 0)
  }

  @Test func `leaves the address of a pod that was forced away, until the daemon answers`() {
    var world = Self.world()
    world.edit { $0.faults = "wedged-daemon" }
    for pod in world.pods.values where !pod.isDaemon { world.deletePod(pod.key.name, force: true) }
    world.advance(by: 600)
    #expect(world.used() == 3)
    world.edit { $0.faults = "" }
    world.advance(by: 10)
    #expect(world.used() == 0)
  }
}
