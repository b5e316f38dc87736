import KubernetesModel
import Serialization

/// The daemon: what it reads, writes and answers.
extension PlayedNode {
  static let daemonNamespace = "kube-system"

  /// Sees to it that there is a daemon pod, as a DaemonSet's controller does.
  mutating func ensureDaemon(_ scene: inout Scene) {
    guard daemon.pod == nil else { return }
    if daemon.requested == nil { daemon.requested = "terway-eniip-\(scene.cloud.newSuffix())" }
    scene.write(.daemon(name))
  }

  mutating func takeDaemon(_ facts: StandIn.PodFacts, at now: Double, _ scene: inout Scene) {
    let pod = PlayedDaemon.Pod(key: facts.key, uid: facts.uid)
    guard daemon.pod == nil || daemon.pod == pod else { return }
    daemon.pod = pod
    daemon.requested = nil
    if facts.isBeingDeleted || facts.hasEnded {
      daemon.end()
      scene.write(.pod(facts.key))
    } else if !daemon.isRunning, daemon.startsAt == .infinity {
      daemon.startsAt = facts.phase == "Running" ? now : now + PlayedDaemon.startDelay
    }
    scene.write(.daemonSet)
  }

  mutating func loseDaemon(_ uid: String, at now: Double, _ scene: inout Scene) {
    guard daemon.pod?.uid == uid else { return }
    daemon.end()
    daemon.pod = nil
    daemon.isWedged = false
    specification = nil
    heal(.wedgedDaemon, &scene)
    ensureDaemon(&scene)
    scene.write(.daemonSet)
  }

  mutating func startDaemon(at now: Double, _ scene: inout Scene) {
    daemon.startsAt = .infinity
    daemon.isRunning = true
    if let key = daemon.pod?.key { scene.write(.pod(key)) }
    scene.write(.daemonSet)
    if daemon.works { catchUp(at: now, &scene) }
  }

  /// What the daemon does as soon as it answers again.
  mutating func catchUp(at now: Double, _ scene: inout Scene) {
    scene.act(.read(name))
    for (uid, pod) in pods.sorted(by: { $0.key < $1.key }) {
      if pod.facts.isBeingDeleted || pod.facts.hasEnded {
        tearDown(uid, at: now, &scene)
      } else if case .addressed = pod.stage {
        connect(uid, at: now, &scene)
      }
    }
    releaseOrphans(at: now, &scene)
  }

  /// Reads the configuration, and sets the resource to it where it says otherwise. The daemon does so on every event of the
  /// resource; nothing else makes it.
  mutating func readConfiguration(at now: Double, _ scene: inout Scene) {
    guard daemon.works else { return }
    let configuration: EniConfiguration
    do {
      configuration = try EniConfiguration(scene.texts, node: facts.configuration)
    } catch {
      if failure != error { scene.report(.node(name), "ConfigError", error.message) }
      failure = error
      return
    }
    failure = nil
    let cluster = scene.configuration
    let wanted = Specification(
      configuration, zone: facts.zone, ownVSwitch: cluster.vSwitch(zone), isExclusive: facts.isExclusive,
      cluster: cluster)
    if cluster.ipam == .legacy {
      // A daemon with pools of its own reads it at its start only.
      if specification == nil { take(configuration.clampedBand(cluster), at: now, &scene) }
      specification = specification ?? wanted
      checkSoon(now)
      return
    }
    specification = wanted
    if resource.map({ wanted.patch(of: $0.spec) != nil }) ?? true { scene.write(.resource(name)) }
  }

  /// The resource as the API server now has it: the controlplane obeys what it says, and the daemon makes it say something
  /// else where it should.
  mutating func take(_ facts: StandIn.ResourceFacts, isTouched: Bool, at now: Double, _ scene: inout Scene) {
    if resource == nil {
      if status.lastSync == nil { (status.lastSync, status.nextSync) = (now, now + Self.resyncPeriod) }
      scene.write(.resource(name))
      checkSoon(now)
    }
    resource = facts
    take(band(of: facts.spec), at: now, &scene)
    if let next = facts.nextSync, next <= now, let own = status.nextSync, own > now { status.nextSync = now }
    if daemon.works, isTouched { scene.act(.read(name)) } else { readConfiguration(at: now, &scene) }
  }

  private func band(of spec: JSONValue) -> IdleBand {
    func number(_ key: String) -> Int { spec.at("pool", key)?.integer.flatMap { Int(exactly: $0) } ?? 0 }
    return IdleBand(min: number("minPoolSize"), max: number("maxPoolSize"))
  }

  private mutating func take(_ band: IdleBand, at now: Double, _ scene: inout Scene) {
    guard (controller.minPool, controller.maxPool) != (band.min, band.max) else { return }
    controller = TerwayControlplane(minPool: band.min, maxPool: band.max)
    controller.settle(on: number)
    checkSoon(now)
  }

  /// Somebody deleted the resource: the daemon makes it anew.
  mutating func loseResource(at now: Double, _ scene: inout Scene) {
    resource = nil
    scene.act(.read(name))
  }

  /// The node is gone, and what was on it goes.
  mutating func endAll(at now: Double, _ scene: inout Scene) {
    for fault in faults { heal(fault, &scene) }
    scene.cloud.throttlers.remove(name)
    scene.cloud.exhausters[zone]?.remove(name)
    for (uid, pod) in pods {
      pods[uid]?.stage = .released
      scene.write(.pod(pod.facts.key))
    }
    scene.write(.resource(name))
    scene.write(.daemonSet)
  }
}
