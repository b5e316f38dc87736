import EniScaling

/// A discrete-event simulation of one rule: nodes, their pool controllers, the cloud, and perhaps an autoscaler.
///
/// Pods go in one at a time, in the order of their starts; between them everything that is due happens. What is kept
/// follows the pods that are alive, not those that ever were.
struct Simulation<Controller: PoolController>: Sendable {
  let configuration: SimulationConfiguration
  var controllers: [Controller]
  var nodes: [SimulatedNode]
  var scheduler: Scheduler
  var cloud: Cloud
  var score: Score
  var events = EventQueue()
  var pods = SlotTable<SimulatedPod>()
  var operations = SlotTable<Operation>()
  /// Slots of the pods that no node has room for, first come first.
  var unscheduled: [Int] = []
  var tuner: (any BandTuner)?
  private var hasBegun = false
  /// Something happened since the autoscaler looked.
  var isStirred = true
  var lastRound = -Double.infinity
  /// A look of the autoscaler is due.
  var hasRound = false

  init(_ configuration: SimulationConfiguration, tuner: (any BandTuner)? = nil, controller: Controller) {
    self.configuration = configuration
    self.tuner = tuner
    let fleet = configuration.fleet
    controllers = [Controller](repeating: controller, count: fleet.nodes)
    scheduler = Scheduler(fleet, seed: configuration.seed)
    cloud = Cloud(configuration.cloud, zones: fleet.zones, seed: configuration.seed ^ 0xC10D)
    score = Score(fleet)
    nodes = (0..<fleet.nodes).map { node in
      SimulatedNode(zone: node % fleet.zones, podENIs: fleet.podENIs, ipsPerENI: fleet.ipsPerENI)
    }
    for node in controllers.indices { controllers[node].settle(on: node) }
    if let tuner {
      for node in controllers.indices { controllers[node].setBand(tuner.initialBand, at: 0) }
    }
  }

  /// Lets a pod start, after everything that is due before it.
  mutating func add(_ pod: PodRecord) {
    if pod.start > 0 { begin() }
    advance(to: pod.start)
    isStirred = true
    let slot = pods.insert(
      SimulatedPod(group: pod.group, node: -1, eni: SimulatedPod.unscheduled, boundAt: pod.start, end: pod.end))
    if let end = pod.end { events.insert(Event(time: end, kind: .podEnds, payload: Int64(slot))) }
    schedule(slot, at: pod.start)

  }

  /// Lets everything happen that is known to come until the last pod of the trace has ended, and at least until `end`.
  mutating func finish(at end: Double) -> ScoreCard.Figures {
    begin()
    while let event = events.first, event.kind == .podEnds || pendingEnds > 0 {
      advance(to: event.time, including: true)
    }
    if end > score.time { advance(to: end, including: true) }
    for node in nodes where !node.waiting.isEmpty {
      for slot in node.waiting { score.countWait(score.time - pods[slot].boundAt, isOver: false) }
    }
    return score.figures(cloud: cloud)
  }

  /// Pods whose end is still to come.
  var pendingEnds = 0

  /// Whoever runs at the start of the trace has an address already; from here on pods may have to wait.
  private mutating func begin() {
    guard !hasBegun else { return }
    hasBegun = true
    for node in nodes.indices { wake(node, at: 0) }
    startRounds(at: 0)
  }

  private mutating func advance(to time: Double, including: Bool = false) {
    while let event = events.first, event.time < time || (including && event.time <= time) {
      _ = events.popFirst()
      score.advance(to: event.time)
      handle(event)
    }
    score.advance(to: time)
  }

  private mutating func handle(_ event: Event) {
    let node = Int(event.node)
    switch event.kind {
    case .podEnds:
      isStirred = true
      end(Int(event.payload), at: event.time)
    case .operationEnds:
      isStirred = true
      complete(Int(event.payload), at: event.time)
    case .check:
      guard nodes[node].checkTime == event.time else { return }
      nodes[node].checkTime = .infinity
      check(node, at: event.time)
    case .addressCooled:
      cool(node, eni: Int(event.payload), at: event.time)
    case .leakCollected:
      score.leakedAddresses -= 1
      free(node, eni: Int(event.payload), at: event.time)
    case .bandArrives:
      controllers[node].setBand(PoolBand(packed: event.payload), at: event.time)
      wake(node, at: event.time)
    case .round:
      round(at: event.time)
    }
  }

  /// Has the node's controller look as soon as it notices.
  mutating func wake(_ node: Int, at now: Double) {
    guard hasBegun else { return }
    look(at: node, controllers[node].noticeTime(now))
  }

  mutating func look(at node: Int, _ time: Double) {
    guard time < nodes[node].checkTime else { return }
    nodes[node].checkTime = time
    events.insert(Event(time: time, kind: .check, node: Int32(node)))
  }

  var isRunning: Bool { hasBegun }
}

extension PoolBand {
  /// In one number, for an event.
  var packed: Int64 { Int64(min) << 32 | Int64(max) }

  init(packed: Int64) { self.init(min: Int(packed >> 32), max: Int(packed & 0xFFFF_FFFF)) }
}
