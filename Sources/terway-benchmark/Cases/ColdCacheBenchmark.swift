import ControllerRuntime
import FoundationEssentials
import KubernetesClient
import KubernetesModel
import Prometheus
import Serialization

extension Benchmark {
  /// An informer with nothing cached, until it is in step with a server that has many large objects.
  static let coldCache = Benchmark(
    name: "cold-cache", summary: "an informer of Terway Nodes until it has synced, against curl of the same list",
    needsCluster: true
  ) { setting in
    let cluster = try Cluster(setting)
    try await cluster.fill(with: setting.nodes)
    let curl = try CurlList(cluster.client.configuration, scratch: setting.scratch)
    // The server's own caches are warm after the first.
    _ = try await curl.fetch()
    return {
      let bare = try await curl.fetch()
      let cached = try await curl.fetch(query: "?resourceVersion=0")
      let (answer, wall) = try await ChildProcess.run(["child", "fill-cache", cluster.kubeconfig])
      guard try answer.measured("objects") == Double(setting.nodes) else {
        throw BenchmarkError("the cache holds \(try answer.measured("objects")) objects, not \(setting.nodes)")
      }
      return [
        Measurement("wall time, against curl", wall / bare.wall, "×", .atMost(1.25)),
        Measurement("CPU time", try answer.measured("cpu"), "s", .atMost(2)),
        Measurement("peak memory", try answer.measured("peak").inMebibytes, "MiB", .atMost(80)),
        Measurement("wall time", wall, "s"),
        Measurement("curl, wall time", bare.wall, "s"),
        Measurement("curl, wall time, of the server's watch cache", cached.wall, "s"),
        Measurement("size of the list", bare.bytes / 1e6, "MB"),
      ]
    }
  }
}

extension ChildTask {
  static let fillCache = ChildTask(name: "fill-cache") { arguments in
    let client = try Cluster.client(kubeconfig: arguments.first)
    let informer = Informer<NarrowNode>(
      ResourceSelection(NarrowNode.resource), client: client, registry: MetricRegistry(), logger: Logger())
    informer.start()
    await informer.synced()
    return [
      "objects": .integer(Int64(informer.store.count)), "peak": .number(try ProcessUsage.own.peak),
      "cpu": .number(Stopwatch.cpuTime),
    ]
  }
}

/// The list of all nodes, fetched by curl and thrown away.
struct CurlList {
  private let arguments: [String]
  private let url: String

  init(_ configuration: ClusterConfiguration, scratch: String) throws {
    url = "\(configuration.server)/apis/\(NodeGenerator.apiVersion)/nodes"
    var files = [
      "cacert": configuration.endpoint.tls.certificateAuthorities, "cert": configuration.endpoint.tls.clientCertificate,
      "key": configuration.endpoint.tls.clientKey,
    ]
    if case .token(let token) = configuration.credentials {
      files["config"] = Array("header = \"Authorization: Bearer \(token)\"".utf8)
    }
    var arguments = [
      "--silent", "--show-error", "--fail", "--noproxy", "*", "--output", "/dev/null", "--write-out",
      "{\"bytes\": %{size_download}}",
    ]
    for (option, content) in files {
      guard let content else { continue }
      let path = "\(scratch)/curl-\(option)"
      let isThere = FileManager.default.createFile(
        atPath: path, contents: Data(content), attributes: [.posixPermissions: 0o600])
      guard isThere else { throw BenchmarkError("\(path) cannot be written") }
      arguments += ["--\(option)", path]
    }
    self.arguments = arguments
  }

  func fetch(query: String = "") async throws -> (bytes: Double, wall: Double) {
    let (output, wall) = try await ChildProcess.run("/usr/bin/curl", arguments + [url + query])
    return (try JSONValue(jsonBytes: output).measured("bytes"), wall)
  }
}
