/// Pods: what the controlplane assigns, and what the daemon and the kubelet make of it.
extension PlayedNode {
  mutating func take(_ facts: StandIn.PodFacts, at now: Double, _ scene: inout Scene) {
    if facts.isDaemon { takeDaemon(facts, at: now, &scene) }
    let isNew = pods[facts.uid] == nil
    pods[facts.uid, default: PlayedPod(facts: facts, since: now)].facts = facts
    if facts.isBeingDeleted || facts.hasEnded { return tearDown(facts.uid, at: now, &scene) }
    if isNew { admit(facts, at: now, &scene) }
  }

  private mutating func admit(_ facts: StandIn.PodFacts, at now: Double, _ scene: inout Scene) {
    if facts.usesHostNetwork {
      let host = hostAddress
      pods[facts.uid]?.stage = .running(host)
      if !facts.isDaemon { scene.write(.pod(facts.key)) }
    } else if let address = facts.address.flatMap(IPv4Address.init), adopt(facts, address) {
      pods[facts.uid]?.stage = .running(address)
      pods[facts.uid]?.startedAt = now
    } else {
      pods[facts.uid]?.complainsAt = now + PlayedPod.patience
      queue.append(facts.uid)
      checkSoon(now)
    }
  }

  /// Finds the address of a pod that had one before the stand-in came.
  private mutating func adopt(_ facts: StandIn.PodFacts, _ address: IPv4Address) -> Bool {
    for interface in status.interfaces.indices {
      guard let place = status.interfaces[interface].addresses.firstIndex(where: { $0.ip == address }) else { continue }
      let holder = status.interfaces[interface].addresses[place].pod
      guard holder == nil || holder?.uid == facts.uid else { return false }
      status.interfaces[interface].addresses[place].pod = .init(id: facts.key.description, uid: facts.uid)
      return true
    }
    return false
  }

  /// Gives waiting pods the idle addresses, first come first served.
  mutating func assignWaiting(at now: Double, _ scene: inout Scene) {
    while let uid = queue.first, let (interface, place) = idlePlace {
      queue.removeFirst()
      guard let pod = pods[uid], pod.stage == .waiting else { continue }
      status.interfaces[interface].addresses[place].pod = .init(id: pod.facts.key.description, uid: uid)
      pods[uid]?.stage = .addressed(status.interfaces[interface].addresses[place].ip)
      scene.write(.resource(name))
      if daemon.works {
        connect(uid, at: now, &scene)
      } else if !pod.facts.isWaitingVisibly {
        scene.write(.pod(pod.facts.key))
      }
    }
    for uid in queue { if let pod = pods[uid], !pod.facts.isWaitingVisibly { scene.write(.pod(pod.facts.key)) } }
  }

  private var idlePlace: (interface: Int, address: Int)? {
    for interface in status.interfaces.indices where status.interfaces[interface].status == .inUse {
      if let place = status.interfaces[interface].addresses.firstIndex(where: \.isIdle) { return (interface, place) }
    }
    return nil
  }

  /// The daemon brings an address to its pod.
  mutating func connect(_ uid: String, at now: Double, _ scene: inout Scene) {
    guard let pod = pods[uid], case .addressed(let address) = pod.stage else { return }
    pods[uid]?.stage = .running(address)
    pods[uid]?.startedAt = now
    pods[uid]?.complainsAt = .infinity
    scene.write(.pod(pod.facts.key))
    scene.report(
      .pod(pod.facts.key, uid: uid), "AllocIPSucceed", "Alloc IP \(address)/32 for Pod", isWarning: false)
  }

  /// The kubelet takes a pod's network away; without a daemon that answers it cannot.
  mutating func tearDown(_ uid: String, at now: Double, _ scene: inout Scene) {
    guard let pod = pods[uid], pod.stage != .released,
      daemon.works || pod.facts.usesHostNetwork || pod.stage == .waiting
    else { return }
    pods[uid]?.stage = .released
    pods[uid]?.complainsAt = .infinity
    queue.removeAll { $0 == uid }
    release(uid, at: now, &scene)
    if pod.facts.isBeingDeleted { scene.write(.pod(pod.facts.key)) }
  }

  mutating func lose(_ uid: String, at now: Double, _ scene: inout Scene) {
    guard pods.removeValue(forKey: uid) != nil else { return }
    loseDaemon(uid, at: now, &scene)
    queue.removeAll { $0 == uid }
    if daemon.works { release(uid, at: now, &scene) }
  }

  mutating func succeed(_ uid: String, at now: Double, _ scene: inout Scene) {
    guard let pod = pods[uid] else { return }
    pods[uid]?.stage = .succeeded
    scene.write(.pod(pod.facts.key))
    if daemon.works { release(uid, at: now, &scene) }
  }

  /// Nobody holds the address any more.
  private mutating func release(_ uid: String, at now: Double, _ scene: inout Scene) {
    for interface in status.interfaces.indices {
      for place in status.interfaces[interface].addresses.indices
      where status.interfaces[interface].addresses[place].pod?.uid == uid {
        status.interfaces[interface].addresses[place].pod = nil
        scene.write(.resource(name))
        checkSoon(now)
      }
    }
  }

  /// Addresses of pods that went while the daemon did not answer.
  mutating func releaseOrphans(at now: Double, _ scene: inout Scene) {
    let holders = status.interfaces.flatMap { $0.addresses.compactMap(\.pod?.uid) }
    for uid in holders where pods[uid]?.isAlive != true && !leaks.contains(uid) { release(uid, at: now, &scene) }
  }

  mutating func complain(_ uid: String, at now: Double, _ scene: inout Scene) {
    guard let pod = pods[uid] else { return }
    pods[uid]?.complainsAt = now + PlayedPod.retry
    let subject = StandIn.Notice.Subject.pod(pod.facts.key, uid: uid)
    guard daemon.works else {
      return scene.report(
        subject, "FailedCreatePodSandBox",
        "failed to set up the pod's network: cmdAdd: error alloc ip rpc error: code = DeadlineExceeded")
    }
    scene.report(subject, "AllocIPFailed", "cmdAdd: error alloc ip, no address for the pod on node \(name)")
  }
}
