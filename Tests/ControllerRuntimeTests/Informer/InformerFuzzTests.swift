import HTTPTransport
import KubernetesModel
import Prometheus
import Testing

@testable import ControllerRuntime
@testable import KubernetesClient

/// An informer over a model of a server, and all that must hold after each update.
private final class WatchedModel: Sendable {
  let server: ModelServer
  private let informer: Informer<Paint>
  private let clientPauses: Locked<[Duration]>
  /// What the changes that handlers were told lead to.
  private let told = Locked<[ObjectKey: Paint]>([:])
  private let newest = Locked(0)
  private let isOver = Completion()

  init(_ server: ModelServer, startsWithInitialEvents: Bool) {
    self.server = server
    let pauses = Locked<[Duration]>([])
    clientPauses = pauses
    var client = KubernetesClient(
      configuration: ClusterConfiguration(server: "https://model", endpoint: HTTPEndpoint(), origin: "test"),
      http: server, userAgent: "test")
    client.pause = { pause in
      try Task.checkCancellation()
      pauses.withLock { $0.append(pause) }
    }
    let selection = ResourceSelection(
      ResourceType("example.org/v1", "Paint", plural: "paints", namespaced: true))
    let check = Locked<(@Sendable (WatchUpdate<Paint>) -> Void)?>(nil)
    informer = Informer(name: "paints", registry: MetricRegistry(), logger: .silent) { [client] report in
      await client.watch(selection, startsWithInitialEvents: startsWithInitialEvents, as: Paint.self) { update in
        await report(update)
        check.value?(update)
      }
    }
    check.withLock { $0 = { [weak self] in self?.check(after: $0) } }
    informer.onChange { [weak self] change, origin in
      self?.take(change)
      // Of a list every reader sees everything, from the first change that is told.
      if origin == .list { self?.checkState("while a list is told") }
    }
  }

  func run() async {
    informer.start()
    await isOver.wait()
    await informer.shutDown()
  }

  private func take(_ change: StoreChange<Paint>) {
    told.withLock { told in
      switch change {
      case .added(let paint):
        #expect(told.updateValue(paint, forKey: paint.key) == nil, "added twice")
      case .updated(let former, let paint):
        #expect(told.updateValue(paint, forKey: paint.key) == former, "updated from another state")
      case .deleted(let paint):
        #expect(told.removeValue(forKey: paint.key) == paint, "deleted what was not there")
      }
    }
  }

  private func check(after update: WatchUpdate<Paint>) {
    // The event behind an object that cannot be read is complete with the progress that follows.
    if case .undecodable = update { return }
    checkState("\(update)".prefix(200))
    #expect(told.value == informer.store.snapshot, "what was told does not lead to what is held")
    if let final = server.finalVersion, informer.store.resourceVersion?.text == final { isOver.complete() }
  }

  /// Every state that can be seen is one that the server had, and none is older than one before it.
  private func checkState(_ when: some StringProtocol) {
    guard let version = informer.store.resourceVersion?.text, let number = Int(version) else { return }
    let held = Dictionary(
      uniqueKeysWithValues: informer.store.snapshot.values.map {
        ($0.metadata.name, ModelServer.Item(version: Int($0.metadata.resourceVersion.text) ?? 0, color: $0.color))
      })
    #expect(held == server.readable(at: version), "at \(version), after \(when)")
    newest.withLock { newest in
      #expect(number >= newest, "went back in time, after \(when)")
      newest = number
    }
  }

  /// How often everything was asked for, and how often there was reason to; the pauses; the objects in the end.
  var outcome: (wholeStates: (asked: Int, reasons: Int), pauses: [Duration], objects: Int) {
    (server.wholeStates, clientPauses.value, informer.store.count)
  }
}

@Suite(.timeLimit(.minutes(10)))
struct `Informer under fuzz` {
  @Test(arguments: UInt64(1)...48)
  func `shows only states that the server had, in order, whatever goes wrong, and the last one in the end`(
    seed: UInt64
  ) async {
    let streaming = ModelServer.Streaming.allCases[Int(seed % 3)]
    let model = WatchedModel(
      ModelServer(seed: seed, streaming: streaming, answers: 1_200), startsWithInitialEvents: seed % 4 != 0)
    await model.run()
    let (wholeStates, pauses, _) = model.outcome
    #expect(wholeStates.asked <= wholeStates.reasons, "everything was fetched without need")
    #expect(wholeStates.asked > 1, "the schedule was too tame to prove anything")
    #expect(pauses.allSatisfy { $0 >= .zero && $0 < .seconds(34) })
  }
}
