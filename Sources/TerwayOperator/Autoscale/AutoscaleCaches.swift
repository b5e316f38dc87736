import ControllerRuntime
import KubernetesClient
import KubernetesModel
import Prometheus
import TerwayModel

/// What the sizing and healing of pools reads: policies, the ConfigMaps beside Terway, what Terway's resources say, and what
/// kubelets say of pods without a network.
struct AutoscaleCaches: Sendable {
  let policies: Informer<EniAutoscalePolicy>
  let configurations: Informer<TerwayConfigMap>
  let resources: NetworkResources
  let daemons: Informer<WorkloadView>
  let sandboxFailures: Informer<SandboxFailure>

  /// - Parameter definitions: tells which kinds are installed.
  init(
    client: KubernetesClient, resources: NetworkResources, daemons: Informer<WorkloadView>,
    definitions: Informer<CustomResourceDefinitionView>, caches: CacheSet, registry: MetricRegistry, logger: Logger
  ) {
    let policies = Informer<EniAutoscalePolicy>(
      ResourceSelection(EniAutoscalePolicy.resource), client: client, registry: registry, logger: logger)
    let configurations = Informer<TerwayConfigMap>(
      ResourceSelection(TerwayConfigMap.resource, namespace: TerwayConfigMap.namespace), client: client,
      registry: registry, logger: logger)
    let sandboxFailures = Informer<SandboxFailure>(
      ResourceSelection(SandboxFailure.resource, fields: "reason=\(SandboxFailure.reason)"), client: client,
      registry: registry, logger: logger)
    (self.policies, self.configurations, self.sandboxFailures) = (policies, configurations, sandboxFailures)
    (self.resources, self.daemons) = (resources, daemons)
    for cache in [policies, configurations, sandboxFailures] as [any Cache] { caches.addOptional(cache) }
    definitions.run([policies], while: EniAutoscalePolicy.resource)
    definitions.run([configurations, sandboxFailures], while: TerwayNode.resource)
  }

  /// Whether everything was listed once: before, what is not there yet would be taken for gone.
  var areReady: Bool {
    policies.status.hasSynced && configurations.status.hasSynced && resources.nodes.status.hasSynced
      && resources.clusterNodes.status.hasSynced && resources.pods.status.hasSynced
  }

  /// Whether Terway's resources are installed.
  var hasTerway: Bool { resources.nodes.status.isRunning }

  /// Everything at one moment.
  var fleet: Fleet {
    var fleet = Fleet()
    fleet.policies = policies.store.objects
    fleet.nodes = resources.clusterNodes.store.objects
    fleet.resources = resources.nodes.store.snapshot
    fleet.configurations = configurations.store.snapshot
    let (pods, podENIs) = (resources.pods.store, resources.podENIs.store)
    fleet.pods = { pods.objects(NetworkResources.podsByNode, $0) }
    fleet.hasOwnENI = { podENIs[$0.key] != nil }
    fleet.pod = { pods[$0] }
    if resources.podENIs.status.hasSynced { fleet.podENIs = podENIs.objects }
    fleet.podsWithoutNetwork = Set(
      sandboxFailures.store.snapshot.values.lazy.filter(\.isOfNetwork).map(\.podUID))
    fleet.pendingPods = pods.keys(NetworkResources.unplacedPods, true).count
    fleet.resourcesAge = [resources.nodes.age, resources.clusterNodes.age].oldest
    fleet.podsAge = resources.pods.age?.seconds
    fleet.terwayVersion =
      daemons.store[ObjectKey(namespace: TerwayConfigMap.namespace, name: ClusterPod.daemonName)]?.facts.containers[
        "terway"]?
      .version ?? ""
    return fleet
  }
}

extension [Duration?] {
  /// In seconds; `nil` as soon as one is not known.
  fileprivate var oldest: Double? {
    let known = compactMap { $0?.seconds }
    return known.count == count ? known.max() : nil
  }
}
