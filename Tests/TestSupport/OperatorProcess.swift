import Foundation
import HTTPTransport

/// The real `terway-operator run`, as a process of its own.
public final class OperatorProcess: Sendable {
  private let process: Process
  private let log: URL
  private let transport = CurlTransport()

  /// Starts it against a kubeconfig, with ports that the system chooses.
  public init(kubeconfig: String, arguments: [String] = [], environment: [String: String] = [:]) throws {
    log = FileManager.default.temporaryDirectory.appendingPathComponent("terway-operator-\(UUID().uuidString).log")
    _ = FileManager.default.createFile(atPath: log.path, contents: nil)
    process = Process()
    // `hack/soak.sh` brings a release build.
    process.executableURL =
      ProcessInfo.processInfo.environment["TERWAY_OPERATOR_BINARY"].map { URL(fileURLWithPath: $0) }
      ?? Repository.product("terway-operator")
    process.arguments =
      [
        "run", "--kubeconfig", kubeconfig, "--metrics-bind-address", "127.0.0.1:0", "--health-probe-bind-address",
        "127.0.0.1:0", "--log-level", "debug",
      ] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
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
  public var isRunning: Bool { process.isRunning }
  public var identifier: Int32 { process.processIdentifier }

  public func send(signal: Int32) { kill(process.processIdentifier, signal) }

  /// Waits for the end of the process.
  ///
  /// - Returns: its exit code; for one that a signal ended, the signal.
  @discardableResult
  public func exit() async throws -> Int32 {
    try await eventually("the operator exits") { !process.isRunning }
    return process.terminationStatus
  }

  /// Asks it to stop, and waits until it did.
  @discardableResult
  public func stop() async throws -> Int32 {
    send(signal: SIGTERM)
    return try await exit()
  }

  /// An answer of one of its HTTP servers; the port is read off the log.
  public func get(_ path: String) async throws -> (status: Int, text: String) {
    let purpose = path == "/metrics" ? "metrics" : "health"
    guard let address = address(of: purpose) else { throw NeverHappened(description: "no \(purpose) server yet") }
    do {
      let response = try await transport.send(HTTPRequest(url: "http://\(address)\(path)", deadline: .seconds(10)))
      return (response.status, String(decoding: try await response.body.collect(upTo: 1 << 24), as: UTF8.self))
    } catch {
      guard !isRunning else { throw error }
      throw NeverHappened(
        description: "the operator has ended, with \(process.terminationStatus)\n\(logText.suffix(4_000))")
    }
  }

  public func waitUntilReady() async throws {
    do {
      try await eventually("the operator is ready") { try await get("/readyz").status == 200 }
    } catch {
      throw NeverHappened(description: "\(error)\n\(logText.suffix(4_000))")
    }
  }

  /// The value of a series of `/metrics`, such as `controller_runtime_reconcile_total{controller="x"}`.
  public func metric(_ series: String) async throws -> Double? {
    try await get("/metrics").text.split(separator: "\n").first { $0.hasPrefix("\(series) ") }
      .flatMap { $0.split(separator: " ").last }.flatMap { Double($0) }
  }

  private func address(of purpose: String) -> Substring? {
    let line = logText.split(separator: "\n").first { $0.contains("listening") && $0.contains("for=\(purpose)") }
    return line?.split(separator: " ").first { $0.hasPrefix("address=") }?.dropFirst("address=".count)
  }
}
