import Foundation
import HTTPTransport
import Serialization

/// A real API server seen through a proxy that breaks what passes, as it is told (`Program/proxy.py`).
///
/// It goes with its last holder, and whoever is connected to it loses the connection.
public final class FaultProxy: Sendable {
  /// One request that passed the proxy, or was stopped there.
  public struct Exchange: Sendable {
    public var method: String
    public var path: String
    public var query: String
    /// What the server answered, or the proxy in its place; `nil` when nobody did.
    public var status: Int64?
    public var isWrite: Bool
    /// What the server gave the object of a write.
    public var uid: String?
    public var resourceVersion: String?
    public var faults: [String]

    public var isList: Bool {
      method == "GET" && !isWatch && (query.contains("limit=") || query.contains("resourceVersion="))
    }
    public var isWatch: Bool { query.contains("watch=true") }
    public var isAccepted: Bool { (200..<300).contains(status ?? 0) }
    public var isFirstPage: Bool { isList && !query.contains("continue=") }
    /// Of bookkeeping, which says nothing of what the operator is there for.
    public var isBookkeeping: Bool { path.contains("/events") || path.contains("/leases") }
  }

  public enum Network: String, Sendable {
    case up
    /// Connections break, and new ones too.
    case cut
    /// What is sent to a client is lost, and the connection is dead from then on without a word.
    case blackhole
  }

  public enum WatchList: String, Sendable {
    case off
    /// Made from a list and a watch.
    case served
    /// As a server or proxy does that does not know the parameters.
    case claimed
  }

  /// What is to be replaced by another of its kind, at once.
  public enum Identity: String, Sendable { case certificate, token }

  private let process: Process
  /// While somebody holds the other end, the proxy lives.
  private let input: Pipe
  private let directory: URL
  private let control: String
  private let transport = CurlTransport()
  /// For clients of the proxy; the authority and the token are files, which the proxy replaces when it rotates them.
  public let kubeconfig: String

  /// - Parameter user: with all rights; by this name the server's audit log tells what came through here.
  public init(before plane: ControlPlane, user: String = "behind-the-proxy") async throws {
    directory = FileManager.default.temporaryDirectory.appendingPathComponent("fault-proxy-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let pki = URL(fileURLWithPath: plane.environment["TERWAY_STATE"] ?? "").appendingPathComponent("pki")
    let (process, input, output) = (Process(), Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = [
      Repository.file("Tests/TestSupport/FaultProxy/Program/proxy.py").path, "--directory", directory.path,
      "--server", plane.environment["TERWAY_SERVER"] ?? "",
      "--server-ca", pki.appendingPathComponent("server-ca.crt").path,
      "--client-ca", pki.appendingPathComponent("client-ca.crt").path,
      "--client-ca-key", pki.appendingPathComponent("client-ca.key").path, "--user", user,
    ]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    (self.process, self.input) = (process, input)
    // A line of some bytes, written at once.
    let line = output.fileHandleForReading.availableData
    guard let ports = try? JSONValue(jsonBytes: Array(line)), let port = ports["port"]?.integer,
      let controlPort = ports["control"]?.integer
    else { throw Command.Failure(description: "the fault proxy did not start") }
    control = "http://127.0.0.1:\(controlPort)"
    kubeconfig = directory.appendingPathComponent("kubeconfig").path
    try writeKubeconfig(server: "https://127.0.0.1:\(port)")
  }

  deinit {
    // Started from a thread that blocks signals, it inherited that: SIGTERM would wait for ever.
    kill(process.processIdentifier, SIGKILL)
    try? FileManager.default.removeItem(at: directory)
  }

  private func writeKubeconfig(server: String) throws {
    let file = { (name: String) in JSONValue.string(self.directory.appendingPathComponent(name).path) }
    let content: JSONValue = [
      "current-context": "proxy",
      "clusters": [
        ["name": "proxy", "cluster": ["server": .string(server), "certificate-authority": file("ca.crt")]]
      ],
      "users": [["name": "proxy", "user": ["tokenFile": file("token")]]],
      "contexts": [["name": "proxy", "context": ["cluster": "proxy", "user": "proxy"]]],
    ]
    try Data(content.jsonText().utf8).write(to: URL(fileURLWithPath: kubeconfig))
  }

  // MARK: What it is told

  public func add(_ faults: [Fault]) async throws {
    _ = try await call(.post, "/faults", .array(faults.map(\.json)))
  }

  /// Takes all faults away; what they held back goes on.
  public func lift() async throws { _ = try await call(.delete, "/faults") }

  public func set(network: Network) async throws { try await set(["network": .string(network.rawValue)]) }

  /// Breaks all connections that there are.
  public func hangUp() async throws { try await set(["hangUp": true]) }

  public func rotate(_ identity: Identity) async throws { try await set(["rotate": .string(identity.rawValue)]) }

  /// Remembers what lists answer, for `Fault.rewound`.
  public func set(recording: Bool) async throws { try await set(["recording": .bool(recording)]) }

  /// Says that the server is of a version that serves WatchList.
  public func set(watchList: WatchList) async throws { try await set(["watchList": .string(watchList.rawValue)]) }

  /// Kills a process when the server has accepted so many more of its writes, before it hears of the last one.
  /// Nothing passes from then on, until `survive()`.
  public func crash(_ process: OperatorProcess, afterWrites count: Int) async throws {
    let crash: JSONValue = [
      "pid": .integer(Int64(process.identifier)), "after": .integer(Int64(count)), "ignoring": "/events|/leases",
    ]
    try await set(["crash": crash])
  }

  public func survive() async throws { try await set(["crash": .null]) }

  private func set(_ setting: JSONValue) async throws { _ = try await call(.post, "/settings", setting) }

  // MARK: What it saw

  /// Everything since it was last forgotten.
  public func journal() async throws -> [Exchange] {
    (try await call(.get, "/journal").array ?? []).map { entry in
      Exchange(
        method: entry["method"]?.string ?? "", path: entry["path"]?.string ?? "",
        query: entry["query"]?.string ?? "", status: entry["status"]?.integer,
        isWrite: entry["isWrite"] == true, uid: entry["uid"]?.string,
        resourceVersion: entry["resourceVersion"]?.string,
        faults: entry["faults"]?.array?.compactMap(\.string) ?? [])
    }
  }

  /// How often something got lost in the black hole.
  public func swallowed() async throws -> Int64 { try await call(.get, "/state")["swallowed"]?.integer ?? 0 }

  /// Whether the crash that was asked for has happened, and nothing passes since.
  public func hasCrashed() async throws -> Bool { try await call(.get, "/state")["hasCrashed"] == true }

  public func forget() async throws { _ = try await call(.delete, "/journal") }

  private func call(_ method: HTTPMethod, _ path: String, _ body: JSONValue? = nil) async throws -> JSONValue {
    let request = HTTPRequest(
      method: method, url: control + path, body: body?.jsonBytes() ?? [], deadline: .seconds(10))
    let response = try await transport.send(request)
    let answer = try await response.body.collect(upTo: 1 << 28)
    guard response.status == 200 else {
      throw Command.Failure(description: "fault proxy: \(String(decoding: answer, as: UTF8.self))")
    }
    return try JSONValue(jsonBytes: answer)
  }
}
