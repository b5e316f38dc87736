import ControllerRuntime
import HTTPTransport
import KubernetesClient
import KubernetesModel
import Locking
import Prometheus
import Serialization

extension Benchmark {
  /// Events of a watch, from the bytes of the answer to the store, through client, watch protocol and informer.
  static let watch = Benchmark(
    name: "watch", summary: "events of a watch decoded and applied to a store, from a stream in memory"
  ) { _ in
    let small = WatchStream(objects: 1_000, events: 100_000) { index, version in
      PodLikeObject.served(index, version: version)
    }
    let large = WatchStream(objects: 1_000, events: 20_000) { index, version in
      NodeGenerator.served(index, version: version)
    }
    return {
      let pods = try await small.follow(as: MetadataOnly.self)
      let nodes = try await large.follow(as: NarrowNode.self)
      return [
        Measurement("objects of \(small.objectSize / 1000) KB", pods.perSecond, "events/s of CPU", .atLeast(20_000)),
        Measurement(
          "Terway Nodes of \(large.objectSize / 1000) KB", nodes.perSecond, "events/s of CPU", .atLeast(20_000)),
        Measurement("Terway Nodes, bytes", nodes.megabytesPerSecond, "MB/s of CPU"),
      ]
    }
  }
}

/// A list and the events that follow it, as bytes, and the server that sends them.
final class WatchStream: HTTPClient {
  private struct State {
    var next = 0
    var watches = 0
    var watch: Stopwatch?
    var result: Result?
  }

  struct Result {
    var perSecond: Double
    var megabytesPerSecond: Double
  }

  let objectSize: Int
  private let list: [UInt8]
  private let chunks: [[UInt8]]
  private let repetitions: Int
  private let events: Int
  private let state = Lock(State())

  /// - Parameter object: an object as a server sends it, by its index and its version.
  init(objects: Int, events: Int, object: (Int, Int) -> [UInt8]) {
    let comma = [UInt8(ascii: ",")]
    list =
      Array("{\"items\":[".utf8) + (0..<objects).map { object($0, 1) }.joined(separator: comma)
      + Array("],\"metadata\":{\"resourceVersion\":\"1\"}}".utf8)
    // Two versions of each object in turn: no event is one that the store has already.
    let lines = (0..<2 * objects).flatMap { number in
      Array("{\"type\":\"MODIFIED\",\"object\":".utf8) + object(number % objects, number + 2) + Array("}\n".utf8)
    }
    chunks = stride(from: 0, to: lines.count, by: NodeList.chunkSize).map {
      Array(lines[$0..<min($0 + NodeList.chunkSize, lines.count)])
    }
    objectSize = list.count / objects
    repetitions = max(1, events / (2 * objects))
    self.events = repetitions * 2 * objects
  }

  func follow<Object: KubernetesObject>(as type: Object.Type) async throws -> Result {
    state.withLock { $0 = State() }
    let client = KubernetesClient(
      configuration: ClusterConfiguration(server: "http://stream", endpoint: HTTPEndpoint(), origin: "memory"),
      http: self, userAgent: "terway-benchmark")
    let informer = Informer<Object>(
      ResourceSelection(NarrowNode.resource), client: client, registry: MetricRegistry(), logger: Logger(level: .error))
    informer.start()
    while true {
      if let result = state.withLock({ $0.result }) {
        await informer.shutDown()
        return result
      }
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  func send(_ request: HTTPRequest) async throws -> HTTPResponse {
    if !request.url.contains("watch=true") {
      return HTTPResponse(status: 200, body: HTTPBody(request.url.contains("/version") ? Array("{}".utf8) : list))
    }
    let isFirst = state.withLock { state in
      state.watches += 1
      return state.watches == 1
    }
    guard isFirst else { return HTTPResponse(status: 200, body: HTTPBody(unfolding: { try await Self.silence() })) }
    return HTTPResponse(status: 200, body: HTTPBody(unfolding: { try await self.nextChunk() }))
  }

  /// The last one is asked for only after everything before it was applied.
  private func nextChunk() async throws -> [UInt8]? {
    let chunk: [UInt8]? = state.withLock { state in
      let watch = state.watch ?? Stopwatch()
      state.watch = watch
      defer { state.next += 1 }
      if state.next < chunks.count * repetitions { return chunks[state.next % chunks.count] }
      let seconds = watch.cpu
      let bytes = Double(chunks.reduce(0) { $0 + $1.count } * repetitions)
      state.result = Result(perSecond: Double(events) / seconds, megabytesPerSecond: bytes / 1e6 / seconds)
      return nil
    }
    return if let chunk { chunk } else { try await Self.silence() }
  }

  private static func silence() async throws -> [UInt8]? {
    try await Task.sleep(for: .seconds(3600))
    return nil
  }
}

/// A small object, such as most are that are watched.
enum PodLikeObject {
  static func served(_ index: Int, version: Int) -> [UInt8] {
    let fields: JSONValue = .object(Dictionary(uniqueKeysWithValues: (0..<60).map { ("f:field-\($0)", [:]) }))
    let object: JSONValue = [
      "apiVersion": "v1", "kind": "Pod",
      "metadata": [
        "name": .string("checkout-\(index)"), "namespace": "production", "uid": .string("0b1c2d3e-4f50-\(index)"),
        "resourceVersion": .string("\(version)"), "creationTimestamp": "2025-01-15T08:00:00Z",
        "labels": ["app": "checkout", "app.kubernetes.io/managed-by": "helm", "pod-template-hash": "5d4f8c7b9"],
        "managedFields": [["manager": "kubelet", "operation": "Update", "fieldsV1": ["f:status": fields]]],
      ],
      "spec": [
        "nodeName": .string(NodeGenerator.name(index)), "containers": [["name": "main", "image": "checkout:1"]],
      ],
      "status": ["phase": "Running", "podIP": "10.64.3.17", "hostIP": "10.0.1.5"],
    ]
    return object.jsonBytes()
  }
}
