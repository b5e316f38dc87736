import Foundation
import Serialization

/// A run of this very program for one purpose, so that what it uses is its own.
enum ChildProcess {
  /// - Returns: what it printed, and how long it was there, in seconds.
  static func run(_ arguments: [String]) async throws -> (answer: JSONValue, wall: Double) {
    let (bytes, wall) = try await run("/proc/self/exe", arguments)
    return (try JSONValue(jsonBytes: bytes), wall)
  }

  /// Runs any program; its standard error is ours.
  static func run(_ program: String, _ arguments: [String]) async throws -> (output: [UInt8], wall: Double) {
    let (process, pipe) = (Process(), Pipe())
    // The link would name another program once the child has started.
    let path =
      program == "/proc/self/exe" ? try FileManager.default.destinationOfSymbolicLink(atPath: program) : program
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    let watch = Stopwatch()
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    let wall = watch.wall
    guard process.terminationStatus == 0 else {
      throw BenchmarkError("\(path) \(arguments.joined(separator: " ")) failed: \(process.terminationStatus)")
    }
    return (Array(output), wall)
  }
}

/// What such a run does, and prints as JSON.
struct ChildTask: Sendable {
  var name: String
  var run: @Sendable ([String]) async throws -> JSONValue
}

extension JSONValue {
  /// A number that a child process printed.
  func measured(_ key: String) throws -> Double {
    guard let number = self[key]?.number else { throw BenchmarkError("a child process did not print \(key)") }
    return number
  }
}
