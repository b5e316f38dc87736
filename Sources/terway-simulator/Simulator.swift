import ControllerRuntime
import FoundationEssentials
import KubernetesClient
import KubernetesModel
import Locking
import Prometheus
import TerwaySimulation

/// Carries the stand-in's events in and its actions out. It decides nothing.
final class Simulator: Sendable {
  /// What is worked on, one at a time each.
  enum Work: Hashable, Sendable, CustomStringConvertible {
    case write(StandIn.Target)
    case read(String)
    case clock

    var description: String {
      switch self {
      case .write(let target): "\(target)"
      case .read(let node): "configuration of \(node)"
      case .clock: "clock"
      }
    }
  }

  struct State {
    var standIn: StandIn
    /// The status of each resource as it was written last.
    var written: [String: PlayedStatus] = [:]
    /// When the clock will look, in played seconds.
    var alarm = Double.infinity
  }

  let client: KubernetesClient
  let caches: SimulatorCaches
  let state: Lock<State>
  let pace: Pace
  let daemonSet: OwnerReference
  private let events: EventRecorder
  private let logger: Logger
  private let registry = MetricRegistry()
  private let controller = Lock<Controller<Work>?>(nil)
  private let metricsPort: UInt16?

  init(_ options: RunOptions, client: KubernetesClient, logger: Logger) async throws {
    self.client = client
    self.logger = logger
    metricsPort = options.metricsPort
    pace = Pace(origin: Self.realTime, speed: options.speed)
    var standIn = StandIn(options.cluster, pace: pace, workload: try options.readWorkload())
    let installation = Installation(client: client, options: options, logger: logger)
    daemonSet = try await installation.install(&standIn)
    state = Lock(State(standIn: standIn))
    caches = SimulatorCaches(client: client, ipam: options.cluster.ipam, registry: registry, logger: logger)
    let instance = "terway-simulator-\(UUID().uuidString.prefix(8).lowercased())"
    events = EventRecorder(
      storage: KubernetesEventStorage(client: client, controller: "terway-daemon", instance: instance),
      instance: instance, registry: registry, logger: logger)
    var configuration = ControllerConfiguration()
    configuration.workers = 16
    configuration.queue.maximumDelay = .seconds(5)
    let controller = Controller<Work>(
      name: "terway-simulator", configuration: configuration, registry: registry, logger: logger
    ) { [weak self] work, context in
      guard let self else { return .done }
      return try await carryOut(work, context)
    }
    self.controller.withLock { $0 = controller }
  }

  /// Runs until the process is told to stop.
  func run() async -> ExitReason {
    guard let controller = controller.withLock({ $0 }) else { return .stopped(by: "nobody") }
    let feed = LifecyclePart("caches") { [self] ready in
      await caches.run(into: self) {
        logger.info("ready")
        ready()
      }
    }
    let reports = LifecyclePart("events") { [events] ready in
      ready()
      await events.run()
    }
    do {
      let servers = try metricsPort.map { [try serveMetrics(on: $0)] } ?? []
      return await Lifecycle(parts: servers + [reports, feed, .controllers([controller])], logger: logger).run()
    } catch {
      return .failed(part: "metrics server", error: "\(error)")
    }
  }

  private func serveMetrics(on port: UInt16) throws -> LifecyclePart {
    let server = try HTTPServer(
      listeningOn: ListenAddress(host: "127.0.0.1", port: port),
      routes: [
        "/metrics": { [self] _ in
          HTTPServer.Response(
            contentType: "text/plain; version=0.0.4; charset=utf-8", text: state.withLock { $0.standIn.metricsText })
        }
      ])
    logger.info("listening", ["for": "metrics", "address": "\(server.address)"])
    return LifecyclePart("metrics server") { ready in
      ready()
      await server.run()
    }
  }

  static var realTime: Double { Date().timeIntervalSince1970 }
  var now: Double { pace.played(Self.realTime) }

  func handle(_ event: StandIn.Event) {
    let now = now
    let (actions, isSooner) = state.withLock { state in
      let actions = state.standIn.handle(event, at: now)
      let next = state.standIn.nextDue ?? .infinity
      guard next < state.alarm else { return (actions, false) }
      state.alarm = next
      return (actions, true)
    }
    for action in actions { perform(action) }
    if isSooner { controller.withLock { $0 }?.enqueue(.clock) }
  }

  private func perform(_ action: StandIn.Action) {
    let controller = controller.withLock { $0 }
    switch action {
    // Changes with every daemon: a look now and then is enough.
    case .write(.daemonSet): controller?.queue.add(.write(.daemonSet), after: .milliseconds(500))
    case .write(let target): controller?.enqueue(.write(target))
    case .read(let node): controller?.enqueue(.read(node))
    case .report(let notice): events.record(eventNotice(notice))
    }
  }

  private func carryOut(_ work: Work, _ context: ReconcileContext) async throws -> Outcome {
    switch work {
    case .clock: return tick()
    case .read(let node): try await readConfiguration(of: node)
    case .write(let target):
      do {
        try await write(target, context)
      } catch let error as StatusError where error.reason == .notFound || error.reason == .conflict {
        // It has gone, or is another one: the watch tells.
        logger.debug("cannot write", ["object": "\(target)", "error": "\(error)"])
      }
    }
    return .done
  }

  private func tick() -> Outcome {
    // Until it is known when the next is due, any event may say that it is sooner.
    state.withLock { $0.alarm = .infinity }
    handle(.tick)
    let next = state.withLock { state in
      state.alarm = state.standIn.nextDue ?? .infinity
      return state.alarm
    }
    guard next.isFinite else { return .done }
    return .after(.seconds(max(0.005, pace.real(next) - Self.realTime)))
  }

  /// Fresh from the server, as the daemon reads it: a watch may be behind what somebody has just done.
  private func readConfiguration(of name: String) async throws {
    do {
      let node = try await client.get(NodeView.self, ObjectKey(name: name))
      for configuration in ["eni-config", node.facts.configuration].compactMap(\.self) {
        handle(.configuration(name: configuration, text: try await text(of: configuration)))
      }
      handle(.node(node.facts))
      handle(.configurationRead(node: name))
    } catch let error as StatusError where error.reason == .notFound {
      return
    }
  }

  private func text(of configuration: String) async throws -> String? {
    do {
      let key = ObjectKey(namespace: ConfigMapView.namespace, name: configuration)
      return try await client.get(ConfigMapView.self, key).text
    } catch let error as StatusError where error.reason == .notFound {
      return nil
    }
  }

  private func eventNotice(_ notice: StandIn.Notice) -> EventNotice {
    let subject: EventNotice.Subject =
      switch notice.subject {
      // The kubelet's own custom: a Node's name stands for its uid.
      case .node(let name): .init(kind: NodeView.resource.kind, key: ObjectKey(name: name), uid: name)
      case .resource(let name): .init(kind: ResourceView.resource.kind, key: ObjectKey(name: name), uid: name)
      case .pod(let key, let uid): .init(kind: PodView.resource.kind, key: key, uid: uid)
      }
    return EventNotice(
      notice.isWarning ? .warning : .normal, notice.reason, action: notice.reason, note: notice.note,
      regarding: subject)
  }
}
