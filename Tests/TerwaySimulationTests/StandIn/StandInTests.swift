import KubernetesModel
import Serialization
import Testing

@testable import TerwaySimulation

struct `A stand-in` {
  @Test func `binds pods to the emptiest node`() {
    var world = PlayedWorld(nodes: 3)
    world.createPods(4, on: "node-0001")
    for number in 0..<8 { world.createPod("free-\(number)", on: "") }
    let counts = Dictionary(grouping: world.pods.values.filter { !$0.isDaemon }, by: \.node).mapValues(\.count)
    #expect(counts == ["node-0000": 4, "node-0001": 4, "node-0002": 4])
  }

  @Test func `lets pods wait for a node that has room`() {
    var world = PlayedWorld { ($0.adapters, $0.addressesPerAdapter) = (2, 2) }
    for number in 0..<3 { world.createPod("free-\(number)", on: "") }
    #expect(world.pods.values.count { $0.node.isEmpty } == 1)
    world.addNode("node-0001")
    #expect(world.pods.values.count { $0.node.isEmpty } == 0)
    #expect(world.pods.values.count { $0.node == "node-0001" && !$0.isDaemon } == 1)
  }

  @Test func `ends pods after their lifetime and gives their addresses back`() {
    var world = PlayedWorld()
    world.createPod("short", lifetime: 100)
    world.advance(by: 60)
    #expect(world.used() == 1)
    world.advance(by: 100)
    #expect(world.pods[ObjectKey(namespace: "default", name: "short")]?.phase == "Succeeded")
    #expect(world.used() == 0)
  }

  @Test func `takes everything away with a node`() {
    var world = PlayedWorld(nodes: 2)
    world.createPods(3, on: "node-0000")
    world.advance(by: 60)
    world.deleteNode("node-0000")
    #expect(world.resources.keys.sorted() == ["node-0001"])
    #expect(world.pods.values.allSatisfy { $0.node == "node-0001" })
  }

  @Test func `goes on where an earlier one ended, and writes nothing`() {
    var former = PlayedWorld()
    former.createPods(7)
    former.advance(by: 200)
    let resource = former.resources["node-0000"] ?? [:]
    let world = PlayedWorld(start: former.now, inherited: ["node-0000": resource])
    #expect(world.resources["node-0000"] == resource)
  }

  @Test func `does the same in every run`() {
    func play() -> [String: JSONValue] {
      var world = PlayedWorld(nodes: 5)
      for number in 0..<60 { world.createPod("free-\(number)", on: "") }
      world.advance(by: 600)
      return world.resources
    }
    #expect(play() == play())
  }

  @Test func `keeps hundreds of nodes and what is due on each`() {
    var world = PlayedWorld(nodes: 200)
    for number in 0..<400 { world.createPod("free-\(number)", on: "") }
    world.advance(by: 120)
    #expect(world.running == 400)
  }

  @Test(arguments: [(1.0, 100.0), (20, 480), (0.5, 90)])
  func `plays time faster or slower`(speed: Double, played: Double) {
    let pace = Pace(origin: 80, speed: speed)
    #expect(pace.played(100) == played)
    #expect(pace.real(played) == 100)
  }
}
