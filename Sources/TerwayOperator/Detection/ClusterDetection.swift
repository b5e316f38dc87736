import ControllerRuntime
import KubernetesClient
import KubernetesModel
import Monitoring
import Prometheus
import TerwayModel

/// What a cluster shows that matters for what is generated: Terway's mode and version, the Prometheus resources, and
/// which kinds are installed.
struct ClusterDetection: Sendable {
  let definitions: Informer<CustomResourceDefinitionView>
  let prometheuses: Informer<PrometheusView>
  let configurations: Informer<EniConfigView>
  let daemons: Informer<TerwayDaemonView>
  let namespaces: Informer<MetadataOnly>

  init(client: KubernetesClient, caches: CacheSet, registry: MetricRegistry, logger: Logger) {
    func informer<Object: KubernetesObject>(_ selection: ResourceSelection) -> Informer<Object> {
      Informer(selection, client: client, registry: registry, logger: logger)
    }
    definitions = informer(ResourceSelection(CustomResourceDefinitionView.resource))
    prometheuses = informer(ResourceSelection(PrometheusView.resource))
    // The names are fixed in Terway's own code; the namespace is the profile's to say.
    configurations = informer(ResourceSelection(EniConfigView.resource, fields: "metadata.name=eni-config"))
    daemons = informer(ResourceSelection(TerwayDaemonView.resource, fields: "metadata.name=terway-eniip"))
    namespaces = informer(
      ResourceSelection(ResourceType("v1", "Namespace", plural: "namespaces", namespaced: false)))
    for cache in [definitions, configurations, daemons, namespaces] as [any Cache] { caches.add(cache) }
    caches.addOptional(prometheuses)
  }

  /// Calls back whenever something changed that may change what is generated.
  func onChange(_ handler: @escaping @Sendable (ChangeOrigin) -> Void) {
    prometheuses.onChange { change, origin in
      if case .updated(let former, let current) = change, former.detected == current.detected { return }
      handler(origin)
    }
    configurations.onChange { change, origin in
      if case .updated(let former, let current) = change, former.ipamType == current.ipamType { return }
      handler(origin)
    }
    daemons.onChange { change, origin in
      if case .updated(let former, let current) = change, former.version == current.version { return }
      handler(origin)
    }
    namespaces.onChange { change, origin in
      // A namespace that appears may be one that objects wait for.
      if case .added = change { handler(origin) }
    }
  }

  /// True when objects of the kind can be read and written, as far as its CustomResourceDefinition says.
  func serves(_ kind: ResourceType) -> Bool {
    definitions.store[ObjectKey(name: kind.qualifiedName)]?.serves(kind) ?? false
  }

  /// What was detected, as a profile with this spec is to see it.
  func cluster(for spec: MonitoringProfileSpec) -> DetectedCluster {
    let configuration = configurations.store[ObjectKey(namespace: spec.terway.namespace, name: "eni-config")]
    let daemon = daemons.store[ObjectKey(namespace: spec.terway.namespace, name: "terway-eniip")]
    return DetectedCluster(
      ipam: spec.terway.ipam == .auto ? configuration?.ipam ?? .auto : spec.terway.ipam,
      terwayVersion: daemon?.version ?? "",
      prometheuses: prometheuses.store.objects.map(\.detected))
  }
}

extension EniConfigView {
  /// Terway's own rule: `crd` is the central IPAM, anything else each daemon's own.
  var ipam: MonitoringProfileSpec.Terway.IPAM {
    if isMalformed { return .auto }
    return ipamType == "crd" ? .crd : .legacy
  }
}
