import Foundation

/// Prometheus' own checker, where the machine has it.
public struct Promtool: Sendable {
  /// What the tool said, both streams together, and whether it was content.
  public struct Verdict: Sendable {
    public var isContent: Bool
    public var output: String
  }

  private let executable: URL

  /// `nil` when there is no promtool on the `PATH`.
  public static let installed: Promtool? = {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
    return path.split(separator: ":").map { URL(fileURLWithPath: "\($0)/promtool") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
      .map(Promtool.init(executable:))
  }()

  /// Lints one exposition in the text format.
  public func check(metrics text: String) throws -> Verdict {
    try run(["check", "metrics"], input: text)
  }

  /// Checks one file of rule groups.
  public func check(rules text: String) throws -> Verdict {
    try inTemporaryDirectory(["rules.yaml": text]) { try run(["check", "rules", "rules.yaml"], in: $0) }
  }

  /// Checks many files of rule groups in one go: whether each is accepted, in order.
  public func check(ruleFiles texts: [String]) throws -> [Bool] {
    let names = texts.indices.map { "\($0).yaml" }
    let files = Dictionary(uniqueKeysWithValues: zip(names, texts))
    let output = try inTemporaryDirectory(files) { try run(["check", "rules"] + names, in: $0) }.output
    return output.split(separator: "Checking ").dropFirst(output.hasPrefix("Checking") ? 0 : 1).map {
      $0.contains("  SUCCESS: ")
    }
  }

  /// Runs one file of rule tests; `files` are what it may name under `rule_files`.
  public func test(rules test: String, files: [String: String]) throws -> Verdict {
    try inTemporaryDirectory(files.merging(["test.yaml": test]) { $1 }) {
      try run(["test", "rules", "test.yaml"], in: $0)
    }
  }

  /// Runs several files of rule tests in one process, in their order; `files` are those, and what they name.
  public func test(files names: [String], among files: [String: String]) throws -> Verdict {
    try inTemporaryDirectory(files) { try run(["test", "rules"] + names, in: $0) }
  }

  private func inTemporaryDirectory(_ files: [String: String], _ body: (URL) throws -> Verdict) throws -> Verdict {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("promtool-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    for (name, text) in files {
      try Data(text.utf8).write(to: directory.appendingPathComponent(name))
    }
    return try body(directory)
  }

  private func run(_ arguments: [String], input: String = "", in directory: URL? = nil) throws -> Verdict {
    // Through files: a pipe that nobody drains would stop the tool once its buffer is full.
    let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("promtool-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    let (stdin, output) = (scratch.appendingPathComponent("in"), scratch.appendingPathComponent("out"))
    try Data(input.utf8).write(to: stdin)
    try Data().write(to: output)
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = directory ?? scratch
    process.standardInput = try FileHandle(forReadingFrom: stdin)
    let sink = try FileHandle(forWritingTo: output)
    process.standardOutput = sink
    process.standardError = sink
    try process.run()
    process.waitUntilExit()
    try sink.close()
    let text = try String(contentsOf: output, encoding: .utf8)
    return Verdict(isContent: process.terminationStatus == 0, output: text)
  }
}
