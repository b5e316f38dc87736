import ControllerRuntime
import EniScaling
import HTTPTransport
import KubernetesClient
import KubernetesModel
import Prometheus
import TerwayModel

/// The controller of `EniAutoscalePolicy`: what makes it look at a policy before its interval is over.
struct AutoscaleController: Sendable {
  let controller: Controller<ObjectKey>

  /// - Parameters:
  ///   - writer: for everything that changes something.
  ///   - http: for asking a Prometheus.
  ///   - namespace: our own, where what was learned is kept, and Secrets are read.
  ///   - terwaySpeed: how many times as fast as in life Terway is, when it is played.
  init(
    caches: AutoscaleCaches, writer: KubernetesClient, http: any HTTPClient, namespace: String,
    defaults: EniAutoscaleDefaults, terwaySpeed: Double,
    events: EventRecorder, registry: MetricRegistry, logger: Logger
  ) {
    let reconciler = AutoscaleReconciler(
      client: writer, caches: caches, defaults: defaults,
      snapshots: SnapshotStorage(client: writer, namespace: namespace),
      signals: SignalReader(client: writer, namespace: namespace, http: http),
      events: AutoscaleEvents(recorder: events),
      metrics: AutoscaleMetrics(registry), zones: ZoneRules.installed, speed: terwaySpeed,
      now: { Timestamp.now.seconds })
    var configuration = ControllerConfiguration()
    // Budgets hold for all policies together.
    configuration.workers = 1
    // What is tried again soon is what the evaluation interval is for.
    configuration.queue.baseDelay = .seconds(1)
    let controller = Controller<ObjectKey>(
      name: "eniautoscalepolicy", configuration: configuration, registry: registry, logger: logger
    ) { key, context in try await reconciler.reconcile(key, context) }
    self.controller = controller
    follow(caches)
  }

  private func follow(_ caches: AutoscaleCaches) {
    let controller = controller
    let policies = caches.policies.store
    let enqueueAll: @Sendable (ChangeOrigin) -> Void = { origin in
      for key in policies.snapshot.keys { controller.enqueue(key, origin.priority) }
    }
    caches.policies.onChange { change, origin in
      guard change.isWorthALook else { return }
      controller.enqueue(change.key, origin.priority)
      // Who has a node depends on all of them.
      enqueueAll(origin)
    }
    caches.configurations.onChange { change, origin in
      if case .updated(let former, let current) = change, former.isLike(current) { return }
      if !change.object.isOurs || change.isDeletion { enqueueAll(origin) }
    }
    caches.resources.clusterNodes.onChange { change, origin in
      if case .updated(let former, let current) = change, former.isLike(current) { return }
      enqueueAll(origin)
      // One that is noted for a policy that is gone.
      if let policy = change.object.poolChange?.policy, policies[ObjectKey(name: policy)] == nil {
        controller.enqueue(ObjectKey(name: policy), .background)
      }
    }
    caches.resources.nodes.onChange { change, origin in
      if case .updated(let former, let current) = change, former.isLike(current) { return }
      enqueueAll(origin)
      let touch = change.object.metadata.annotations[Touch.annotation].flatMap { Touch(text: $0) }
      if let policy = touch?.policy, policies[ObjectKey(name: policy)] == nil {
        controller.enqueue(ObjectKey(name: policy), .background)
      }
    }
    caches.resources.pods.onChange { change, origin in
      if change.isCallForHelp { enqueueAll(origin) }
    }
  }
}

extension StoreChange {
  fileprivate var isDeletion: Bool { if case .deleted = self { true } else { false } }
}

extension StoreChange<EniAutoscalePolicy> {
  /// False for what we wrote ourselves: the status, and our finalizer.
  fileprivate var isWorthALook: Bool {
    guard case .updated(let former, let current) = self else { return true }
    return former.metadata.uid != current.metadata.uid || former.metadata.generation != current.metadata.generation
      || former.metadata.isBeingDeleted != current.metadata.isBeingDeleted
      || former.metadata.annotations != current.metadata.annotations
  }
}

extension StoreChange<ClusterPod> {
  /// A pod that waits for an address or a node, and did not before.
  fileprivate var isCallForHelp: Bool {
    switch self {
    case .added(let pod): pod.needsHelp
    case .updated(let former, let current): current.needsHelp && !former.needsHelp
    case .deleted: false
    }
  }
}

extension ClusterPod {
  fileprivate var needsHelp: Bool {
    isAlive && !usesHostNetwork && (node.isEmpty ? isUnschedulable : !hasAddress)
  }
}

extension TerwayConfigMap {
  fileprivate func isLike(_ other: TerwayConfigMap) -> Bool {
    content == other.content && degradation == other.degradation && metadata.labels == other.metadata.labels
      && metadata.uid == other.metadata.uid
  }
}

extension ClusterNode {
  /// Whether another state of the node means the same for the size of its pool: heartbeats do.
  fileprivate func isLike(_ other: ClusterNode) -> Bool {
    metadata.labels == other.metadata.labels && originalConfiguration == other.originalConfiguration
      && poolChange == other.poolChange && maxAvailableIPs == other.maxAvailableIPs
      && isNotReady == other.isNotReady && metadata.uid == other.metadata.uid
      && metadata.isBeingDeleted == other.metadata.isBeingDeleted
  }
}

extension TerwayNode {
  /// Whether another state means nothing that cannot wait for the next evaluation.
  fileprivate func isLike(_ other: TerwayNode) -> Bool {
    pool == other.pool && capacity == other.capacity && flavors == other.flavors
      && configuration == other.configuration && metadata.annotations == other.metadata.annotations
      && metadata.labels == other.metadata.labels && metadata.uid == other.metadata.uid
      && metadata.isBeingDeleted == other.metadata.isBeingDeleted
      && interfaces.map(\.supply) == other.interfaces.map(\.supply)
  }
}

extension TerwayNode.Interface {
  /// What of an interface new pods depend on.
  fileprivate var supply: [String] {
    [id, status, "\(isUsable)", "\(addresses.idle)", "\(insufficientIP ?? 0)"]
  }
}
