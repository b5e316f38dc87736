/// Pods: placed, given an address, ended.
extension Simulation {
  /// Finds a node for a pod, or lets it wait for one.
  mutating func schedule(_ slot: Int, at now: Double) {
    if pods[slot].end != nil { pendingEnds += 1 }
    guard let node = scheduler.place(pods[slot].group) else {
      unscheduled.append(slot)
      score.unscheduledPods += 1
      return
    }
    bind(slot, to: node, at: now)
  }

  private mutating func bind(_ slot: Int, to node: Int, at now: Double) {
    pods[slot].node = Int32(node)
    pods[slot].boundAt = now
    if !isRunning { addInitialAddress(node) }
    if let eni = nodes[node].takeAddress() {
      pods[slot].eni = Int16(eni)
      score.idle -= 1
      if isRunning { score.countWait(0, isOver: true) }
    } else {
      pods[slot].eni = SimulatedPod.waiting
      nodes[node].waiting.append(slot)
      score.waiting += 1
    }
    wake(node, at: now)
  }

  /// A pod that runs when the trace begins has an address; so does the ENI that it is on.
  private mutating func addInitialAddress(_ node: Int) {
    let enis = nodes[node].enis
    guard let eni = enis.firstIndex(where: { $0.held < configuration.fleet.ipsPerENI }) else { return }
    if enis[eni].state == .detaching {
      nodes[node].enis[eni].state = .inUse
      nodes[node].attachedENIs += 1
      score.enis += 1
    }
    cloud.occupy(1, zone: nodes[node].zone)
    nodes[node].enis[eni].held += 1
    nodes[node].idle += 1
    score.idle += 1
  }

  mutating func end(_ slot: Int, at now: Double) {
    pendingEnds -= 1
    let pod = pods[slot]
    pods.release(slot)
    guard pod.eni != SimulatedPod.unscheduled else {
      unscheduled.removeAll { $0 == slot }
      score.unscheduledPods -= 1
      return
    }
    let node = Int(pod.node)
    scheduler.remove(pod.group, from: node)
    if pod.eni == SimulatedPod.waiting {
      nodes[node].waiting.removeAll { $0 == slot }
      score.waiting -= 1
      score.countWait(now - pod.boundAt, isOver: true)
      wake(node, at: now)
    } else if cloud.leaks() {
      score.leakedAddresses += 1
      let collected = now + cloud.configuration.faults.leakSeconds
      events.insert(Event(time: collected, kind: .leakCollected, node: pod.node, payload: Int64(pod.eni)))
    } else {
      free(node, eni: Int(pod.eni), at: now)
    }
    scheduleNext(at: now)
  }

  private mutating func scheduleNext(at now: Double) {
    while let slot = unscheduled.first, let node = scheduler.place(pods[slot].group) {
      unscheduled.removeFirst()
      score.unscheduledPods -= 1
      bind(slot, to: node, at: now)
    }
  }

  /// A pod's address comes back to the pool.
  mutating func free(_ node: Int, eni: Int, at now: Double) {
    nodes[node].enis[eni].used -= 1
    nodes[node].used -= 1
    score.idle += 1
    if Controller.actuation.cooldown > 0 {
      nodes[node].enis[eni].cooling += 1
      nodes[node].cooling += 1
      let end = now + Controller.actuation.cooldown
      events.insert(Event(time: end, kind: .addressCooled, node: Int32(node), payload: Int64(eni)))
    } else {
      nodes[node].idle += 1
      serveWaiting(node, at: now)
    }
    wake(node, at: now)
  }

  mutating func cool(_ node: Int, eni: Int, at now: Double) {
    nodes[node].enis[eni].cooling -= 1
    nodes[node].cooling -= 1
    nodes[node].idle += 1
    serveWaiting(node, at: now)
    wake(node, at: now)
  }

  /// Gives idle addresses to the pods that wait longest.
  mutating func serveWaiting(_ node: Int, at now: Double) {
    var served = 0
    while served < nodes[node].waiting.count, let eni = nodes[node].takeAddress() {
      let slot = nodes[node].waiting[served]
      pods[slot].eni = Int16(eni)
      score.countWait(now - pods[slot].boundAt, isOver: true)
      served += 1
    }
    nodes[node].waiting.removeFirst(served)
    score.idle -= served
    score.waiting -= served
  }
}
