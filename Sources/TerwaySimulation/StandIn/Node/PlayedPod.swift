/// A pod of a played node, as its network sees it.
struct PlayedPod: Sendable {
  enum Stage: Hashable, Sendable {
    case waiting
    /// The controlplane has given it an address; the daemon has yet to bring it to the pod.
    case addressed(IPv4Address)
    case running(IPv4Address)
    /// Its containers have ended; the address is given back.
    case succeeded
    /// The daemon has given its address back.
    case released
  }

  var facts: StandIn.PodFacts
  var stage = Stage.waiting
  /// When it came to the node.
  var since: Double
  var startedAt: Double?
  /// When somebody complains that it has no network; infinite = nobody does.
  var complainsAt = Double.infinity

  /// How long the daemon waits for an address before it says so, and how long until the kubelet has it try again.
  static let patience = 20.0
  static let retry = 60.0

  /// When its containers end by themselves.
  var endsAt: Double {
    guard case .running = stage, let startedAt, let lifetime = facts.lifetime else { return .infinity }
    return startedAt + lifetime
  }

  /// It is to have, or has, a network.
  var isAlive: Bool { stage != .succeeded && stage != .released }
}
