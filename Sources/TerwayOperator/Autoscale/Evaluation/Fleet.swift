import EniScaling
import KubernetesModel
import TerwayModel

/// All that is known of nodes at one moment.
struct Fleet: Sendable {
  var policies: [EniAutoscalePolicy] = []
  /// Sorted by name.
  var nodes: [ClusterNode] = []
  var resources: [ObjectKey: TerwayNode] = [:]
  /// Of the namespace of Terway.
  var configurations: [ObjectKey: TerwayConfigMap] = [:]
  /// On a node.
  var pods: @Sendable (String) -> [ClusterPod] = { _ in [] }
  var hasOwnENI: @Sendable (ClusterPod) -> Bool = { _ in false }
  /// By namespace and name.
  var pod: @Sendable (ObjectKey) -> ClusterPod? = { _ in nil }
  var podENIs: [PodENI] = []
  /// Uids of pods whose kubelet said that it could not give them a network.
  var podsWithoutNetwork: Set<String> = []
  /// Pods that no node has room for.
  var pendingPods = 0
  /// How old what is known may be, in seconds; `nil` = nothing is known.
  var resourcesAge: Double? = 0
  var podsAge: Double? = 0
  /// What a Prometheus told of the nodes whose daemon owns the pool, to whichever policy.
  var readings: [String: UtilisationReadings.Reading] = [:]
  /// Empty = unknown.
  var terwayVersion = ""

  /// The configuration of the cluster; `nil` where it cannot be seen or read.
  var base: EniConfiguration? {
    if case .configuration(let configuration)? = configurations[TerwayConfigMap.base]?.content {
      configuration
    } else {
      nil
    }
  }

  /// Of the controlplane; empty = none.
  var degradation: String { configurations[TerwayConfigMap.controlplane]?.degradation ?? "" }

  /// True while the controlplane changes nothing, or nothing in the cloud.
  var isDegraded: Bool { TerwayConfigMap.paralysingDegradations.contains(degradation) }

  /// Until when the cloud refuses all calls of the account, in seconds since 1970; `nil` where it refused none.
  var throttledUntil: Double? { resources.values.lazy.flatMap(\.interfaces).compactMap(\.throttledUntil).max() }

  /// The configuration that a node had before us.
  func own(of node: ClusterNode) -> OwnConfiguration {
    let name = node.originalLabel
    guard !name.isEmpty else { return .none }
    guard let map = configurations[ObjectKey(namespace: TerwayConfigMap.namespace, name: name)] else {
      return .unusable(.missingNodeConfig)
    }
    switch map.content {
    case .none: return .none
    case .malformed: return .unusable(.malformedNodeConfig)
    case .configuration(let configuration):
      return configuration.heldCredentials ? .unusable(.credentialsInNodeConfig) : .some(configuration)
    }
  }

  /// The daemon of a node; `nil` while there is none, it goes, or it is not certain which it is.
  func daemon(of node: String) -> ClusterPod? {
    let daemons = pods(node).filter { $0.isTerwayDaemon && $0.isAlive && !$0.metadata.isBeingDeleted }
    return daemons.count == 1 ? daemons[0] : nil
  }

  /// Whether a node's daemon owns its pool.
  func isLegacy(_ node: ClusterNode) -> Bool {
    NodeMode(node, resource: resources[node.key], base: base, own: own(of: node).configuration) == .legacy
  }

  enum OwnConfiguration: Hashable, Sendable {
    case none
    case some(EniConfiguration)
    case unusable(SkipReason)

    var configuration: EniConfiguration? { if case .some(let configuration) = self { configuration } else { nil } }
    var obstacle: SkipReason? { if case .unusable(let reason) = self { reason } else { nil } }
  }
}

extension ClusterNode {
  /// What the label `terway-config` says; empty = there is none.
  var label: String { metadata.labels[Self.configurationLabel] ?? "" }

  /// What the label said before us. A class of ours without a note of that was given to a node that had none, as far as
  /// anybody can tell.
  var originalLabel: String { originalConfiguration ?? (label.hasPrefix("eniap-") ? "" : label) }

  /// Whether somebody else has changed the label since we did.
  var isLabelTaken: Bool { originalConfiguration != nil && poolChange.map { $0.label != label } ?? false }

  /// What the objects say of the change of its pool.
  func actuationState(_ resource: TerwayNode?, room: Int, idle: Int) -> NodeActuation.State {
    var state = NodeActuation.State()
    (state.label, state.original, state.change) = (label, originalConfiguration, poolChange)
    (state.room, state.idle) = (room, idle)
    state.resource = resource.map { resource in
      NodeActuation.State.Resource(
        band: resource.pool.band, touch: resource.metadata.annotations[Touch.annotation].flatMap { Touch(text: $0) })
    }
    return state
  }
}

extension TerwayNode.Pool {
  /// `nil` where it names no bounds.
  var band: PoolBand? {
    if let minimum, let maximum { PoolBand(min: minimum, max: maximum) } else { nil }
  }
}

extension PoolChange {
  /// What it asks for; `nil` where the original decides.
  var band: PoolBand? { maximum < 0 ? nil : PoolBand(min: minimum, max: maximum) }
}
