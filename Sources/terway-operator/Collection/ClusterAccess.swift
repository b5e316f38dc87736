import HTTPTransport
import KubernetesClient
import KubernetesModel
import Prometheus
import TerwayOperator

/// The options of commands that look at a cluster and change nothing, and what they lead to.
enum ClusterAccess {
  static let prometheus = Option<String?>(
    "prometheus", ValueSyntax.text("URL").optional, default: nil, shownAs: nil,
    "A Prometheus to ask for targets and series, such as one behind kubectl port-forward.")
  static let tokenFile = Option<String?>(
    "bearer-token-file", ValueSyntax.path("FILE").optional, default: nil, shownAs: nil,
    "With --prometheus: a file with the token to show.")
  static let since = Option<Duration>(
    "since", .recent, default: .seconds(3600), shownAs: "1h", "How far back events and logs are looked at.")

  static let group = Command.OptionGroup(
    title: "Cluster",
    options: [
      RunCommand.kubeconfig.declaration, RunCommand.context.declaration, prometheus.declaration, tokenFile.declaration,
    ])

  /// A client that has had an answer.
  ///
  /// - Throws: `Unreachable` where there is no configuration, or no answer.
  static func client(_ arguments: Arguments, _ invocation: Invocation) async throws -> KubernetesClient {
    do {
      let configuration = try ClusterConfiguration.detect(
        kubeconfig: arguments[RunCommand.kubeconfig], context: arguments[RunCommand.context],
        environment: invocation.environment)
      let client = KubernetesClient(
        configuration: configuration, http: CurlTransport(),
        userAgent: "\(Invocation.defaultExecutable)/\(BuildInformation.current.version)"
      ).handingOnRefusals
      do {
        _ = try await client.version()
      } catch let refusal as StatusError where refusal.code != 401 {
        // It answers; what it refuses is said in its place.
      } catch {
        try Task.checkCancellation()
        throw ConnectionFailure(configuration, reason: error)
      }
      return client
    } catch {
      try Task.checkCancellation()
      throw Unreachable(reason: error)
    }
  }

  /// `nil` where none was named.
  static func prometheusClient(_ arguments: Arguments) throws -> PrometheusClient? {
    try arguments[prometheus].map {
      try PrometheusAccess(url: $0, tokenFile: arguments[tokenFile]).client(
        deadline: .seconds(20), sizeLimit: 64 << 20)
    }
  }
}

extension ValueSyntax<Duration> {
  /// How far back to look at what is kept for hours.
  static let recent = ValueSyntax(
    placeholder: "DURATION", expectation: "a duration of a minute to 30 days, such as 30m, 6h or 1d"
  ) { text in
    PromDuration.parse(text).flatMap { (.seconds(60) ... .seconds(30 * 86_400)).contains($0) ? $0 : nil }
  }
}

extension ValueSyntax<ObjectKey> {
  /// `NAMESPACE/NAME`; without a namespace, `default`.
  static let pod = ValueSyntax(placeholder: "POD", expectation: "a pod as NAMESPACE/NAME") { text in
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    return ObjectKey(namespace: parts.count == 2 ? parts[0] : "default", name: parts[parts.count - 1])
  }
}
