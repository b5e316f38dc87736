/// Faults on command, and what heals them.
extension PlayedNode {
  /// Takes the annotation as it now stands. What it said before is left alone: it may not tell of what has healed since.
  mutating func take(_ facts: StandIn.NodeFacts, at now: Double, _ scene: inout Scene) {
    let (before, after) = (StandIn.Fault.parse(self.facts.faults), StandIn.Fault.parse(facts.faults))
    self.facts = facts
    for word in after.unknown where !before.unknown.contains(word) {
      scene.report(
        .node(name), "UnknownFault",
        "annotation \(StandIn.faultsAnnotation) names \(word.prefix(60)); known are "
          + StandIn.Fault.text(Set(StandIn.Fault.allCases)))
    }
    for fault in StandIn.Fault.allCases {
      switch (before.faults.contains(fault), after.faults.contains(fault)) {
      case (false, true): begin(fault, at: now, &scene)
      case (true, false): end(fault, at: now, &scene)
      default: break
      }
    }
  }

  private mutating func begin(_ fault: StandIn.Fault, at now: Double, _ scene: inout Scene) {
    guard faults.insert(fault).inserted else { return }
    switch fault {
    case .wedgedDaemon: daemon.isWedged = true
    case .stuckAttach: stickAttach(at: now, &scene)
    case .leakedIP: leak(&scene)
    case .stuckPodENI: scene.write(.podENI(name))
    case .vSwitchExhausted: scene.cloud.exhausters[zone, default: []].insert(name)
    case .securityGroupDrift:
      for index in status.interfaces.indices { status.interfaces[index].securityGroups = ["sg-of-yesterday"] }
      scene.write(.resource(name))
    case .throttling: scene.cloud.throttlers.insert(name)
    case .frozen: break
    }
    checkSoon(now)
  }

  private mutating func end(_ fault: StandIn.Fault, at now: Double, _ scene: inout Scene) {
    guard faults.remove(fault) != nil else { return }
    switch fault {
    case .wedgedDaemon:
      daemon.isWedged = false
      if daemon.works { catchUp(at: now, &scene) }
    case .stuckAttach: releaseStuck(at: now)
    case .leakedIP: releaseLeaks(at: now, &scene)
    case .stuckPodENI: scene.write(.podENI(name))
    case .vSwitchExhausted: scene.cloud.exhausters[zone]?.remove(name)
    case .securityGroupDrift:
      for index in status.interfaces.indices {
        status.interfaces[index].securityGroups = specification?.securityGroups ?? []
      }
      scene.write(.resource(name))
    case .throttling: scene.cloud.throttlers.remove(name)
    case .frozen:
      status.nextSync = status.nextSync ?? now
      scene.write(.resource(name))
    }
    checkSoon(now)
  }

  /// Takes a fault out of the annotation, because something other than that has ended it.
  mutating func heal(_ fault: StandIn.Fault, _ scene: inout Scene) {
    if faults.remove(fault) != nil { scene.write(.node(name)) }
  }

  /// The cloud's view is read anew, which shows what was missed.
  mutating func synchronise(at now: Double, _ scene: inout Scene) {
    guard scene.configuration.ipam == .crd, !faults.contains(.frozen) else {
      status.nextSync = nil
      return
    }
    if scene.cloud.isThrottled {
      status.nextSync = ((now / 60).rounded(.down) + 1) * 60
      return scene.report(.node(name), "SyncOpenAPIFailed", "DescribeNetworkInterfaces: Throttling")
    }
    (status.lastSync, status.nextSync) = (now, now + Self.resyncPeriod)
    releaseStuck(at: now)
    heal(.stuckAttach, &scene)
    releaseLeaks(at: now, &scene)
    heal(.leakedIP, &scene)
    scene.write(.resource(name))
    checkSoon(now)
  }

  static let resyncPeriod = 43_200.0

  private mutating func stickAttach(at now: Double, _ scene: inout Scene) {
    if let index = operations.firstIndex(where: { $0.kind == .attach }) {
      operations[index].endsAt = .infinity
    } else if status.interfaces.count < scene.configuration.podInterfaces {
      let id = scene.cloud.newInterface()
      operations.append(Operation(kind: .attach, interface: id, endsAt: .infinity))
      status.interfaces.append(
        PlayedInterface(id: id, status: .attaching, securityGroups: specification?.securityGroups ?? []))
      scene.write(.resource(name))
    }
  }

  /// An ENI that was stuck turns out never to have attached.
  private mutating func releaseStuck(at now: Double) {
    for index in operations.indices where operations[index].endsAt == .infinity {
      (operations[index].endsAt, operations[index].fails) = (now, true)
    }
  }

  mutating func leak(_ scene: inout Scene) {
    for index in status.interfaces.indices where status.interfaces[index].status == .inUse {
      guard let place = status.interfaces[index].addresses.firstIndex(where: \.isIdle) else { continue }
      let uid = "00000000-0000-4000-8000-\(Identifier.hex(UInt64(number), 12))"
      leaks.insert(uid)
      status.interfaces[index].addresses[place].pod = .init(id: "default/leaked-\(scene.cloud.newSuffix())", uid: uid)
      return scene.write(.resource(name))
    }
  }

  private mutating func releaseLeaks(at now: Double, _ scene: inout Scene) {
    guard !leaks.isEmpty else { return }
    leaks = []
    releaseOrphans(at: now, &scene)
  }
}
