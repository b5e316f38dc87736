import Foundation

/// `terway-simulator run`, as a process of its own: Terway on a real API server.
public final class StandIn: Sendable {
  private let plane: ControlPlane
  private let process: Process
  private let log: URL

  /// The CustomResourceDefinitions of Terway.
  public static let definitions = ["nodes", "noderuntimes", "podenis"].map {
    Repository.file("hack/terway-simulator/crds/network.alibabacloud.com_\($0).yaml")
  }

  /// Starts it on a control plane without a Terway, and waits until it has made its nodes and follows what happens.
  ///
  /// - Parameters:
  ///   - nodes: `node-0000` and so on.
  ///   - speed: how much faster than in real life Terway's waiting times pass.
  ///   - arguments: see `terway-simulator --help`.
  public static func start(
    on plane: ControlPlane, nodes: Int, speed: Double = 20, arguments: [String] = []
  ) async throws -> StandIn {
    try await remove(from: plane)
    try await plane.apply(crds: definitions)
    try await plane.kubectl("wait", "--for=condition=Established", "crd", "nodes.network.alibabacloud.com")
    let standIn = try StandIn(plane, ["--nodes", "\(nodes)", "--speed", "\(speed)"] + arguments)
    try await standIn.waitUntilReady()
    return standIn
  }

  /// Starts it on what an earlier one left behind.
  public static func restart(
    on plane: ControlPlane, nodes: Int, speed: Double = 20, arguments: [String] = []
  ) async throws -> StandIn {
    let standIn = try StandIn(plane, ["--nodes", "\(nodes)", "--speed", "\(speed)"] + arguments)
    try await standIn.waitUntilReady()
    return standIn
  }

  private init(_ plane: ControlPlane, _ arguments: [String]) throws {
    self.plane = plane
    log = FileManager.default.temporaryDirectory.appendingPathComponent("terway-simulator-\(UUID().uuidString).log")
    _ = FileManager.default.createFile(atPath: log.path, contents: nil)
    process = Process()
    process.executableURL = Repository.product("terway-simulator")
    process.arguments = ["run", "--kubeconfig", plane.kubeconfig] + arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: log)
    try process.run()
  }

  deinit {
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    try? FileManager.default.removeItem(at: log)
  }

  public var logText: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

  /// Where it serves what daemons tell, with `--metrics-port`.
  public var metricsAddress: String? {
    let line = logText.split(separator: "\n").first { $0.contains("listening") && $0.contains("for=metrics") }
    return line?.split(separator: " ").first { $0.hasPrefix("address=") }.map { String($0.dropFirst("address=".count)) }
  }

  public var identifier: Int32 { process.processIdentifier }

  private func waitUntilReady() async throws {
    do {
      try await eventually("the stand-in is ready", within: .seconds(300)) {
        guard process.isRunning else { throw NeverHappened(description: "it has ended") }
        return logText.contains("message=ready\n")
      }
    } catch {
      throw NeverHappened(description: "\(error)\n\(logText.suffix(4_000))")
    }
  }

  /// Makes something go wrong on a node, by the name of the fault; see `terway-simulator --help`.
  public func fault(_ fault: String, on node: String) async throws {
    try await plane.kubectl("annotate", "--overwrite", "node", node, "simulator.terway.io/faults=\(fault)")
  }

  /// What is wrong with a node; empty when nothing is.
  public func faults(of node: String) async throws -> String {
    try await plane.kubectl(
      "get", "node", node, "-o", #"jsonpath={.metadata.annotations.simulator\.terway\.io/faults}"#)
  }

  /// Ends the process and leaves everything as it is.
  ///
  /// - Returns: its exit code.
  @discardableResult
  public func end(by signal: Int32 = SIGTERM) async throws -> Int32 {
    kill(process.processIdentifier, signal)
    try await eventually("the stand-in exits") { !process.isRunning }
    return process.terminationStatus
  }

  /// Ends it, and removes all that was played.
  public func stop() async throws {
    try await end()
    try await Self.remove(from: plane)
  }

  /// Removes nodes, their pods and Terway from a control plane; does nothing where there are none.
  public static func remove(from plane: ControlPlane) async throws {
    try await plane.kubectl("delete", "nodes", "-l", "simulator.terway.io/played", "--ignore-not-found")
    try await plane.kubectl(
      "delete", "pods", "-A", "--field-selector", "spec.nodeName!=", "--force", "--grace-period=0")
    try await plane.kubectl(
      "-n", "kube-system", "delete", "daemonset/terway-eniip", "configmap/eni-config", "--ignore-not-found",
      "--cascade=orphan")
    for definition in ["nodes", "noderuntimes", "podenis"] {
      try await plane.kubectl("delete", "crd", "\(definition).network.alibabacloud.com", "--ignore-not-found")
    }
  }
}
