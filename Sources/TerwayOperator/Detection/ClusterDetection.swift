import ControllerRuntime
import KubernetesClient
import KubernetesModel
import Monitoring
import Prometheus
import TerwayModel

/// What a cluster shows that matters for what is generated: Terway's mode and version, what serves metrics and who scrapes
/// them, and which kinds are installed. Each cache holds a handful of objects, and of these little.
struct ClusterDetection: Sendable {
  let definitions: Informer<CustomResourceDefinitionView>
  let prometheuses: Informer<PrometheusView>
  let serviceMonitors: Informer<ScrapeMonitorView>
  let configurations: Informer<EniConfigView>
  let controlplaneConfigurations: Informer<ControlplaneConfigView>
  let daemons: Informer<WorkloadView>
  /// DaemonSets of node_exporter, and of our agents.
  let nodeExporters: Informer<WorkloadView>
  let controlplanes: Informer<WorkloadView>
  let services: Informer<MetricsServiceView>
  let namespaces: Informer<MetadataOnly>
  let endpoint: OperatorEndpoint

  init(
    client: KubernetesClient, endpoint: OperatorEndpoint, caches: CacheSet, registry: MetricRegistry, logger: Logger
  ) {
    func informer<Object: KubernetesObject>(_ selection: ResourceSelection) -> Informer<Object> {
      Informer(selection, client: client, registry: registry, logger: logger)
    }
    self.endpoint = endpoint
    definitions = informer(ResourceSelection(CustomResourceDefinitionView.resource))
    prometheuses = informer(ResourceSelection(PrometheusView.resource))
    serviceMonitors = informer(ResourceSelection(ScrapeMonitorView.resource))
    // The names are fixed in Terway's own code; the namespace is the profile's to say.
    configurations = informer(ResourceSelection(EniConfigView.resource, fields: "metadata.name=eni-config"))
    daemons = informer(ResourceSelection(WorkloadView.daemonSet, fields: "metadata.name=terway-eniip"))
    controlplaneConfigurations = informer(
      ResourceSelection(ControlplaneConfigView.resource, fields: "metadata.name=terway-controlplane"))
    controlplanes = informer(ResourceSelection(WorkloadView.deployment, fields: "metadata.name=terway-controlplane"))
    nodeExporters = informer(ResourceSelection(WorkloadView.daemonSet, labels: ClusterView.nodeExporterSelector))
    services = informer(
      ResourceSelection(
        MetricsServiceView.resource, namespace: endpoint.namespace,
        labels: LabelSelector(matchLabels: endpoint.labels)))
    namespaces = informer(
      ResourceSelection(ResourceType("v1", "Namespace", plural: "namespaces", namespaced: false)))
    let required: [any Cache] = [
      definitions, configurations, daemons, controlplaneConfigurations, controlplanes, nodeExporters, services,
      namespaces,
    ]
    for cache in required { caches.add(cache) }
    caches.addOptional(prometheuses)
    caches.addOptional(serviceMonitors)
    definitions.run([prometheuses], while: PrometheusView.resource)
    definitions.run([serviceMonitors], while: ScrapeMonitorView.resource)
  }

  /// Calls back whenever something changed that may change what is generated, or what is said of it.
  func onChange(_ handler: @escaping @Sendable (ChangeOrigin) -> Void) {
    func follow<Object, Facts: Equatable & SendableMetatype>(
      _ informer: Informer<Object>, _ facts: @escaping @Sendable (Object) -> Facts
    ) {
      informer.onChange { change, origin in
        if case .updated(let former, let current) = change, facts(former) == facts(current) { return }
        handler(origin)
      }
    }
    follow(prometheuses, \.detected)
    follow(configurations, \.facts)
    follow(controlplaneConfigurations, \.metricsPort)
    for workloads in [daemons, nodeExporters, controlplanes] { follow(workloads, \.facts) }
    follow(services, \.ports)
    follow(definitions, \.newerFields)
    serviceMonitors.onChange { change, origin in
      // Ours are no news to us.
      switch change {
      case .updated(let former, let current) where former.exporters == current.exporters: return
      case .added(let monitor), .deleted(let monitor): if monitor.isOurs { return }
      case .updated: break
      }
      handler(origin)
    }
    namespaces.onChange { change, origin in
      switch change {
      // One that appears may be one that objects wait for; labels decide about who selects objects.
      case .added: handler(origin)
      case .updated(let former, let current) where former.metadata.labels != current.metadata.labels: handler(origin)
      case .updated, .deleted: break
      }
    }
  }

  /// `nil` where there is no such namespace.
  func labels(ofNamespace name: String) -> [String: String]? {
    namespaces.store[ObjectKey(name: name)]?.metadata.labels
  }

  /// What a profile with this spec is to see.
  func view(for spec: MonitoringProfileSpec) -> ClusterView {
    func terway(_ name: String) -> ObjectKey { ObjectKey(namespace: spec.terway.namespace, name: name) }
    var view = ClusterView(endpoint: endpoint)
    view.prometheuses = prometheuses.store.objects.map(\.detected)
    view.monitors = serviceMonitors.store.objects.filter { !$0.isOurs }.map(\.exporters)
    view.configuration = configurations.store[terway("eni-config")]?.facts
    view.controlplanePort = controlplaneConfigurations.store[terway("terway-controlplane")]?.metricsPort
    view.daemon = daemons.store[terway("terway-eniip")]?.facts
    view.controlplane = controlplanes.store[terway("terway-controlplane")]?.facts
    let nodeExporters = nodeExporters.store.objects
    view.nodeExporters = nodeExporters.filter { !$0.facts.isAgent }.map(\.facts)
    view.agents = nodeExporters.filter { $0.facts.isAgent && $0.metadata.namespace == endpoint.namespace }.map(\.facts)
    view.services = services.store.objects.map(\.ports)
    view.namespaceLabels = labels(ofNamespace: spec.namespace)
    for kind in GeneratedResource.optional {
      guard let definition = definitions.store[ObjectKey(name: kind.qualifiedName)] else { continue }
      if !definition.newerFields.isEmpty { view.newerFields[kind.kind.kind] = definition.newerFields }
    }
    return view
  }
}
