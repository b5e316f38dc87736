import ControllerRuntime
import FoundationEssentials
import HTTPTransport
import KubernetesClient
import KubernetesModel
import Monitoring
import Prometheus
import TerwayModel

/// The operator as one process: makes the parts and ties them together. It decides nothing.
public struct Operator: Sendable {
  private let lifecycle: Lifecycle

  /// Reads the configuration, asks the API server what it serves, and opens the ports.
  ///
  /// - Throws: `ConfigurationError` or `ConnectionFailure` when the API server cannot be used; `HTTPServerError` when a
  ///   port cannot be opened; `EniAutoscaleDefaults.Invalid` for environment variables that hold no size.
  public init(_ options: OperatorOptions, environment: [String: String]) async throws {
    let logger = Logger(level: options.logLevel, format: options.logFormat)
    let registry = MetricRegistry()
    ProcessCollector.collect(into: registry)
    let configuration = try ClusterConfiguration.detect(
      kubeconfig: options.kubeconfig, context: options.context, environment: environment)
    let transport = CurlTransport()
    func client(_ http: any HTTPClient) -> KubernetesClient {
      KubernetesClient(configuration: configuration, http: http, userAgent: options.userAgent, metrics: registry)
    }
    let direct = client(transport)
    let served: ServedKinds
    do {
      served = try await ServedKinds.ask(direct, about: GeneratedResource.all)
    } catch {
      throw ConnectionFailure(configuration, reason: error)
    }
    logger.info(
      "connected", ["server": configuration.server, "version": served.version, "configuration": configuration.origin])

    let namespace = options.leaderElectionNamespace ?? configuration.namespace
    let identity = "\(ProcessInfo.processInfo.hostName)-\(UUID().uuidString)".lowercased()
    let elector =
      options.usesLeaderElection
      ? LeaderElector(
        storage: KubernetesLeaseStorage(
          client: direct, key: ObjectKey(namespace: namespace, name: "terway-operator")),
        name: "terway-operator", identity: identity, timing: options.leaseTiming, registry: registry, logger: logger)
      : nil
    // Controllers write only while this process leads.
    let fenced = client(
      FencedHTTPClient(transport, leadership: elector?.leadership ?? .uncontested()))

    let caches = CacheSet()
    let events = EventRecorder(
      storage: KubernetesEventStorage(
        client: fenced, controller: "ops.terway.io/terway-operator", instance: identity),
      instance: identity, registry: registry, logger: logger)
    let profiles = ProfileController(
      client: direct, writer: fenced, served: served.kinds, endpoint: .init(besides: configuration), events: events,
      caches: caches, workers: options.workers, registry: registry, logger: logger)
    let tests = PerformanceTestController(
      client: direct, writer: fenced, profiles: profiles.profiles, events: events, caches: caches, registry: registry,
      logger: logger)
    let resources = NetworkResources(
      client: direct, definitions: profiles.definitions, caches: caches, registry: registry, logger: logger)
    let autoscaleCaches = AutoscaleCaches(
      client: direct, resources: resources, daemons: profiles.daemons, definitions: profiles.definitions,
      caches: caches, registry: registry, logger: logger)
    let sizing = AutoscaleController(
      caches: autoscaleCaches, writer: fenced, http: transport, namespace: configuration.namespace,
      defaults: try EniAutoscaleDefaults(environment: environment), terwaySpeed: Double(options.terwaySpeed),
      events: events, registry: registry, logger: logger)
    _ = TerwayExporter(resources, configurations: autoscaleCaches.configurations, registry: registry) {
      Timestamp.now.seconds
    }
    let permissions = PermissionCheck(
      client: direct, namespace: namespace,
      required: Permission.clusterWide + (elector == nil ? [] : Permission.ownNamespace), logger: logger)

    let endpoints = ServiceEndpoints(registry: registry) {
      caches.complaints + [permissions.complaint].compactMap(\.self)
    }
    let servers = try endpoints.listen(metrics: options.metricsAddress, health: options.healthAddress)
    for server in servers { logger.info("listening", ["address": server.address.description, "for": server.purpose]) }

    let controllers: [any ControllerRunning] = [profiles.controller, tests.controller, sizing.controller]
    var parts = servers.map(\.part)
    parts.append(.background("permissions", permissions.run))
    parts.append(.caches(caches))
    parts.append(.background("events", events.run))
    parts.append(elector.map { .controllers(controllers, under: $0) } ?? .controllers(controllers))
    lifecycle = Lifecycle(parts: parts, logger: logger)
  }

  /// Runs until the process is told to stop or a part fails.
  public func run() async -> ExitReason { await lifecycle.run() }
}

extension LifecyclePart {
  /// Work that nothing waits for.
  fileprivate static func background(_ name: String, _ run: @escaping @Sendable () async -> Void) -> LifecyclePart {
    LifecyclePart(name) { ready in
      ready()
      await run()
    }
  }
}

extension OperatorEndpoint {
  /// Where Prometheus finds our metrics: the Service beside our own pod; from outside of the cluster, where it is shipped.
  fileprivate init(besides configuration: ClusterConfiguration) {
    self.init()
    if configuration.isInCluster { namespace = configuration.namespace }
  }
}
