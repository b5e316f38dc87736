/// The oracle on all nodes: the same pods on the same nodes, and pools that always were what was cheapest.
struct OracleSimulation: Sendable {
  private let configuration: SimulationConfiguration
  private let costs: OracleCosts
  private var scheduler: Scheduler
  private var nodes: [OracleNode] = []
  private var events = EventQueue()
  private var pods = SlotTable<(group: GroupID, node: Int)>()
  private var unscheduled: [Int] = []
  private var time = 0.0

  init(_ configuration: SimulationConfiguration, costs: OracleCosts = OracleCosts()) {
    self.configuration = configuration
    self.costs = costs
    scheduler = Scheduler(configuration.fleet, seed: configuration.seed)
  }

  mutating func add(_ pod: PodRecord) {
    if pod.start > 0 { begin() }
    advance(to: pod.start, including: false)
    let slot = pods.insert((pod.group, -1))
    if let end = pod.end { events.insert(Event(time: end, kind: .podEnds, payload: Int64(slot))) }
    if !place(slot, at: pod.start) { unscheduled.append(slot) }
  }

  mutating func finish(at end: Double) -> ScoreCard.Figures {
    begin()
    advance(to: .infinity, including: true)
    time = max(time, end)
    var figures = ScoreCard.Figures()
    for index in nodes.indices {
      nodes[index].advance(to: time)
      let best = nodes[index].best
      figures.idleIPHours += best.idleSeconds / 3600
      figures.waitPodSeconds += best.waitSeconds
      figures.cloudCalls += best.calls
      figures.actions += best.actions
      figures.reversals += best.reversals
    }
    figures.idleIPsPerNode = time > 0 ? figures.idleIPHours * 3600 / time / Double(nodes.count) : 0
    figures.days = time / 86_400
    return figures
  }

  private mutating func begin() {
    guard nodes.isEmpty else { return }
    nodes = scheduler.pods.map {
      OracleNode(costs: costs, capacity: configuration.fleet.addressesPerNode, demand: $0)
    }
  }

  private mutating func advance(to end: Double, including: Bool) {
    while let event = events.first, event.time < end || (including && event.time <= end) {
      _ = events.popFirst()
      time = event.time
      remove(Int(event.payload), at: event.time)
    }
    if end.isFinite { time = max(time, end) }
  }

  private mutating func place(_ slot: Int, at now: Double) -> Bool {
    guard let node = scheduler.place(pods[slot].group) else { return false }
    pods[slot].node = node
    if !nodes.isEmpty { nodes[node].change(by: 1, at: now) }
    return true
  }

  private mutating func remove(_ slot: Int, at now: Double) {
    let (group, node) = pods[slot]
    pods.release(slot)
    guard node >= 0 else {
      unscheduled.removeAll { $0 == slot }
      return
    }
    scheduler.remove(group, from: node)
    if !nodes.isEmpty { nodes[node].change(by: -1, at: now) }
    while let next = unscheduled.first, place(next, at: now) { unscheduled.removeFirst() }
  }
}
