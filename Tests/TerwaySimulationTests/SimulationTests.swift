import EniScaling
import Testing

@testable import TerwaySimulation

struct `A simulation` {
  private func configuration(nodes: Int = 4, _ placement: Placement = .spread) -> SimulationConfiguration {
    var configuration = SimulationConfiguration()
    configuration.fleet.nodes = nodes
    configuration.fleet.placement = placement
    configuration.cloud.assignLatency = Latency(median: 10)
    configuration.cloud.attachLatency = Latency(median: 15)
    return configuration
  }

  private func figures(
    _ rule: Rule, _ configuration: SimulationConfiguration, _ pods: [PodRecord]
  ) -> ScoreCard.Figures {
    var simulation = RuleSimulation(rule, configuration, tuner: PolicyTuner(fleet: configuration.fleet))
    simulation.add(pods)
    return simulation.finish().figures
  }

  private func pod(_ start: Double, _ end: Double?) -> PodRecord {
    PodRecord(start: start, end: end, group: GroupID("a"))
  }

  @Test func `makes a pod wait for an ENI where none is there`() {
    let figures = figures(.terway05, configuration(nodes: 1), [pod(100, 400), pod(390, 600)])
    // Noticed after 1 s, attached after 15 s; the address of the first pod and another are there for the second.
    #expect(figures.waitPodSeconds == 16 && figures.waitMaxSeconds == 16 && figures.lateFraction == 0.5)
    #expect(figures.callsByAPI == ["CreateNetworkInterface": 1, "AttachNetworkInterface": 1])
  }

  @Test(arguments: Rule.allCases)
  func `goes on to the end that a history has, also when nothing happens there any more`(rule: Rule) {
    func figures(until end: Double) -> ScoreCard.Figures {
      let configuration = configuration(nodes: 1)
      var simulation = RuleSimulation(rule, configuration, tuner: PolicyTuner(fleet: configuration.fleet))
      simulation.add([pod(100, 400), pod(390, 600)])
      return simulation.finish(at: end).figures
    }
    let (short, long) = (figures(until: 0), figures(until: 86_400))
    #expect(long.days == 1 && short.days == 600 / 86_400)
    // Pods wait no longer, and what is idle is so for longer.
    #expect(long.waitPodSeconds == short.waitPodSeconds && long.idleIPHours >= short.idleIPHours)
    #expect(long.cloudCalls >= short.cloudCalls)
  }

  @Test func `asks for ten addresses in a call and for one ENI at a time`() {
    let pods = (0..<40).map { _ in pod(100, 1000) }
    let figures = figures(.terway05, configuration(nodes: 1), pods)
    #expect(figures.callsByAPI["CreateNetworkInterface"] ?? 0 >= 2)
    #expect((figures.callsByAPI["AssignPrivateIpAddresses"] ?? 0) >= 2)
    #expect(figures.waitMaxSeconds > 25)
  }

  @Test(arguments: Rule.allCases)
  func `is the same each time`(rule: Rule) {
    var configuration = configuration(nodes: 6, .random)
    configuration.cloud.faults.attachFailure = 0.1
    configuration.cloud.faults.leakedAddress = 0.05
    var trace = GeneratedTrace(.steady, nodes: 1, seed: 3)
    var pods: [PodRecord] = []
    while let pod = trace.next(), pods.count < 2000 { pods.append(pod) }
    #expect(figures(rule, configuration, pods) == figures(rule, configuration, pods))
  }

  @Test func `waits for the next minute when an API is throttled`() {
    var configuration = configuration(nodes: 20)
    configuration.cloud.callsPerMinute = 5
    let pods = (0..<20).map { _ in pod(100, 2000) }
    let figures = figures(.terway510, configuration, pods)
    #expect(figures.throttledCalls > 0 && figures.waitMaxSeconds > 60 && figures.waitMaxSeconds < 400)
  }

  @Test func `gives out no more addresses than a vSwitch has`() {
    var configuration = configuration(nodes: 3)
    configuration.cloud.addressesPerVSwitch = 5
    let figures = figures(.terway05, configuration, (0..<30).map { _ in pod(100, 5000) })
    #expect(figures.lateFraction == 1 && figures.waitMaxSeconds == 4900)
  }

  @Test(arguments: [Rule.default, .terway510, .cilium, .awsWarmIP, .azureV2, .awsWarmENI])
  func `gets everybody an address in the end, whatever fails`(rule: Rule) {
    var configuration = configuration(nodes: 3)
    configuration.cloud.faults.assignFailure = 0.3
    configuration.cloud.faults.attachFailure = 0.3
    configuration.cloud.faults.stuckAttach = 0.1
    let pods = (0..<60).map { pod(100 + Double($0), 50_000) }
    #expect(figures(rule, configuration, pods).waitMaxSeconds < 10_000)
  }

  @Test func `keeps memory by what is alive`() {
    var simulation = Simulation(configuration(), controller: TerwayControlplane(minPool: 5, maxPool: 10))
    for index in 0..<20_000 { simulation.add(pod(100 + Double(index), 103 + Double(index))) }
    #expect(simulation.events.count < 50)
    #expect(simulation.pods.insert(SimulatedPod(group: GroupID("a"), node: 0, eni: 0, boundAt: 0, end: nil)) < 50)
  }

  @Test(arguments: Placement.allCases)
  func `places as its name says`(placement: Placement) {
    var scheduler = Scheduler(configuration(nodes: 6, placement).fleet, seed: 1)
    for _ in 0..<60 { _ = scheduler.place(GroupID("a")) }
    switch placement {
    case .spread, .zoneAware: #expect(scheduler.pods == [10, 10, 10, 10, 10, 10])
    case .pack: #expect(scheduler.pods == [60, 0, 0, 0, 0, 0])
    case .random: #expect(scheduler.pods.reduce(0, +) == 60 && scheduler.pods.allSatisfy { $0 > 0 })
    case .pinned: #expect(scheduler.pods == scheduler.pods.indices.map { GroupID("a").hash % 6 == $0 ? 60 : 0 })
    }
  }
}

struct `The oracle` {
  /// Every sequence of sizes, for demands short enough to try them all.
  private func cheapest(_ demands: [Int], hold: Double, costs: OracleCosts, capacity: Int) -> Double {
    var best = [Double](repeating: .infinity, count: capacity + 1)
    best[demands[0]] = 0
    for (index, demand) in demands.enumerated() {
      var next = [Double](repeating: .infinity, count: capacity + 1)
      for (from, cost) in best.enumerated() where cost.isFinite {
        for to in 0...capacity {
          let calls = (abs(to - from) + costs.addressesPerCall - 1) / costs.addressesPerCall
          let stay = Double(max(0, to - demand)) + Double(max(0, demand - to)) * costs.wait
          next[to] = min(
            next[to], cost + (index == 0 && from != to ? .infinity : Double(calls) * costs.call) + stay * hold)
        }
      }
      best = next
    }
    return best.min() ?? .infinity
  }

  @Test(arguments: 1...20)
  func `finds what trying everything finds`(seed: Int) {
    var random = SeededGenerator(seed: UInt64(seed))
    var costs = OracleCosts()
    costs.call = Double(Int.random(in: 10...400, using: &random))
    costs.wait = 50
    costs.addressesPerCall = 3
    let demands = (0..<12).map { _ in Int.random(in: 0...9, using: &random) }
    var node = OracleNode(costs: costs, capacity: 9, demand: demands[0])
    for (index, demand) in demands.enumerated().dropFirst() {
      node.change(by: demand - demands[index - 1], at: Double(index) * 10)
    }
    node.advance(to: Double(demands.count) * 10)
    let best = node.best
    let cost = best.idleSeconds + best.waitSeconds * costs.wait + Double(best.calls) * costs.call
    // The first move may be made at once by the node, and is free of that restriction there.
    #expect(cost <= cheapest(demands, hold: 10, costs: costs, capacity: 9) + 1e-6)
  }
}

struct `Generated traces` {
  @Test(arguments: TraceGenerator.allCases)
  func `are in order, end in time, and are the same for the same seed`(generator: TraceGenerator) {
    var (first, second) = (GeneratedTrace(generator, nodes: 4, seed: 5), GeneratedTrace(generator, nodes: 4, seed: 5))
    var (last, count) = (0.0, 0)
    while let pod = first.next() {
      #expect(pod == second.next())
      #expect(pod.start >= last && pod.start < generator.duration && pod.end.map { $0 >= pod.start } ?? true)
      last = pod.start
      count += 1
    }
    #expect(count > 100 && second.next() == nil)
  }
}

struct `A score report` {
  private func report(_ title: String) -> ScoreReport {
    var comparison = Comparison([.default, .terway510, .oracle], SimulationConfiguration(), policy: ScalingPolicy())
    comparison.add(
      (0..<300).map { PodRecord(start: Double($0) * 60, end: Double($0) * 60 + 3600, group: GroupID("g")) })
    return comparison.report(title: title)
  }

  @Test func `has every figure of every rule as JSON`() {
    let record = report("t").json["rules"]?[0]
    for key in [
      "name", "waitPodSeconds", "waitP99Seconds", "lateFraction", "idleIPHours", "idleIPsPerNode", "eniHours",
      "cloudCalls",
      "throttledCalls", "configurationWrites", "actions", "reversals",
    ] { #expect(record?[key] != nil, "\(key)") }
  }

  @Test func `is a page that stands alone and lets no text be markup`() {
    let html = report("<script>alert('x')</script>&\"\u{7}").html
    #expect(!html.contains("<script") && !html.contains("\u{7}") && !html.contains("http"))
    #expect(html.contains("&lt;script&gt;") && html.contains("<svg"))
  }

  @Test func `compares by waiting and idle addresses`() {
    var (good, bad) = (ScoreCard.Figures(), ScoreCard.Figures())
    (good.idleIPHours, bad.idleIPHours, bad.waitPodSeconds) = (10, 20, 0)
    let (left, right) = (ScoreCard(name: "a", figures: good), ScoreCard(name: "b", figures: bad))
    #expect(left.dominates(right) && !right.dominates(left) && !left.dominates(left))
  }
}
