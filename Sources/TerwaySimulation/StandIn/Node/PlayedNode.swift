/// A node as Terway's daemon and controlplane keep it.
struct PlayedNode: Sendable {
  struct Operation: Hashable, Sendable {
    enum Kind: Hashable, Sendable { case attach, assign, unassign, detach }
    var kind: Kind
    var interface: String
    /// Addresses that it brings.
    var addresses = 0
    /// In played seconds; infinite = it is stuck.
    var endsAt: Double
    var fails = false
  }

  let number: Int
  let zone: Int
  var facts: StandIn.NodeFacts
  var faults: Set<StandIn.Fault> = []
  var daemon = PlayedDaemon()
  var pods: [String: PlayedPod] = [:]
  /// Uids of the pods that wait for an address, first come first.
  var queue: [String] = []
  /// `nil` until the API server has one.
  var resource: StandIn.ResourceFacts?
  /// What the daemon wants the resource to say; `nil` until it has read its configuration.
  var specification: Specification?
  var status = PlayedStatus()
  var operations: [Operation] = []
  var controller = TerwayControlplane(minPool: 0, maxPool: 5)
  /// When the pool's owner looks next.
  var checkAt = Double.infinity
  /// A vSwitch without addresses is left alone until then.
  var blockedUntil = 0.0
  /// Without the fault it would not be.
  var isBlockedByFault = false
  /// Uids that leaked addresses are held by.
  var leaks: Set<String> = []
  /// The condition `SufficientIP`.
  var hasSufficientIPs = true
  /// Of the configuration, so that it is told once.
  var failure: EniConfiguration.Failure?

  init(_ facts: StandIn.NodeFacts, number: Int, zone: Int) {
    (self.facts, self.number, self.zone) = (facts, number, zone)
    controller.settle(on: number)
  }

  var name: String { facts.name }

  /// The address of the instance, which pods on the host's network share.
  var hostAddress: IPv4Address { IPv4Address(10 << 24 | UInt32(number + 10)) }

  /// When something happens by itself.
  var nextDue: Double {
    var due = min(daemon.startsAt, checkAt, status.nextSync ?? .infinity)
    for operation in operations { due = min(due, operation.endsAt) }
    for pod in pods.values { due = min(due, pod.endsAt, pod.complainsAt) }
    return due
  }

  /// Lets everything happen that is due.
  mutating func advance(to now: Double, _ scene: inout Scene) {
    if daemon.startsAt <= now { startDaemon(at: now, &scene) }
    for operation in operations where operation.endsAt <= now { complete(operation, at: now, &scene) }
    if let next = status.nextSync, next <= now { synchronise(at: now, &scene) }
    for (uid, pod) in pods where pod.endsAt <= now { succeed(uid, at: now, &scene) }
    for (uid, pod) in pods where pod.complainsAt <= now { complain(uid, at: now, &scene) }
    if checkAt <= now { check(at: now, &scene) }
  }
}
