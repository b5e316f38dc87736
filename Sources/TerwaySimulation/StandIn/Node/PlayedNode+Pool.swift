/// The owner of the pool: the controlplane, or a daemon with an IPAM of its own.
extension PlayedNode {
  /// Has the owner look as soon as it notices.
  mutating func checkSoon(_ now: Double) { checkAt = min(checkAt, controller.noticeTime(now)) }

  /// Whether anybody minds the pool.
  private func isOwned(_ configuration: StandIn.Configuration) -> Bool {
    switch configuration.ipam {
    case .crd: resource != nil && !faults.contains(.frozen)
    case .legacy: daemon.works
    }
  }

  mutating func check(at now: Double, _ scene: inout Scene) {
    checkAt = .infinity
    guard isOwned(scene.configuration) else { return }
    assignWaiting(at: now, &scene)
    let state = pool(scene.configuration)
    let decision = controller.check(state, at: now)
    if let next = decision.nextCheck { checkAt = max(next, now + 0.001) }
    if decision.grow > 0 {
      grow(decision.grow, at: now, &scene)
    } else if decision.release > 0 {
      shrink(decision.release, at: now, &scene)
    }
    if faults.contains(.leakedIP), leaks.isEmpty { leak(&scene) }
    noteSufficiency(at: now, &scene)
  }

  /// The pool as its owner sees it.
  func pool(_ configuration: StandIn.Configuration) -> PoolState {
    var state = PoolState(waiting: queue.count, ipsPerENI: configuration.addressesPerAdapter)
    for interface in status.interfaces {
      state.used += interface.used
      state.idle += interface.idle
      if interface.status != .deleting { state.enis += 1 }
      if interface.status == .inUse { state.room += room(of: interface, configuration) }
    }
    for operation in operations { state.arriving += operation.addresses }
    state.freePlaces = max(0, configuration.podInterfaces - status.interfaces.count)
    return state
  }

  private func room(of interface: PlayedInterface, _ configuration: StandIn.Configuration) -> Int {
    let arriving = operations.reduce(0) { $0 + ($1.interface == interface.id ? $1.addresses : 0) }
    return max(0, configuration.addressesPerAdapter - interface.addresses.count - arriving)
  }

  // MARK: Growth

  /// At most ten addresses a call, and one new ENI a look.
  private mutating func grow(_ count: Int, at now: Double, _ scene: inout Scene) {
    if isBlockedByFault, !scene.cloud.isExhausted(zone: zone) { (blockedUntil, isBlockedByFault) = (0, false) }
    if now < blockedUntil {
      checkAt = min(checkAt, blockedUntil)
      return
    }
    let most = TerwayControlplane.actuation.addressesPerCall
    var left = count
    for index in status.interfaces.indices where left > 0 && status.interfaces[index].status == .inUse {
      let part = min(left, room(of: status.interfaces[index], scene.configuration), most)
      guard part > 0 else { continue }
      let answer = scene.cloud.assign(part, zone: zone, at: now)
      guard begin(.assign, status.interfaces[index].id, part, answer, at: now, &scene) else { return }
      left -= part
    }
    // What an ENI on its way will have room for is asked of it once it is there.
    for operation in operations where operation.kind == .attach && operation.endsAt < .infinity {
      left -= scene.configuration.addressesPerAdapter - operation.addresses
    }
    guard left > 0, status.interfaces.count < scene.configuration.podInterfaces else { return }
    let part = min(left, scene.configuration.addressesPerAdapter, most)
    let answer = scene.cloud.attach(part, zone: zone, at: now)
    let id = scene.cloud.newInterface()
    guard begin(.attach, id, part, answer, at: now, &scene) else { return }
    let groups = specification?.securityGroups ?? []
    status.interfaces.append(PlayedInterface(id: id, status: .attaching, securityGroups: groups))
    scene.write(.resource(name))
    if left > part { checkSoon(now) }
  }

  /// Takes the cloud's answer to a call; `false` when it refused.
  private mutating func begin(
    _ kind: Operation.Kind, _ interface: String, _ count: Int, _ answer: Cloud.Answer, at now: Double,
    _ scene: inout Scene
  ) -> Bool {
    let call = kind == .attach ? "CreateNetworkInterface" : "AssignPrivateIpAddresses"
    switch answer {
    case .accepted(let end, let fails):
      let isStuck = kind == .attach && faults.contains(.stuckAttach) && !operations.contains { $0.endsAt == .infinity }
      operations.append(
        Operation(
          kind: kind, interface: interface, addresses: count, endsAt: isStuck ? .infinity : end, fails: fails))
      return true
    case .throttled(let end):
      checkAt = min(checkAt, max(end, now + 0.001))
      note(\.operationError, "ErrorCode: Throttling, \(call): Request was denied due to user flow control.", now)
      scene.report(.node(name), kind == .attach ? "CreateENIFailed" : "AllocIPFailed", "\(call): Throttling")
    case .exhausted:
      blockedUntil = now + TerwayControlplane.actuation.exhaustionPause
      isBlockedByFault = scene.cloud.isExhausted(zone: zone)
      checkAt = min(checkAt, blockedUntil)
      let vSwitch = scene.configuration.vSwitch(zone)
      note(\.insufficientIP, "ErrorCode: InvalidVSwitchId.IpNotEnough, \(call): vSwitch \(vSwitch)", now)
      scene.report(
        .node(name), kind == .attach ? "CreateENIFailed" : "AllocIPFailed",
        "\(call): InvalidVSwitchId.IpNotEnough, \(vSwitch) has not enough addresses")
    }
    scene.write(.resource(name))
    return false
  }

  private mutating func note(
    _ condition: WritableKeyPath<PlayedInterface, PlayedInterface.Condition?>, _ message: String, _ now: Double
  ) {
    for index in status.interfaces.indices where status.interfaces[index].status == .inUse {
      status.interfaces[index][keyPath: condition] = .init(message: message, at: now)
    }
  }

  // MARK: Release

  /// An ENI goes as a whole where it has no pod and fewer addresses than are to go; else idle addresses go, but for the
  /// primary one.
  private mutating func shrink(_ count: Int, at now: Double, _ scene: inout Scene) {
    var left = count
    let order = status.interfaces.indices.sorted {
      status.interfaces[$0].addresses.count < status.interfaces[$1].addresses.count
    }
    for index in order where left > 0 {
      let interface = status.interfaces[index]
      guard interface.status == .inUse, interface.used == 0, interface.addresses.count < left,
        !operations.contains(where: { $0.interface == interface.id })
      else { continue }
      guard let end = scene.cloud.detach(interface.addresses.count, zone: zone, at: now) else {
        return postpone(now)
      }
      status.interfaces[index].status = .deleting
      operations.append(Operation(kind: .detach, interface: interface.id, endsAt: end))
      left -= interface.addresses.count
      scene.write(.resource(name))
    }
    for index in status.interfaces.indices where left > 0 && status.interfaces[index].status == .inUse {
      left -= releaseIdle(upTo: left, of: index, at: now, &scene)
    }
  }

  private mutating func releaseIdle(
    upTo count: Int, of index: Int, at now: Double, _ scene: inout Scene
  ) -> Int {
    let idle = status.interfaces[index].addresses.indices.dropFirst().filter {
      status.interfaces[index].addresses[$0].isIdle
    }
    let places = idle.suffix(min(count, TerwayControlplane.actuation.addressesPerCall))
    guard !places.isEmpty else { return 0 }
    guard let end = scene.cloud.unassign(places.count, zone: zone, at: now) else {
      postpone(now)
      return 0
    }
    for place in places { status.interfaces[index].addresses[place].status = .deleting }
    operations.append(Operation(kind: .unassign, interface: status.interfaces[index].id, endsAt: end))
    scene.write(.resource(name))
    return places.count
  }

  private mutating func postpone(_ now: Double) { checkAt = min(checkAt, ((now / 60).rounded(.down) + 1) * 60) }

  // MARK: The end of a call

  mutating func complete(_ operation: Operation, at now: Double, _ scene: inout Scene) {
    operations.removeAll { $0 == operation }
    defer { checkSoon(now) }
    guard let index = status.interfaces.firstIndex(where: { $0.id == operation.interface }) else { return }
    scene.write(.resource(name))
    switch operation.kind {
    case .attach, .assign:
      if operation.fails { return fail(operation, index, at: now, &scene) }
      status.interfaces[index].status = .inUse
      for _ in 0..<operation.addresses {
        status.interfaces[index].addresses.append(PlayedAddress(ip: scene.cloud.takeAddress(zone: zone)))
      }
      (status.interfaces[index].insufficientIP, status.interfaces[index].operationError) = (nil, nil)
    case .unassign:
      for address in status.interfaces[index].addresses where address.status == .deleting {
        scene.cloud.give(back: address.ip, zone: zone)
      }
      status.interfaces[index].addresses.removeAll { $0.status == .deleting }
    case .detach:
      for address in status.interfaces[index].addresses { scene.cloud.give(back: address.ip, zone: zone) }
      status.interfaces.remove(at: index)
    }
  }

  private mutating func fail(_ operation: Operation, _ index: Int, at now: Double, _ scene: inout Scene) {
    scene.cloud.forgo(operation.addresses, zone: zone)
    if operation.kind == .attach {
      status.interfaces.remove(at: index)
      scene.report(.node(name), "AttachENIFailed", "AttachNetworkInterface \(operation.interface): Operation.Conflict")
    } else {
      status.interfaces[index].operationError = .init(
        message: "AssignPrivateIpAddresses: Operation.Conflict", at: now)
      scene.report(.node(name), "AllocIPFailed", "AssignPrivateIpAddresses: Operation.Conflict")
    }
  }

  // MARK: The condition of the Kubernetes Node

  /// `SufficientIP` is false while pods wait for addresses that cannot come.
  mutating func noteSufficiency(at now: Double, _ scene: inout Scene) {
    let state = pool(scene.configuration)
    let canGrow = state.arriving > 0 || (state.headroom > 0 && now >= blockedUntil)
    let suffices = queue.isEmpty || canGrow
    if suffices != hasSufficientIPs {
      hasSufficientIPs = suffices
      scene.write(.node(name))
    }
  }
}
