import Foundation

/// Runs programs.
public enum Command {
  public struct Output: Sendable {
    public var exitCode: Int32
    public var standardOutput: String
    public var standardError: String
  }

  public struct Failure: Error, CustomStringConvertible {
    public var description: String
  }

  /// Runs a program to its end, on a thread of its own.
  public static func run(
    _ program: String, _ arguments: [String], environment: [String: String] = [:], input: String = ""
  ) async throws -> Output {
    try await onThread { try runBlocking(program, arguments, environment: environment, input: input) }
  }

  /// Does something that blocks on a thread of its own: tests beside this one share as many threads as there are cores.
  public static func onThread<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result
  {
    try await withCheckedThrowingContinuation { continuation in
      Thread { continuation.resume(with: Swift.Result { try body() }) }.start()
    }
  }

  /// Runs a program that must succeed, and returns what it printed.
  @discardableResult
  public static func succeed(
    _ program: String, _ arguments: [String], environment: [String: String] = [:], input: String = ""
  ) async throws -> String {
    let output = try await run(program, arguments, environment: environment, input: input)
    guard output.exitCode == 0 else {
      throw Failure(
        description: """
          \(program) \(arguments.joined(separator: " ")) ended with \(output.exitCode):
          \(output.standardError)\(output.standardOutput)
          """)
    }
    return output.standardOutput
  }

  private static func runBlocking(
    _ program: String, _ arguments: [String], environment: [String: String], input: String
  ) throws -> Output {
    let directory = FileManager.default.temporaryDirectory.appendingPathComponent("command-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: directory) }
    // Files instead of pipes: a grandchild that outlives the program must not keep us waiting.
    let (out, err, given) = (
      directory.appendingPathComponent("out"), directory.appendingPathComponent("err"),
      directory.appendingPathComponent("in")
    )
    try Data(input.utf8).write(to: given)
    for file in [out, err] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = try FileHandle(forReadingFrom: given)
    process.standardOutput = try FileHandle(forWritingTo: out)
    process.standardError = try FileHandle(forWritingTo: err)
    try process.run()
    process.waitUntilExit()
    return Output(
      exitCode: process.terminationStatus, standardOutput: String(decoding: try Data(contentsOf: out), as: UTF8.self),
      standardError: String(decoding: try Data(contentsOf: err), as: UTF8.self))
  }
}
