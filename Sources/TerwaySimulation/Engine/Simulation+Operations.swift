/// Pool controllers: their looks, and the calls that come of them.
extension Simulation {
  struct Operation: Sendable {
    enum Kind: Sendable { case assign, attach, detach }
    var kind: Kind
    var node: Int
    var eni: Int
    var addresses: Int
    var fails: Bool
    var began: Double
  }

  mutating func check(_ node: Int, at now: Double) {
    let actuation = Controller.actuation
    if actuation.isSerial, nodes[node].operations > 0 { return }
    let decision = controllers[node].check(nodes[node].pool, at: now)
    if decision.grow > 0 {
      grow(node, by: decision.grow, at: now)
    } else if decision.release > 0 {
      release(node, decision, at: now)
    }
    if let next = decision.nextCheck { look(at: node, max(next, now + 0.001)) }
  }

  // MARK: Growth

  private mutating func grow(_ node: Int, by count: Int, at now: Double) {
    let actuation = Controller.actuation
    var left = count
    var calls = 0
    for eni in nodes[node].enis.indices where left > 0 && nodes[node].enis[eni].state == .inUse {
      let room = configuration.fleet.ipsPerENI - nodes[node].enis[eni].held
      guard room > 0 else { continue }
      let part = min(left, room, actuation.addressesPerCall)
      guard begin(.assign, node, eni, part, at: now) else { return record(calls, direction: 1, of: node) }
      left -= part
      calls += 1
      if actuation.isSerial { return record(calls, direction: 1, of: node) }
    }
    var newENIs = 0
    for eni in nodes[node].enis.indices where left > 0 && newENIs < actuation.newENIsPerCheck {
      guard nodes[node].isFree(eni) else { continue }
      let wanted = actuation.fillsNewENIs ? configuration.fleet.ipsPerENI : left
      let part = min(wanted, configuration.fleet.ipsPerENI, actuation.addressesPerCall)
      guard begin(.attach, node, eni, part, at: now) else { break }
      left -= part
      newENIs += 1
      calls += 1
    }
    record(calls, direction: 1, of: node)
  }

  /// `false` when the cloud refuses; the node is looked at again then.
  private mutating func begin(_ kind: Operation.Kind, _ node: Int, _ eni: Int, _ count: Int, at now: Double) -> Bool {
    let zone = nodes[node].zone
    let answer =
      kind == .assign ? cloud.assign(count, zone: zone, at: now) : cloud.attach(count, zone: zone, at: now)
    switch answer {
    case .throttled(let end):
      look(at: node, end)
      return false
    case .exhausted:
      score.exhaustions += 1
      look(at: node, now + Controller.actuation.exhaustionPause)
      return false
    case .accepted(let end, let fails):
      if kind == .attach {
        nodes[node].enis[eni].state = .attaching
        nodes[node].attachedENIs += 1
        score.enis += 1
      }
      nodes[node].enis[eni].held += count
      nodes[node].enis[eni].arriving += count
      nodes[node].arriving += count
      enqueue(Operation(kind: kind, node: node, eni: eni, addresses: count, fails: fails, began: now), end)
      return true
    }
  }

  private mutating func enqueue(_ operation: Operation, _ end: Double) {
    nodes[operation.node].operations += 1
    let slot = operations.insert(operation)
    events.insert(
      Event(time: end, kind: .operationEnds, node: Int32(operation.node), payload: Int64(slot)))
  }

  mutating func complete(_ slot: Int, at now: Double) {
    let operation = operations[slot]
    operations.release(slot)
    let node = operation.node
    nodes[node].operations -= 1
    nodes[node].enis[operation.eni].arriving -= operation.addresses
    if operation.kind == .detach {
      return wake(node, at: now)
    }
    nodes[node].arriving -= operation.addresses
    if operation.fails {
      fail(operation)
    } else {
      nodes[node].enis[operation.eni].state = .inUse
      nodes[node].idle += operation.addresses
      score.idle += operation.addresses
      nodes[node].leadTime = max(nodes[node].leadTime ?? 0, now - operation.began)
      serveWaiting(node, at: now)
    }
    wake(node, at: now)
  }

  private mutating func fail(_ operation: Operation) {
    let node = operation.node
    cloud.release(operation.addresses, zone: nodes[node].zone)
    nodes[node].enis[operation.eni].held -= operation.addresses
    score.failedCalls += 1
    if operation.kind == .attach {
      nodes[node].enis[operation.eni].state = .detaching
      nodes[node].attachedENIs -= 1
      score.enis -= 1
    }
  }

  // MARK: Release

  private mutating func release(_ node: Int, _ decision: PoolDecision, at now: Double) {
    var left = min(decision.release, nodes[node].idle)
    var calls = 0
    for eni in nodes[node].enis.indices.reversed() where left > 0 {
      let state = nodes[node].enis[eni]
      guard state.state == .inUse, state.arriving == 0 else { continue }
      // Terway gives an ENI back only when it holds fewer addresses than are to go.
      let isWhole = state.used == 0 && state.cooling == 0 && state.held > 0
      if isWhole, state.held < left || (decision.releasesWholeENIs && state.held <= left) {
        guard detach(node, eni, at: now) else { break }
        left -= state.held
        calls += 1
      } else if !decision.releasesWholeENIs {
        // The primary address goes with its ENI only.
        let part = min(left, state.idle, state.held - 1, Controller.actuation.addressesPerCall)
        guard part > 0 else { continue }
        guard cloud.unassign(part, zone: nodes[node].zone, at: now) else { break }
        remove(part, of: eni, node)
        left -= part
        calls += 1
      }
    }
    record(calls, direction: -1, of: node)
  }

  private mutating func detach(_ node: Int, _ eni: Int, at now: Double) -> Bool {
    let held = nodes[node].enis[eni].held
    guard let end = cloud.detach(held, zone: nodes[node].zone, at: now) else { return false }
    remove(held, of: eni, node)
    nodes[node].enis[eni].state = .detaching
    // Its place on the instance is taken until the operation ends.
    nodes[node].enis[eni].arriving = 1
    nodes[node].attachedENIs -= 1
    score.enis -= 1
    enqueue(Operation(kind: .detach, node: node, eni: eni, addresses: 1, fails: false, began: now), end)
    return true
  }

  private mutating func remove(_ count: Int, of eni: Int, _ node: Int) {
    nodes[node].enis[eni].held -= count
    nodes[node].idle -= count
    score.idle -= count
  }

  private mutating func record(_ calls: Int, direction: Int8, of node: Int) {
    guard calls > 0 else { return }
    isStirred = true
    score.actions += 1
    if nodes[node].lastDirection == -direction { score.reversals += 1 }
    nodes[node].lastDirection = direction
  }
}
