import Serialization
import Testing

@testable import TerwaySimulation

struct `The played controlplane` {
  @Test(arguments: [1, 4, 9, 23, 70]) func `gives every pod an address of its own`(count: Int) {
    var world = PlayedWorld()
    world.createPods(count)
    world.advance(by: 600)
    #expect(world.running == count)
    #expect(world.used() == count)
    #expect(Set(world.pods.values.filter { !$0.isDaemon }.map(\.address)).count == count)
  }

  @Test func `attaches one ENI a look, with ten addresses a call at most`() {
    var world = PlayedWorld { $0.addressesPerAdapter = 30 }
    world.createPods(60)
    world.advance(by: 4)
    // The first ENI has room for twenty more than it comes with.
    #expect(world.interfaces().count <= 2)
    var (last, most) = (0, 0)
    for _ in 0..<200 {
      world.advance(by: 1)
      most = max(most, world.addresses().count - last)
      last = world.addresses().count
    }
    #expect(world.running == 60)
    #expect((1...20).contains(most), "two calls at a time, one for each of two ENIs")
  }

  @Test func `counts waiting pods twice when it asks for addresses`() {
    var world = PlayedWorld()
    world.configure("eni-config", ["min_pool_size": 5, "max_pool_size": 10])
    world.advance(by: 60)
    #expect(world.idle() == 5)
    world.createPods(7)
    world.advance(by: 60)
    // Two of seven wait: 2 + (5 + 2 − 0).
    #expect(world.used() == 7)
    #expect(world.idle() == 7)
  }

  @Test func `releases what is above the maximum at the pool sync, every two minutes`() {
    var world = PlayedWorld()
    world.createPods(8)
    world.advance(by: 60)
    for pod in world.pods.values where !pod.isDaemon { world.deletePod(pod.key.name) }
    // Eight that had pods, and eight that were asked for because they waited.
    #expect(world.idle() == 16)
    world.advance(by: 140)
    #expect(world.idle() == 5)
  }

  struct Release: Sendable, CustomTestStringConvertible {
    /// Addresses of the ENIs, and pods on each.
    var enis: [(addresses: Int, pods: Int)]
    var maximum: Int
    /// Addresses of the ENIs that are left.
    var left: [Int]
    var testDescription: String { "\(enis) at \(maximum)" }
  }

  @Test(arguments: [
    Release(enis: [(10, 5), (4, 0)], maximum: 4, left: [5 + 4]),
    // As many as are to go: not fewer.
    Release(enis: [(10, 5), (5, 0)], maximum: 5, left: [5, 5]),
    Release(enis: [(10, 5), (10, 0)], maximum: 5, left: [5, 10 - 5]),
    Release(enis: [(10, 10), (4, 1)], maximum: 0, left: [10, 1]),
    Release(enis: [(10, 10), (1, 0)], maximum: 0, left: [10, 1]),
    Release(enis: [(6, 0), (6, 0), (6, 0)], maximum: 5, left: [5]),
  ])
  func `lets an ENI go only where it has no pod and fewer addresses than are to go`(_ example: Release) {
    var world = PlayedWorld(inherited: ["node-0000": Self.resource(example.enis, maximum: example.maximum)])
    world.configure("eni-config", ["max_pool_size": .integer(Int64(example.maximum))])
    for (eni, (_, pods)) in example.enis.enumerated() {
      for number in 0..<pods { world.createInheritedPod(eni, number) }
    }
    world.touch()
    world.advance(by: 400)
    #expect(world.interfaces().map { $0["ipv4"]?.object?.count ?? 0 }.sorted() == example.left.sorted())
  }

  private static func resource(_ enis: [(addresses: Int, pods: Int)], maximum: Int) -> JSONValue {
    var interfaces: JSONValue = [:]
    for (eni, (addresses, pods)) in enis.enumerated() {
      var ipv4: JSONValue = [:]
      for number in 0..<addresses {
        let ip = "10.16.\(eni).\(number + 1)"
        var address: JSONValue = ["ip": .string(ip), "primary": .bool(number == 0), "status": "Valid"]
        if number < pods {
          address["podID"] = "default/pod"
          address["podUID"] = .string("inherited-\(eni)-\(number)")
        }
        ipv4[ip] = address
      }
      interfaces["eni-\(eni)"] = [
        "id": .string("eni-\(eni)"), "status": "InUse", "ipv4": ipv4, "primaryIPAddress": .string("10.16.\(eni).1"),
        "securityGroupIDs": ["sg-1"],
      ]
    }
    return [
      "spec": ["pool": ["minPoolSize": 0, "maxPoolSize": .integer(Int64(maximum))]],
      "status": ["networkInterfaces": interfaces],
    ]
  }

  @Test(arguments: [(5, 10, false), (10, 5, true)])
  func `swings where the minimum is above the maximum`(minimum: Int, maximum: Int, swings: Bool) {
    var world = PlayedWorld()
    world.configure(
      "eni-config", ["min_pool_size": .integer(Int64(minimum)), "max_pool_size": .integer(Int64(maximum))])
    world.touch()
    world.advance(by: 300)
    var counts: Set<Int> = []
    for _ in 0..<60 {
      world.advance(by: 10)
      counts.insert(world.idle())
    }
    #expect(counts == (swings ? [5, 10] : [5]))
  }

  @Test func `says that a full node has no address for more pods, and that it has again`() {
    var world = PlayedWorld { ($0.adapters, $0.addressesPerAdapter) = (2, 4) }
    world.createPods(5)
    world.advance(by: 120)
    #expect(world.running == 4)
    #expect(world.hasSufficientIPs["node-0000"] == false)
    #expect(world.reasons("AllocIPFailed").count > 1)
    if let pod = world.pods.values.first(where: { $0.phase == "Running" && !$0.isDaemon }) {
      world.deletePod(pod.key.name)
    }
    world.advance(by: 10)
    #expect(world.running == 4)
    #expect(world.hasSufficientIPs["node-0000"] == true)
  }

  @Test func `leaves a vSwitch without addresses alone for twenty minutes`() {
    var world = PlayedWorld { ($0.zones, $0.vSwitchPrefix) = (1, 29) }
    world.createPods(2)
    world.advance(by: 60)
    world.createPods(4)
    world.advance(by: 60)
    #expect(world.running == 4)
    let condition = world.interfaces().first?.at("conditions", "InsufficientIP", "message")?.string
    #expect(condition?.contains("InvalidVSwitchId.IpNotEnough") == true)
    let refused = world.notices.count { $0.note.contains("IpNotEnough") }
    world.advance(by: 1000)
    #expect(world.notices.count { $0.note.contains("IpNotEnough") } == refused)
    world.advance(by: 300)
    #expect(world.notices.count { $0.note.contains("IpNotEnough") } == refused + 1)
  }

  @Test func `writes nothing when nothing happens`() {
    var world = PlayedWorld(nodes: 5)
    world.createPods(20)
    world.advance(by: 600)
    let writes = world.writes
    world.advance(by: 3600)
    #expect(world.writes == writes)
  }
}
