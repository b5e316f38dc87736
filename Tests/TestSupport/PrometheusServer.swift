import Foundation

/// A Prometheus of the distribution that runs for a test, on loopback, with a configuration of the test.
public final class PrometheusServer: Sendable {
  public let url: String
  private let process: Process
  private let directory: URL

  /// `nil` when there is no `prometheus` on the `PATH`.
  public static let executable: URL? = {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return path.split(separator: ":").map { URL(fileURLWithPath: "\($0)/prometheus") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }()

  /// Starts the server. Its own data, its log and the files are removed when it stops.
  ///
  /// - Parameters:
  ///   - configuration: of the server; JSON is YAML.
  ///   - files: what the configuration names under `rule_files`.
  ///   - history: in OpenMetrics' text format, with times: what it is to know already when it starts. Nothing older than
  ///     it keeps.
  ///   - retention: for how long it keeps what it knows.
  public init(
    configuration: String = "{}", files: [String: String] = [:], history: String? = nil, retention: String = "15d"
  ) throws {
    guard let executable = Self.executable else { throw Command.Failure(description: "there is no prometheus") }
    directory = FileManager.default.temporaryDirectory.appendingPathComponent("prometheus-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    for (name, text) in files.merging(["prometheus.yaml": configuration], uniquingKeysWith: { $1 }) {
      try Data(text.utf8).write(to: directory.appendingPathComponent(name))
    }
    let log = directory.appendingPathComponent("log")
    try Data().write(to: log)
    if let history { try Self.fill(directory, with: history, log) }
    let port = try LoopbackPort.free()
    url = "http://127.0.0.1:\(port)"
    process = Process()
    process.executableURL = executable
    process.arguments = [
      "--config.file=prometheus.yaml", "--storage.tsdb.path=data", "--storage.tsdb.retention.time=\(retention)",
      "--web.listen-address=127.0.0.1:\(port)",
      "--log.level=warn",
    ]
    process.environment = ["TZ": "UTC"]
    process.currentDirectoryURL = directory
    process.standardOutput = try FileHandle(forWritingTo: log)
    process.standardError = try FileHandle(forWritingTo: log)
    try process.run()
  }

  private static func fill(_ directory: URL, with history: String, _ log: URL) throws {
    try Data(history.utf8).write(to: directory.appendingPathComponent("history"))
    let tool = Process()
    tool.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    // In blocks of days: hundreds of blocks of two hours would take minutes.
    tool.arguments = [
      "promtool", "tsdb", "create-blocks-from", "--max-block-duration=256h", "openmetrics", "history", "data",
    ]
    tool.currentDirectoryURL = directory
    tool.standardOutput = try FileHandle(forWritingTo: log)
    tool.standardError = tool.standardOutput
    try tool.run()
    tool.waitUntilExit()
    guard tool.terminationStatus == 0 else {
      throw Command.Failure(description: "promtool: \(try String(contentsOf: log, encoding: .utf8))")
    }
  }

  /// What the server said so far.
  public var log: String {
    (try? String(contentsOf: directory.appendingPathComponent("log"), encoding: .utf8)) ?? ""
  }

  deinit {
    process.terminate()
    process.waitUntilExit()
    try? FileManager.default.removeItem(at: directory)
  }
}
