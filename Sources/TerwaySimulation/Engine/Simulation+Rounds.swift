/// The autoscaler's looks at all nodes.
extension Simulation {
  /// In quiet times, in seconds.
  private var quietInterval: Double { 120 }

  /// Has the autoscaler look soon, if it would not do so anyway.
  mutating func startRounds(at now: Double) {
    guard tuner != nil, !hasRound else { return }
    hasRound = true
    events.insert(Event(time: max(now, lastRound + (tuner?.interval ?? 0)), kind: .round))
  }

  mutating func round(at now: Double) {
    guard var tuner else { return }
    hasRound = false
    if isStirred || now >= lastRound + quietInterval {
      isStirred = false
      lastRound = now
      let changes = tuner.round(tunedNodes(), pendingPods: unscheduled.count, at: now)
      self.tuner = tuner
      for change in changes {
        score.configurationWrites += tuner.writesPerChange
        let arrival = now + configuration.configurationLatency
        events.insert(
          Event(time: arrival, kind: .bandArrives, node: Int32(change.node), payload: change.band.packed))
      }
    }
    hasRound = true
    events.insert(Event(time: now + tuner.interval, kind: .round))
  }

  private mutating func tunedNodes() -> [TunedNode] {
    nodes.indices.map { index in
      let node = nodes[index]
      nodes[index].leadTime = nil
      return TunedNode(
        pool: node.pool, attachingENIs: node.enis.reduce(0) { $0 + ($1.state == .attaching ? 1 : 0) },
        pods: scheduler.pods[index], zone: node.zone,
        vSwitchHasAddresses: cloud.freeAddresses[node.zone] > 0, leadTime: node.leadTime)
    }
  }
}
