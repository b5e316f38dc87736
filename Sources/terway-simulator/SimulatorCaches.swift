import ControllerRuntime
import KubernetesClient
import KubernetesModel
import Prometheus
import TerwaySimulation

/// What is followed on the API server.
struct SimulatorCaches: Sendable {
  let nodes: Informer<NodeView>
  let configMaps: Informer<ConfigMapView>
  let resources: Informer<ResourceView>
  let podENIs: Informer<MetadataOnly>
  let pods: Informer<PodView>
  /// In the order in which the stand-in is to hear of them: a pod means nothing before its node is known.
  private let order: [any Cache]

  init(client: KubernetesClient, ipam: StandIn.IPAM, registry: MetricRegistry, logger: Logger) {
    let played = LabelSelector(matchLabels: [StandIn.playedLabel: "true"])
    nodes = Informer(
      ResourceSelection(NodeView.resource, labels: played), client: client, registry: registry, logger: logger)
    configMaps = Informer(
      ResourceSelection(ConfigMapView.resource, namespace: ConfigMapView.namespace), client: client,
      registry: registry, logger: logger)
    resources = Informer(ResourceSelection(ResourceView.resource), client: client, registry: registry, logger: logger)
    podENIs = Informer(ResourceSelection(PodENIWrites.resource), client: client, registry: registry, logger: logger)
    pods = Informer(ResourceSelection(PodView.resource), client: client, registry: registry, logger: logger)
    order = ipam == .crd ? [nodes, configMaps, resources, podENIs, pods] : [nodes, configMaps, pods]
  }

  /// Tells the simulator everything until the task is cancelled; calls `ready` once it knows what there was.
  func run(into simulator: Simulator, ready: @Sendable () -> Void) async {
    tell(simulator)
    for cache in order {
      cache.start()
      await cache.synced()
    }
    if !Task.isCancelled { ready() }
    let (never, end) = AsyncStream.makeStream(of: Never.self)
    await withTaskCancellationHandler {
      for await _ in never {}
    } onCancel: {
      end.finish()
    }
    for cache in order { await cache.shutDown() }
  }

  private func tell(_ simulator: Simulator) {
    nodes.onChange { change, _ in
      if case .deleted = change {
        simulator.handle(.nodeGone(change.object.metadata.name))
      } else {
        simulator.handle(.node(change.object.facts))
      }
    }
    configMaps.onChange { change, _ in
      let isGone = if case .deleted = change { true } else { false }
      simulator.handle(
        .configuration(name: change.object.metadata.name, text: isGone ? nil : change.object.text))
    }
    resources.onChange { change, _ in simulator.take(change) }
    podENIs.onChange { change, _ in
      guard case .deleted(let gone) = change else { return }
      simulator.handle(.podENIGone(PodENIWrites.node(of: gone.key)))
    }
    pods.onChange { change, _ in
      if case .deleted(let gone) = change {
        simulator.handle(.podGone(gone.key, uid: gone.metadata.uid))
      } else {
        simulator.handle(.pod(change.object.facts))
      }
    }
  }
}

extension Simulator {
  fileprivate func take(_ change: StoreChange<ResourceView>) {
    let view = change.object
    if case .deleted = change {
      state.withLock { $0.written[view.metadata.name] = nil }
      return handle(.resourceGone(view.metadata.name))
    }
    var facts = StandIn.ResourceFacts(name: view.metadata.name, spec: view.spec)
    facts.uid = view.metadata.uid
    facts.nextSync = view.nextSync.map(pace.played)
    let isTouched = if case .updated(let former, _) = change { !view.differsInStatusOnly(from: former) } else { true }
    handle(.resource(facts, isTouched: isTouched))
  }
}
