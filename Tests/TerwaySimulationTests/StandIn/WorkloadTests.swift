import Testing

@testable import TerwaySimulation

struct `A workload` {
  private static let group = GroupID("jobs")

  @Test func `starts and ends pods in order`() {
    var workload = Workload([
      PodRecord(start: 0, end: nil, group: Self.group), PodRecord(start: 0, end: 30, group: Self.group),
      PodRecord(start: 10, end: 20, group: Self.group),
    ])
    #expect(workload.advance(to: 5) == [.start(0), .start(1)])
    #expect(workload.nextDue == 10)
    #expect(workload.advance(to: 40) == [.start(2), .end(2), .end(1)])
    #expect(workload.nextDue == .infinity)
  }

  @Test func `comes and goes on the nodes`() {
    var world = PlayedWorld(
      nodes: 3,
      workload: Workload(
        (0..<9).map { PodRecord(start: Double($0) * 10, end: 300 + Double($0), group: Self.group) }))
    world.advance(by: 200)
    #expect(world.running == 9)
    #expect((0..<3).map { world.used(StandIn.nodeName($0)) } == [3, 3, 3])
    world.advance(by: 200)
    #expect(world.running == 0)
    #expect((0..<3).map { world.used(StandIn.nodeName($0)) } == [0, 0, 0])
  }

  @Test(arguments: TraceGenerator.allCases) func `can be generated`(generator: TraceGenerator) {
    var workload = Workload(generator, nodes: 2, seed: 1)
    let starts = workload.advance(to: 7200).count { if case .start = $0 { true } else { false } }
    #expect(starts > 0)
    var again = Workload(generator, nodes: 2, seed: 1)
    #expect(again.advance(to: 7200).count { if case .start = $0 { true } else { false } } == starts)
  }
}
