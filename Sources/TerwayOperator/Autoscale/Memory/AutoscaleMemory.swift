import EniScaling
import TerwayModel

/// What a process remembers of a policy between two evaluations.
struct PolicyMemory: Sendable {
  /// Of the policy; another one of the same name begins anew.
  var uid: String
  var scaler: NodeGroupScaler
  /// Seconds since 1970.
  var lastEvaluation: Double?
  var lastStatus: Double?
  /// Since when nothing certain is known of a node.
  var staleSince: [String: Double] = [:]
  /// The time of the change whose band the scaler knows of, by node.
  var adopted: [String: String] = [:]
  var snapshot = SnapshotMemory()
  /// What a Prometheus told, where the policy asks one, and when it was asked last.
  var readings = UtilisationReadings()
  var lastQuestion: Double?
  /// Of healing; `nil` = to be read from the status.
  var healing: HealingMemory?

  init(uid: String, scaler: NodeGroupScaler) { (self.uid, self.scaler) = (uid, scaler) }
}

/// What a process remembers of a node, whichever policy has it.
struct NodeMemory: Sendable {
  var lag = ResourceLag()
  var actuation = NodeActuation.Memory()
}

/// What a process remembers of everything: only what can be lost.
struct AutoscaleMemory: Sendable {
  /// By name.
  var policies: [String: PolicyMemory] = [:]
  var nodes: [String: NodeMemory] = [:]
  var ledger = ChangeLedger()
  private var isSeeded = false

  /// Notes what a process before this one wrote, as far as the notes on the nodes tell.
  mutating func seed(_ fleet: Fleet, now: Double) {
    guard !isSeeded else { return }
    isSeeded = true
    for node in fleet.nodes {
      // A label and a touch.
      if let change = node.poolChange, change.seconds > now - ChangeLedger.window { ledger.note(2, at: change.seconds) }
    }
  }

  /// Forgets nodes that are gone.
  mutating func prune(_ fleet: Fleet) {
    guard nodes.count > fleet.nodes.count else { return }
    let names = Set(fleet.nodes.map(\.metadata.name))
    nodes = nodes.filter { names.contains($0.key) }
  }
}
