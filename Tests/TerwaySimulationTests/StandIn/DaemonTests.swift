import Serialization
import Testing

@testable import TerwaySimulation

struct `The played daemon` {
  @Test func `is a pod on every node, and made anew where it is deleted`() {
    var world = PlayedWorld(nodes: 3)
    world.advance(by: 10)
    #expect(Set(world.pods.values.map(\.node)) == ["node-0000", "node-0001", "node-0002"])
    #expect(world.pods.values.allSatisfy { $0.phase == "Running" })
    let former = world.daemon()
    world.deleteDaemon()
    world.advance(by: 10)
    #expect(world.daemon()?.uid != former?.uid)
    #expect(world.daemon()?.phase == "Running")
    #expect(world.pods.count == 3)
  }

  @Test func `makes the resource, and makes it anew where it is deleted`() {
    var world = PlayedWorld()
    world.advance(by: 10)
    #expect(world.pool()?["maxPoolSize"] == 5)
    #expect(world.resources["node-0000"]?.at("spec", "nodeCap", "adapters") == 8)
  }

  @Test func `undoes a patch of the pool by hand`() {
    var world = PlayedWorld()
    world.advance(by: 10)
    world.patchResource(["spec": ["pool": ["minPoolSize": 40, "extra": 1]]])
    #expect(world.pool()?["minPoolSize"] == 0)
    #expect(world.pool()?["extra"] == nil)
  }

  @Test func `merges the ConfigMap that the label names over the cluster's, once the resource is touched`() {
    var world = PlayedWorld()
    world.advance(by: 10)
    world.configure("wide", ["min_pool_size": 7])
    world.edit { $0.configuration = "wide" }
    #expect(world.pool()?["minPoolSize"] == 0)
    world.touch()
    #expect(world.pool()?["minPoolSize"] == 7)
    #expect(world.pool()?["maxPoolSize"] == 5)
    world.edit { $0.configuration = nil }
    world.touch()
    #expect(world.pool()?["minPoolSize"] == 0)
  }

  @Test func `reads its configuration when it starts`() {
    var world = PlayedWorld()
    world.advance(by: 10)
    world.configure("eni-config", ["max_pool_size": 9])
    #expect(world.pool()?["maxPoolSize"] == 5)
    world.deleteDaemon()
    world.advance(by: 10)
    #expect(world.pool()?["maxPoolSize"] == 9)
  }

  @Test func `keeps nothing idle on a node whose pods have whole ENIs`() {
    var world = PlayedWorld()
    world.edit { $0.isExclusive = true }
    world.advance(by: 10)
    #expect(world.pool()?["maxPoolSize"] == 0)
  }

  struct Broken: Sendable, CustomTestStringConvertible {
    var name: String
    var settings: JSONValue?
    var testDescription: String { name }
  }

  @Test(arguments: [
    Broken(name: "missing", settings: nil), Broken(name: "list", settings: ["secret"]),
    Broken(name: "text", settings: "secret"),
  ])
  func `tells of a configuration that cannot be read, quotes nothing of it, and keeps the one before`(_ broken: Broken)
  {
    var world = PlayedWorld()
    world.advance(by: 10)
    world.configure("broken", broken.settings)
    world.edit { $0.configuration = "broken" }
    world.touch()
    world.touch()
    #expect(world.reasons("ConfigError").count == 1)
    #expect(!world.notices.contains { $0.note.contains("secret") })
    #expect(world.pool()?["maxPoolSize"] == 5)
  }

  @Test func `with an IPAM of its own reads the configuration at its start only, clamps it, and has no resource`() {
    var world = PlayedWorld { $0.ipam = .legacy }
    world.createPods(3)
    world.advance(by: 60)
    #expect(world.running == 3)
    #expect(world.resources.isEmpty)
    world.configure("eni-config", ["min_pool_size": 9, "max_pool_size": 4])
    world.advance(by: 300)
    #expect(world.standIn.band == IdleBand(min: 0, max: 5))
    world.deleteDaemon()
    world.advance(by: 10)
    #expect(world.standIn.band == IdleBand(min: 4, max: 4))
  }
}

extension StandIn {
  /// The band that the first node works with.
  fileprivate var band: IdleBand { IdleBand(min: nodes[0].controller.minPool, max: nodes[0].controller.maxPool) }
}
