import Foundation
import HTTPTransport
import KubernetesClient
import KubernetesModel
import Serialization

/// A real API server with etcd, controller manager and Prometheus, run by `hack/control-plane.sh`.
///
/// It is left running when the tests end, so that the next run finds it; `hack/control-plane.sh stop --all` ends it.
public struct ControlPlane: Sendable {
  public let name: String
  /// What `hack/control-plane.sh env` prints.
  public let environment: [String: String]
  public let client: KubernetesClient

  /// Starts it, or takes the one that runs.
  public init(name: String) async throws {
    let script = Repository.file("hack/control-plane.sh").path
    try await Command.succeed(script, ["start", "--name", name])
    let text = try await Command.succeed(script, ["env", "--name", name])
    var environment: [String: String] = [:]
    for line in text.split(separator: "\n") where line.hasPrefix("export ") {
      let pair = line.dropFirst("export ".count).split(separator: "=", maxSplits: 1)
      guard pair.count == 2 else { continue }
      environment[String(pair[0])] = pair[1].trimmingCharacters(in: CharacterSet(charactersIn: "\"'"))
    }
    self.name = name
    self.environment = environment
    let configuration = try ClusterConfiguration.detect(
      kubeconfig: environment["KUBECONFIG"], context: nil, environment: [:])
    client = KubernetesClient(configuration: configuration, http: CurlTransport(), userAgent: "terway-operator-tests")
  }

  public var kubeconfig: String { environment["KUBECONFIG"] ?? "" }
  public var auditLog: URL { URL(fileURLWithPath: environment["TERWAY_AUDIT_LOG"] ?? "") }
  public var version: String { environment["TERWAY_KUBERNETES_VERSION"] ?? "" }

  /// Runs another subcommand of the script on this control plane, such as `kill-apiserver`.
  public func script(_ subcommand: String) async throws {
    try await Command.succeed(Repository.file("hack/control-plane.sh").path, [subcommand, "--name", name])
  }

  @discardableResult
  public func kubectl(_ arguments: String..., input: String = "") async throws -> String {
    try await Command.succeed(
      environment["TERWAY_KUBECTL"] ?? "kubectl", arguments, environment: ["KUBECONFIG": kubeconfig], input: input)
  }

  /// Applies manifests, made fit for an old API server where this is one.
  public func apply(crds files: [URL]) async throws {
    let compatible = try await Command.succeed(
      "python3",
      [Repository.file("hack/control-plane/compatible-crds.py").path, "--server-version", version]
        + files.map(\.path))
    try await kubectl("apply", "--server-side", "--force-conflicts", "-f", "-", input: compatible)
  }
}

/// The lines of an API server's audit log.
public struct AuditLog: Sendable {
  public struct Entry: Sendable {
    public var verb: String
    public var user: String
    public var userAgent: String
    public var group: String
    /// The plural, with `/subresource` where one was meant.
    public var resource: String
    public var name: String
    public var code: Int64
    /// When the server received it, in RFC 3339 with microseconds: to be compared as text.
    public var time: String

    public var isWrite: Bool { ["create", "update", "patch", "delete", "deletecollection"].contains(verb) }
  }

  private let file: URL
  private let start: UInt64

  /// Begins at the end of what is there now.
  public init(_ plane: ControlPlane) throws {
    file = plane.auditLog
    start = try FileHandle(forReadingFrom: file).seekToEnd()
  }

  /// What was logged since.
  public func entries() throws -> [Entry] {
    let handle = try FileHandle(forReadingFrom: file)
    try handle.seek(toOffset: start)
    let text = String(decoding: handle.readDataToEndOfFile(), as: UTF8.self)
    return try text.split(separator: "\n").map { line in
      let event = try JSONValue(jsonText: String(line))
      return Entry(
        verb: event["verb"]?.string ?? "", user: event.at("user", "username")?.string ?? "",
        userAgent: event["userAgent"]?.string ?? "", group: event.at("objectRef", "apiGroup")?.string ?? "",
        resource: [event.at("objectRef", "resource")?.string, event.at("objectRef", "subresource")?.string]
          .compactMap(\.self).joined(separator: "/"),
        name: event.at("objectRef", "name")?.string ?? "", code: event.at("responseStatus", "code")?.integer ?? 0,
        time: event["requestReceivedTimestamp"]?.string ?? "")
    }
  }
}
